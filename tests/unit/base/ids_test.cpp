#include "base/clock.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/ids.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

namespace kept::base {
namespace {

TEST(BaseIds, SessionNamesAreSafeFileNames) {
    for (const char* good : {"a", "a.b", "A-Z_9", "-x", ".hidden", "a.", "0"}) {
        EXPECT_TRUE(is_session_name(good)) << good;
    }
    for (const char* bad :
         {"", ".", "..", "a..b", "a/b", "/", "a b", "a\n", "é", "a:b", "~", "$x"}) {
        EXPECT_FALSE(is_session_name(bad)) << bad;
    }
    EXPECT_FALSE(is_session_name(std::string_view("a\0b", 3)));
    EXPECT_TRUE(is_session_name(std::string(64, 'x')));
    EXPECT_FALSE(is_session_name(std::string(65, 'x')));
}

TEST(BaseIds, CellsHaveTwelveHexDigits) {
    EXPECT_TRUE(is_cell_id("0123456789ab"));
    EXPECT_FALSE(is_cell_id("0123456789AB"));
    EXPECT_FALSE(is_cell_id("0123456789a"));
    EXPECT_FALSE(is_cell_id("0123456789abc"));
    EXPECT_FALSE(is_cell_id("0123456789ag"));
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = new_cell_id();
        EXPECT_TRUE(is_cell_id(id)) << id;
        EXPECT_TRUE(seen.insert(id).second) << id;
    }
}

TEST(BaseIds, EveryHexDigitComesUp) {
    const std::string digits = random_hex(4001); // longer than one getrandom(2), and odd
    EXPECT_EQ(digits.size(), 4001U);
    EXPECT_EQ(std::set<char>(digits.begin(), digits.end()).size(), 16U);
    EXPECT_EQ(random_hex(0), "");
}

TEST(BaseClock, WritesUtcWithMicroseconds) {
    EXPECT_EQ(iso_time(0), "1970-01-01T00:00:00.000000+00:00");
    EXPECT_EQ(iso_time(1'767'225'600'000'001), "2026-01-01T00:00:00.000001+00:00");
    EXPECT_EQ(iso_time(1'709'208'000'999'999), "2024-02-29T12:00:00.999999+00:00");
}

TEST(BaseClock, TheSteadyClockNeverGoesBack) {
    std::int64_t last = steady_us();
    for (int i = 0; i < 1000; ++i) {
        const std::int64_t now = steady_us();
        ASSERT_GE(now, last);
        last = now;
    }
    EXPECT_GT(wall_us(), 1'700'000'000'000'000);
}

TEST(BaseError, TellsTheSystemsReason) {
    enum class Code { odd };
    EXPECT_EQ((Error<Code>{Code::odd, 0, "it failed"}.message()), "it failed");
    EXPECT_EQ((Error<Code>{Code::odd, ENOENT, "cannot open x"}.message()),
              "cannot open x: No such file or directory");
}

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) >= 0;
}

TEST(BaseFd, ClosesWhatItOwnsOnce) {
    const int raw = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ASSERT_GE(raw, 0);
    {
        Fd first(raw);
        Fd second(std::move(first));
        EXPECT_FALSE(first.valid()); // NOLINT(bugprone-use-after-move): the promise under test
        EXPECT_EQ(second.get(), raw);
        Fd third;
        third = std::move(second);
        EXPECT_TRUE(is_open(raw));
    }
    EXPECT_FALSE(is_open(raw));
}

TEST(BaseFd, GivesUpOwnership) {
    int raw = -1;
    {
        Fd owner(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        raw = owner.release();
        EXPECT_FALSE(owner);
    }
    EXPECT_TRUE(is_open(raw));
    Fd again(raw);
    again.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    EXPECT_NE(again.get(), raw);
    EXPECT_FALSE(is_open(raw));
}

} // namespace
} // namespace kept::base
