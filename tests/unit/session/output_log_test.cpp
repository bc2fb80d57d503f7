#include "session/output_log.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <vector>

#include "unit/os/temp_dir.h"

namespace kept::session {
namespace {

using kept::test::TempDir;

constexpr std::uint64_t kLimit = 64ULL * 1024; // the least there is

/// Text in which every offset can be told from its neighbours.
std::string numbered(std::uint64_t begin, std::size_t size) {
    std::string out;
    out.reserve(size);
    for (std::uint64_t at = begin; out.size() < size; ++at) {
        out.push_back(static_cast<char>('!' + (at ^ at >> 7U ^ at >> 13U) % 90));
    }
    return out;
}

struct Got {
    std::string bytes;
    std::uint64_t missing = 0;
};

Got read(OutputLog& log, Range range) {
    Got got;
    got.missing = log.read(range, [&](std::string_view piece) { got.bytes += piece; });
    return got;
}

std::size_t files_in(const std::string& directory) {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(directory), {}));
}

TEST(SessionOutputLog, GivesBackWhatItTook) {
    const TempDir temp;
    OutputLog log(temp.path(), 1 << 20);
    EXPECT_EQ(log.end(), 0U);
    log.append("hello ");
    log.append("world");
    EXPECT_EQ(log.end(), 11U);
    EXPECT_EQ(read(log, {0, 11}).bytes, "hello world");
    EXPECT_EQ(read(log, {4, 8}).bytes, "o wo");
    EXPECT_EQ(read(log, {8, 20}).bytes, "rld");
    EXPECT_EQ(read(log, {8, 20}).missing, 9U);
    EXPECT_EQ(read(log, {5, 5}).missing, 0U);
    EXPECT_EQ(kept::test::slurp(temp / "output.log"), "hello world");
}

TEST(SessionOutputLog, HoldsSmallOutputUntilItIsFlushed) {
    const TempDir temp;
    OutputLog log(temp.path(), 1 << 20);
    log.append("abc");
    EXPECT_EQ(log.bytes_on_disk(), 0U);
    log.flush();
    EXPECT_EQ(log.bytes_on_disk(), 3U);
    log.append(std::string(OutputLog::kFlushAt - 1, 'x'));
    EXPECT_EQ(log.bytes_on_disk(), 3U);
    log.append("y");
    EXPECT_EQ(log.bytes_on_disk(), 3U + OutputLog::kFlushAt);
}

