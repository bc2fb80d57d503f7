#include "terminal/guest_output.h"

#include <gtest/gtest.h>
#include <string>

namespace kept::terminal {
namespace {

std::string passed(std::string_view bytes, std::size_t piece = 1000) {
    std::string out;
    GuestOutput guest;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        guest.feed(bytes.substr(at, piece), out);
    }
    return out;
}

TEST(GuestOutput, TextStylesAndMovesPassExactly) {
    const std::string bytes =
        "plain \x1b[1;31mred\x1b[m \x1b[3;4H\x1b[2J\x1b[?25l\x1b(0qqq\x1b(B\r\n\t\x1b"
        "7\x1b"
        "8"
        "\x1b[4:3m\x1b]8;;http://x\x1b\\link\x1b]8;;\a\x1b]2;title\a\x1b[5 "
        "q\x1b[!p\x1b[2;5r\xc3\xa9"
        "\xe2\x82\xac\xf0\x9f\x98\x80\x1b]52;c;aGk=\a";
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 1000U}) {
        EXPECT_EQ(passed(bytes, piece), bytes);
    }
}

TEST(GuestOutput, NothingThatATerminalAnswers) {
    for (const std::string_view query : {"\x1b[c",
                                         "\x1b[0c",
                                         "\x1b[>c",
                                         "\x1b[=c",
                                         "\x1b[5n",
                                         "\x1b[6n",
                                         "\x1b[?6n",
                                         "\x1b[?996n",
                                         "\x1b[?2026$p",
                                         "\x1b[4$p",
                                         "\x1b[>q",
                                         "\x1b[>0q",
                                         "\x1b[?u",
                                         "\x1b[x",
                                         "\x1b[18t",
                                         "\x1b[21t",
                                         "\x1bZ",
                                         "\x05",
                                         "\x1b]10;?\a",
                                         "\x1b]4;1;?\x1b\\",
                                         "\x1b]52;c;?\a",
                                         "\x1bP$qm\x1b\\",
                                         "\x1bP+q544e\x1b\\",
                                         "\x1b_Ga=q\x1b\\",
                                         "\xc2\x9b"
                                         "6n",
                                         "\x1b[?4m",
                                         "\x1b[?1;1S",
                                         "\x1b[1;1;1;1;1;1*y"}) {
        const std::string out = passed(std::string(query) + "x");
        EXPECT_EQ(out.back(), 'x') << query;
        EXPECT_EQ(out.find('\x1b'), std::string::npos) << query;
        EXPECT_EQ(out.find('\x05'), std::string::npos) << query;
    }
}

TEST(GuestOutput, OurMarksNeverPass) {
    EXPECT_EQ(passed("a\x1b]133;D;0;n=0f3a\ab\x1b]133;A;n=0f3a\x1b\\c", 1), "abc");
}

TEST(GuestOutput, WhatLeavingCouldNotUndo) {
    EXPECT_EQ(passed("\x1b]4;1;#123456\a\x1b]11;#000\a\x1b[8;9;9t\x1b[3J\x1b[?9001h\x1b[2l\x1b%@"),
              "");
    EXPECT_EQ(passed("\x1b[>1u\x1b[<u\x1b[=1;1u\x1b[>4;2m\x1b[?1s"), "");
    EXPECT_EQ(passed("\x1b[?1;2048;25h"), "\x1b[?1;25h");
}

TEST(GuestOutput, BuffersAndResetsAskForARepaint) {
    for (const std::string_view what : {"\x1b[?1049h", "\x1b[?47l", "\x1b[?1;1047h",
                                        "\x1b"
                                        "c",
                                        "\x1b[?1r"}) {
        GuestOutput guest;
        std::string out;
        guest.feed(what, out);
        EXPECT_TRUE(guest.take_repaint()) << what;
        EXPECT_FALSE(guest.take_repaint()) << what;
        EXPECT_EQ(out.find("49"), std::string::npos);
    }
    GuestOutput guest;
    std::string out;
    guest.feed("\x1b[23;0t", out);
    EXPECT_TRUE(guest.take_retitle());
    EXPECT_EQ(out, "");
}

TEST(GuestOutput, SequencesAreHeldUntilTheyAreWhole) {
    GuestOutput guest;
    std::string out;
    guest.feed("a\x1b[3", out);
    EXPECT_EQ(out, "a");
    guest.feed("1mb\xe2\x82", out);
    EXPECT_EQ(out, "a\x1b[31mb");
    guest.feed("\xac", out);
    EXPECT_EQ(out, "a\x1b[31mb\xe2\x82\xac");
}

TEST(GuestOutput, BrokenOffSequences) {
    EXPECT_EQ(passed("\x1b[3\x1b[1mx"), "\x1b[1mx");
    EXPECT_EQ(passed("\x1b]0;never ended\x1b[1mx"), "\x1b[1mx");
    EXPECT_EQ(passed("\x1b[3\x18x\x1b]0;t\x18y"), "xy");
    EXPECT_EQ(passed("\x1b[1\rm"), "\r\x1b[1m");
    EXPECT_EQ(passed("\x1b]0;" + std::string(2'000'000, 'x') + "\ay"), "y");
    EXPECT_EQ(passed("\x1b[" + std::string(5000, '1') + "my"), "y");
}

} // namespace
} // namespace kept::terminal
