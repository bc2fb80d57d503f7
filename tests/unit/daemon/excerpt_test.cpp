#include "daemon/excerpt.h"
#include "daemon/line_view.h"
#include "daemon/serve_args.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"

namespace kept::daemon {
namespace {

struct Result {
    std::string out;
    std::uint64_t given = 0;
    std::uint64_t gap_at = 0;
    std::uint64_t gap = 0;
};

Result excerpt(Excerpt::Window window, std::string_view text,
               std::size_t piece = std::string::npos) {
    Excerpt excerpt(window);
    Result result;
    while (!text.empty()) {
        const std::string_view now = text.substr(0, piece);
        excerpt.feed(now, result.out);
        text.remove_prefix(now.size());
    }
    excerpt.finish(result.out);
    result.given = excerpt.given();
    result.gap_at = excerpt.gap_at();
    result.gap = excerpt.gap_bytes();
    return result;
}

Result raw(std::uint64_t offset, std::uint64_t limit, std::string_view text, std::size_t piece) {
    return excerpt({.offset = offset, .limit = limit, .most = 0, .text = false}, text, piece);
}

Result head_and_tail(std::uint64_t most, bool text, std::string_view bytes, std::size_t piece) {
    return excerpt({.offset = 0, .limit = 0, .most = most, .text = text}, bytes, piece);
}

/// Text of one to four bytes a character.
rc::Gen<std::string> any_text() {
    return rc::gen::map(
        rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(
            std::vector<std::string>{"a", "\n", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"})),
        [](const auto& parts) {
            std::string all;
            for (const auto& part : parts) {
                all += part;
            }
            return all;
        });
}

rc::Gen<std::size_t> any_piece() {
    return rc::gen::inRange<std::size_t>(1, 40);
}

TEST(DaemonExcerpt, WithoutAWindowAllGoesThrough) {
    EXPECT_EQ(excerpt({}, "hello").out, "hello");
    EXPECT_EQ(excerpt({}, "").out, "");
    EXPECT_EQ(excerpt({}, "hello").given, 5U);
}

RC_GTEST_PROP(DaemonExcerpt, ARawWindowIsASubstring, (const std::string& bytes)) {
    const auto offset = *rc::gen::inRange<std::size_t>(0, bytes.size() + 5);
    const auto limit = *rc::gen::inRange<std::size_t>(0, bytes.size() + 5);
    const std::string wanted =
        offset >= bytes.size() ? "" : bytes.substr(offset, limit == 0 ? std::string::npos : limit);
    const Result got = raw(offset, limit, bytes, *any_piece());
    RC_ASSERT(got.out == wanted);
    RC_ASSERT(got.given == wanted.size());
    RC_ASSERT(got.gap == 0U);
}

RC_GTEST_PROP(DaemonExcerpt, AWindowOfTextEndsBetweenCharacters, ()) {
    const std::string text = *any_text();
    const auto limit = *rc::gen::inRange<std::size_t>(1, text.size() + 5);
    const Result got =
        excerpt({.offset = 0, .limit = limit, .most = 0, .text = true}, text, *any_piece());
    RC_ASSERT(text.starts_with(got.out));
    RC_ASSERT(base::is_utf8(got.out));
    RC_ASSERT(got.out.size() <= limit);
    RC_ASSERT(got.out.size() + 3 >= std::min(limit, text.size()));
    RC_ASSERT(got.given == got.out.size());
}

RC_GTEST_PROP(DaemonExcerpt, PagesJoinToTheWhole, ()) {
    const std::string text = *any_text();
    const auto limit = *rc::gen::inRange<std::size_t>(4, 30); // at least one character each time
    std::string joined;
    while (joined.size() < text.size()) {
        const Result page = excerpt(
            {.offset = joined.size(), .limit = limit, .most = 0, .text = true}, text, *any_piece());
        RC_ASSERT(page.given > 0U);
        joined += page.out;
    }
    RC_ASSERT(joined == text);
}

TEST(DaemonExcerpt, AWindowOfAnySizeIsFine) {
    EXPECT_EQ(raw(2, UINT64_MAX, "hello", 2).out, "llo");
    EXPECT_EQ(raw(UINT64_MAX, UINT64_MAX, "hello", 2).out, "");
    EXPECT_EQ(raw(UINT64_MAX, 0, "hello", 2).out, "");
    EXPECT_EQ(head_and_tail(UINT64_MAX, true, "hello", 2).out, "hello");
}

TEST(DaemonExcerpt, KnowsWhenNothingMoreMatters) {
    Excerpt excerpt({.offset = 2, .limit = 3, .most = 0, .text = false});
    std::string out;
    excerpt.feed("abcd", out);
    EXPECT_FALSE(excerpt.full());
    excerpt.feed("e", out);
    EXPECT_TRUE(excerpt.full());
    Excerpt endless({.offset = 2, .limit = 0, .most = 3, .text = true});
    endless.feed("abcdefghij", out);
    EXPECT_FALSE(endless.full()); // the tail is still to come
}

RC_GTEST_PROP(DaemonExcerpt, RawHeadAndTailAreExact, (const std::string& bytes)) {
    const auto most = *rc::gen::inRange<std::size_t>(1, bytes.size() + 5);
    const Result got = head_and_tail(most, false, bytes, *any_piece());
    if (bytes.size() <= most) {
        RC_ASSERT(got.out == bytes);
        RC_ASSERT(got.gap == 0U);
        return;
    }
    const std::size_t head = most / 2;
    RC_ASSERT(got.out == bytes.substr(0, head) + bytes.substr(bytes.size() - (most - head)));
    RC_ASSERT(got.gap == bytes.size() - most);
    RC_ASSERT(got.gap_at == head);
    RC_ASSERT(got.given == most);
}

RC_GTEST_PROP(DaemonExcerpt, TextKeepsHeadAndTailAndStatesTheGap, ()) {
    const std::string text = *any_text();
    const auto most = *rc::gen::inRange<std::size_t>(1, text.size() + 5);
    // Text comes in pieces that end between characters.
    Excerpt excerpt({.offset = 0, .limit = 0, .most = most, .text = true});
    std::string out;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view now = base::utf8_prefix(rest, *rc::gen::inRange<std::size_t>(1, 9));
        excerpt.feed(now, out);
        rest.remove_prefix(now.size());
    }
    excerpt.finish(out);
    RC_ASSERT(base::is_utf8(out));
    RC_ASSERT(excerpt.given() + excerpt.gap_bytes() == text.size());
    if (excerpt.gap_bytes() == 0) {
        RC_ASSERT(out == text);
        return;
    }
    RC_ASSERT(text.size() > most);
    RC_ASSERT(excerpt.given() <= most + 3); // the head's last character is kept whole
    const std::size_t head = excerpt.gap_at();
    const std::string tail = text.substr(head + excerpt.gap_bytes());
    RC_ASSERT(out == text.substr(0, head) + tail);
}

TEST(DaemonExcerpt, AFloodIsHeldInBoundedMemory) {
    std::string flood;
    for (int i = 0; flood.size() < 2'000'000; ++i) {
        flood += std::to_string(i) + "\n";
    }
    for (const std::size_t piece : {std::size_t{1'000}, std::size_t{65'536}, flood.size()}) {
        const Result got = head_and_tail(1'000, true, flood, piece);
        EXPECT_EQ(got.gap, flood.size() - 1'000);
        EXPECT_TRUE(got.out.starts_with(flood.substr(0, 500)));
        EXPECT_TRUE(got.out.ends_with(flood.substr(flood.size() - 500)));
    }
}

TEST(DaemonServeArgs, TakesItsOwnWordsOnly) {
    const auto session = parse_serve_args({"work"});
    ASSERT_TRUE(session);
    EXPECT_EQ(session->role, ServeArgs::Role::session);
    EXPECT_EQ(session->name, "work");
    const auto reader = parse_serve_args({"--read", "a.b"});
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->role, ServeArgs::Role::reader);
    EXPECT_EQ(reader->name, "a.b");
    const std::string long_name(65, 'x');
    for (const std::vector<std::string_view>& bad :
         std::vector<std::vector<std::string_view>>{{},
                                                    {""},
                                                    {"--read"},
                                                    {"a", "b"},
                                                    {"../x"},
                                                    {"a/b"},
                                                    {"--read", "a", "b"},
                                                    {"--read", ".."},
                                                    {long_name}}) {
        EXPECT_FALSE(parse_serve_args(bad));
    }
}

using Line = std::pair<std::string, std::uint64_t>;

std::vector<Line> lines_of(std::string_view bytes, std::size_t piece = std::string::npos,
                           int cols = 80) {
    std::vector<Line> lines;
    control::LaunchSpec spec;
    spec.cols = cols;
    LineView view(spec, [&](std::string line, std::uint64_t end) {
        lines.emplace_back(std::move(line), end);
    });
    std::uint64_t at = 1'000;
    while (!bytes.empty()) {
        const std::string_view now = bytes.substr(0, piece);
        view.feed(now, at);
        at += now.size();
        bytes.remove_prefix(now.size());
    }
    view.finish();
    return lines;
}

TEST(DaemonLineView, GivesLinesWithWhereTheyEnd) {
    EXPECT_EQ(lines_of("one\r\n\r\n  two\r\nthree"),
              (std::vector<Line>{{"one", 1'005}, {"", 1'007}, {"  two", 1'014}, {"three", 1'019}}));
    EXPECT_EQ(lines_of(""), (std::vector<Line>{}));
}

TEST(DaemonLineView, ShowsALineAsItStoodInTheEnd) {
    EXPECT_EQ(lines_of("10%\r50%\r100%\r\n")[0].first, "100%");
    EXPECT_EQ(lines_of("\x1b[31mred\x1b[0m x\b\by\r\n")[0].first, "redyx");
    EXPECT_EQ(lines_of(std::string(200, 'x') + "\r\n", std::string::npos, 80)[0].first,
              std::string(200, 'x'));
}

RC_GTEST_PROP(DaemonLineView, GivesTheSameHoweverItIsCut, ()) {
    const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(
        std::vector<std::string>{"a", " ", "\r\n", "\r", "\x1b[1m", "\xE2\x82\xAC", "\b", "\t"}));
    std::string bytes;
    for (const auto& part : parts) {
        bytes += part;
    }
    const auto texts = [](const std::vector<Line>& lines) {
        std::vector<std::string> out;
        for (const auto& line : lines) {
            out.push_back(line.first);
        }
        return out;
    };
    RC_ASSERT(texts(lines_of(bytes, *any_piece())) == texts(lines_of(bytes)));
}

} // namespace
} // namespace kept::daemon