RC_GTEST_PROP(SessionOutputLog, EveryKeptByteStandsAtItsOffset, ()) {
    const TempDir temp;
    OutputLog log(temp.path(), kLimit);
    std::string model;
    const auto steps = *rc::gen::container<std::vector<int>>(
        rc::gen::oneOf(rc::gen::just(0), rc::gen::inRange(1, 300), rc::gen::inRange(1, 70'000),
                       rc::gen::element(16'384, 32'768, 49'152, 65'535, 65'536, 65'537)));
    for (const int step : steps) {
        if (step == 0) {
            log.flush();
        } else {
            const std::string piece = numbered(model.size(), static_cast<std::size_t>(step));
            log.append(piece);
            model += piece;
        }
        RC_ASSERT(log.end() == model.size());
        RC_ASSERT(log.bytes_on_disk() <= kLimit);
        RC_ASSERT(log.lost() == 0U);
    }
    log.flush();
    // What is kept is the end of it, without a gap, and not much less than the limit.
    RC_ASSERT(log.end() - log.begin() == log.bytes_on_disk());
    RC_ASSERT(log.bytes_on_disk() >= std::min<std::uint64_t>(model.size(), kLimit / 2));
    const auto begin = *rc::gen::inRange<std::size_t>(0, model.size() + 1);
    const auto end = *rc::gen::inRange<std::size_t>(begin, model.size() + 1);
    const std::size_t first = std::clamp<std::size_t>(log.begin(), begin, end);
    const Got got = read(log, {begin, end});
    RC_ASSERT(got.bytes == model.substr(first, end - first));
    RC_ASSERT(got.missing == first - begin);
    // Who comes later finds the same in the directory.
    Got again;
    again.missing = read_output(list_segments(temp.path()), {begin, end},
                                [&](std::string_view piece) { again.bytes += piece; });
    RC_ASSERT(again.bytes == got.bytes);
    RC_ASSERT(again.missing == got.missing);
}

TEST(SessionOutputLog, DropsTheOldestFilesFirst) {
    const TempDir temp;
    OutputLog log(temp.path(), kLimit);
    for (int i = 0; i < 100; ++i) {
        log.append(numbered(log.end(), 10'000));
        log.flush();
    }
    EXPECT_GT(log.begin(), 1'000'000U - kLimit);
    EXPECT_LE(files_in(temp.path()), kLimit / OutputLog::kLeastSegment + 1);
    EXPECT_FALSE(std::filesystem::exists(temp / "output.log"));
    const auto segments = list_segments(temp.path());
    ASSERT_FALSE(segments.empty());
    EXPECT_EQ(segments.front().begin, log.begin());
    for (std::size_t i = 1; i < segments.size(); ++i) {
        EXPECT_EQ(segments[i].begin, segments[i - 1].begin + segments[i - 1].size);
    }
}

TEST(SessionOutputLog, ListsItsOwnFilesOnly) {
    const TempDir temp;
    for (const char* name :
         {"output.log", "output.log.10", "output.log.9", "output.log.", "output.log.1x",
          "output.logs", "output.log-3", "output.log.-4", "events.ndjson"}) {
        kept::test::spill(temp / name, "x");
    }
    std::filesystem::create_directory(temp / "output.log.77");
    std::vector<std::uint64_t> begins;
    for (const auto& segment : list_segments(temp.path())) {
        begins.push_back(segment.begin);
    }
    EXPECT_EQ(begins, (std::vector<std::uint64_t>{0, 9, 10}));
    EXPECT_TRUE(list_segments(temp / "missing").empty());
}

/// No file of this process may grow beyond so many bytes: what a full disk does, at a place of our
/// choice.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) : old_handler_(::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit now{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, old_handler_);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    FullDisk(FullDisk&&) = delete;
    FullDisk& operator=(FullDisk&&) = delete;

private:
    rlimit before_{};
    void (*old_handler_)(int);
};

TEST(SessionOutputLog, AFullDiskMovesNoOffset) {
    const TempDir temp;
    OutputLog log(temp.path(), 8 << 20);
    const std::string head = numbered(0, 3'000);
    log.append(head);
    log.flush();
    {
        const FullDisk full(5'000);
        log.append(numbered(log.end(), 4'000)); // 2,000 of them fit
        log.flush();
    }
    EXPECT_EQ(log.lost(), 2'000U);
    EXPECT_EQ(log.end(), 7'000U);
    const std::string tail = numbered(log.end(), 1'000);
    log.append(tail);
    log.flush();
    EXPECT_EQ(log.lost(), 2'000U);
    EXPECT_EQ(read(log, {7'000, 8'000}).bytes, tail);
    const Got all = read(log, {0, 8'000});
    EXPECT_EQ(all.missing, 2'000U);
    EXPECT_EQ(all.bytes, numbered(0, 5'000) + tail);
}

TEST(SessionOutputLog, AFullDiskIsNotFilledWithEmptyFiles) {
    const TempDir temp;
    OutputLog log(temp.path(), kLimit);
    std::size_t files = 0;
    {
        const FullDisk full(0);
        for (int i = 0; i < 100; ++i) {
            log.append(numbered(log.end(), 70'000));
        }
        files = files_in(temp.path());
    }
    EXPECT_EQ(log.lost(), 7'000'000U);
    EXPECT_LE(files, 2U);
    log.append("x");
    EXPECT_EQ(read(log, {7'000'000, 7'000'001}).bytes, "x");
}

TEST(SessionOutputLog, ADirectoryThatIsGoneIsALossToo) {
    OutputLog log("/no/such/directory", kLimit);
    log.append("abc");
    log.flush();
    EXPECT_EQ(log.lost(), 3U);
    EXPECT_EQ(log.end(), 3U);
    EXPECT_EQ(read(log, {0, 3}).missing, 3U);
}

} // namespace
} // namespace kept::session
