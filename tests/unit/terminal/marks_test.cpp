#include "terminal/marks.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace kept::terminal {
namespace {

constexpr std::string_view kNonce = "0f3a";

TEST(TerminalMarks, KnowsEachKind) {
    EXPECT_EQ(parse_mark("133;A;n=0f3a", kNonce)->kind, Mark::Kind::prompt);
    EXPECT_EQ(parse_mark("133;A;k=s;n=0f3a", kNonce)->kind, Mark::Kind::continuation);
    EXPECT_EQ(parse_mark("133;B;n=0f3a", kNonce)->kind, Mark::Kind::input);
    EXPECT_EQ(parse_mark("133;C;n=0f3a", kNonce)->kind, Mark::Kind::output);
    EXPECT_EQ(parse_mark("133;E;n=0f3a", kNonce)->kind, Mark::Kind::output_end);
    const auto end = parse_mark("133;D;42;n=0f3a", kNonce);
    ASSERT_TRUE(end);
    EXPECT_EQ(end->kind, Mark::Kind::end);
    EXPECT_EQ(end->exit_code, 42);
    EXPECT_EQ(parse_mark("133;D;n=0f3a", kNonce)->exit_code, std::nullopt);
    EXPECT_EQ(parse_mark("133;D;n=0f3a;0", kNonce)->exit_code, 0);
    EXPECT_EQ(parse_mark("133;D;256;n=0f3a", kNonce)->exit_code, std::nullopt);
    EXPECT_EQ(parse_mark("133;D;-1;n=0f3a", kNonce)->exit_code, std::nullopt);
    EXPECT_EQ(parse_mark("133;C;k=s;n=0f3a", kNonce)->kind, Mark::Kind::output);
}

TEST(TerminalMarks, BelievesOnlyOurOwn) {
    for (const char* forged :
         {"133;D;0", "133;D;0;n=", "133;D;0;n=0f3", "133;D;0;n=0f3ab", "133;D;0;N=0f3a",
          "133;D;0f3a", "133;D;0;xn=0f3a", "133;D;0;n=0F3A", "133;D;0;n=*", "133;D;0;n=0f3a;n=x"}) {
        EXPECT_FALSE(parse_mark(forged, kNonce)) << forged;
    }
    // A session without a nonce trusts nobody, not even who says nothing.
    EXPECT_FALSE(parse_mark("133;D;0;n=", ""));
    EXPECT_FALSE(parse_mark("133;D;0", ""));
}

TEST(TerminalMarks, OtherStringsAreNone) {
    for (const char* other : {"", "133", "133;", "133;F;n=0f3a", "133;AA;n=0f3a", "633;A;n=0f3a",
                              "133A;n=0f3a", "0;title", "133;a;n=0f3a", "1337;A;n=0f3a"}) {
        EXPECT_FALSE(parse_mark(other, kNonce)) << other;
    }
}

const std::string kEnd = "\x1b]133;D;0;n=0f3a\a";
const std::string kPrompt = "\x1b]133;A;n=0f3a\a";

std::string filtered(std::string_view bytes, std::size_t piece = std::string_view::npos) {
    std::string out;
    MarkFilter filter{kNonce, [&](std::string_view text) { out += text; }};
    while (!bytes.empty()) {
        const std::string_view now = bytes.substr(0, piece);
        filter.feed(now);
        bytes.remove_prefix(now.size());
    }
    filter.finish();
    return out;
}

TEST(TerminalMarkFilter, TakesOutOurOwnMarks) {
    EXPECT_EQ(filtered("a" + kEnd + kPrompt + "b" + kEnd), "ab");
    EXPECT_EQ(filtered(kEnd), "");
}

TEST(TerminalMarkFilter, PassesOnAllElseExactly) {
    for (const std::string& other :
         {std::string("plain"), std::string("\x1b[31mred\x1b[0m"), std::string("\x1b]0;title\a"),
          std::string("\x1b]133;D;0\a"), std::string("\x1b]133;D;0;n=ffff\a"),
          std::string("\x1b]133;D;0;n=0f3a\x1b\\"), // ours end with BEL
          std::string("\x1b]133;D;0;n=0f3a"), std::string("\x1b"), std::string("\x1b]13"),
          std::string("\x1b\x1b]13\x1b]133;A"), std::string("\0\xff\x80", 3)}) {
        EXPECT_EQ(filtered(other), other);
        EXPECT_EQ(filtered(other + kEnd), other) << "before a mark of ours";
        EXPECT_EQ(filtered(kEnd + other + "z"), other + "z");
    }
}

TEST(TerminalMarkFilter, TakesOutTheMarksOfProgramsInside) {
    const std::string own = session_nonce();
    const std::string inner = inner_nonce(own);
    ASSERT_EQ(inner.size(), own.size());
    EXPECT_NE(inner, own);
    EXPECT_NE(inner_nonce(own), inner);
    const auto shown = [&](const std::string& nonce) {
        std::string out;
        MarkFilter filter{own, [&](std::string_view text) { out += text; }};
        filter.feed("a\x1b]133;D;0;n=" + nonce + "\ab");
        filter.finish();
        return out;
    };
    EXPECT_EQ(shown(own), "ab");
    EXPECT_EQ(shown(inner), "ab");
    EXPECT_NE(shown(session_nonce()), "ab");
    EXPECT_NE(shown(inner + "0"), "ab");
    EXPECT_NE(shown(inner.substr(1)), "ab");
    EXPECT_NE(shown(std::string(own.size(), '0')), "ab");
}

TEST(TerminalMarkFilter, WhatIsLongerThanAnyMarkIsNotHeldBack) {
    std::string out;
    MarkFilter filter{kNonce, [&](std::string_view text) { out += text; }};
    filter.feed("\x1b]133;" + std::string(200, 'x'));
    EXPECT_EQ(out.size(), 206U);
}

/// Pieces of marks, real, forged and broken, and text between them.
rc::Gen<std::string> any_stream() {
    const auto part = rc::gen::elementOf(std::vector<std::string>{
        kEnd, kPrompt, "\x1b]133;D;0\a", "\x1b]133;D;0;n=bad\a", "\x1b]133;", "\x1b", "]133;A",
        ";n=0f3a", "\a", "\x1b\\", "text", "\r\n", "\x1b[2J", std::string(130, 'y')});
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(part), [](const auto& parts) {
        std::string all;
        for (const auto& one : parts) {
            all += one;
        }
        return all;
    });
}

RC_GTEST_PROP(TerminalMarkFilter, FiltersTheSameHoweverItIsCut, ()) {
    const std::string stream = *any_stream();
    const std::string whole = filtered(stream);
    RC_ASSERT(filtered(stream, 1) == whole);
    RC_ASSERT(filtered(stream, *rc::gen::inRange<std::size_t>(1, stream.size() + 2)) == whole);
}

RC_GTEST_PROP(TerminalMarkFilter, LosesNothingButMarks, ()) {
    // Marks of ours stand between texts that hold no BEL, so that each ends at its own.
    std::string stream;
    std::string wanted;
    const auto text = rc::gen::map(any_stream(), [](std::string one) {
        std::erase(one, '\a');
        return one;
    });
    for (const auto& one : *rc::gen::container<std::vector<std::string>>(text)) {
        stream += one + kEnd;
        wanted += one;
    }
    RC_ASSERT(filtered(stream) == wanted);
}

} // namespace
} // namespace kept::terminal
