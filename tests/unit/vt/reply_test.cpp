#include "stream_gen.h"

#include <gtest/gtest.h>

#include <string>

namespace kept::vt::test {
namespace {

std::string reply_to(std::string_view bytes) {
    Recorder heard;
    Screen screen({80, 24}, &heard);
    screen.feed(bytes);
    return heard.replies;
}

TEST(VtReply, WhatTerminalThisIs) {
    EXPECT_EQ(reply_to("\x1b[c"), "\x1b[?62;1;6;22c");
    EXPECT_EQ(reply_to("\x1b[0c"), "\x1b[?62;1;6;22c");
    EXPECT_EQ(reply_to("\x1bZ"), "\x1b[?62;1;6;22c");
    EXPECT_EQ(reply_to("\x1b[>c"), "\x1b[>0;100;0c");
    EXPECT_EQ(reply_to("\x1b[=c"), "\x1bP!|00000000\x1b\\");
    EXPECT_EQ(reply_to("\x1b[>q"), "\x1bP>|kept\x1b\\");
    EXPECT_EQ(reply_to("\x1b[1c"), "");
}

TEST(VtReply, Status) {
    EXPECT_EQ(reply_to("\x1b[5n"), "\x1b[0n");
    EXPECT_EQ(reply_to("ab\r\nc\x1b[6n"), "\x1b[2;2R");
    EXPECT_EQ(reply_to("\x1b[?6n"), "\x1b[?1;1R");
    EXPECT_EQ(reply_to("\x1b[5;10r\x1b[?6h\x1b[2;3H\x1b[6n"), "\x1b[2;3R");
    EXPECT_EQ(reply_to("\x1b[?996n"), "\x1b[?997;1n");
    EXPECT_EQ(reply_to("\x1b[x"), "\x1b[2;1;1;128;128;1;0x");
}

TEST(VtReply, Modes) {
    EXPECT_EQ(reply_to("\x1b[?7$p"), "\x1b[?7;1$y");
    EXPECT_EQ(reply_to("\x1b[?2004$p"), "\x1b[?2004;2$y");
    EXPECT_EQ(reply_to("\x1b[?2004h\x1b[?2004$p"), "\x1b[?2004;1$y");
    EXPECT_EQ(reply_to("\x1b[?1049h\x1b[?1049$p"), "\x1b[?1049;1$y");
    EXPECT_EQ(reply_to("\x1b[?2026$p"), "\x1b[?2026;2$y");
    EXPECT_EQ(reply_to("\x1b[?2027$p"), "\x1b[?2027;3$y");
    EXPECT_EQ(reply_to("\x1b[?1006h\x1b[?1006$p"), "\x1b[?1006;1$y");
    EXPECT_EQ(reply_to("\x1b[?31337$p"), "\x1b[?31337;0$y");
    EXPECT_EQ(reply_to("\x1b[4h\x1b[4$p"), "\x1b[4;1$y");
}

TEST(VtReply, Settings) {
    EXPECT_EQ(reply_to("\x1b[1;31m\x1bP$qm\x1b\\"), "\x1bP1$r0;1;31m\x1b\\");
    EXPECT_EQ(reply_to("\x1b[2;5r\x1bP$qr\x1b\\"), "\x1bP1$r2;5r\x1b\\");
    EXPECT_EQ(reply_to("\x1b[5 q\x1bP$q q\x1b\\"), "\x1bP1$r5 q\x1b\\");
    EXPECT_EQ(reply_to("\x1bP$qz\x1b\\"), "\x1bP0$r\x1b\\");
}

TEST(VtReply, Capabilities) {
    EXPECT_EQ(reply_to("\x1bP+q544e\x1b\\"),
              "\x1bP1+r544e=787465726d2d323536636f6c6f72\x1b\\"); // TN: xterm-256color
    EXPECT_EQ(reply_to("\x1bP+q5463;4d73;524742\x1b\\"),          // Tc, Ms (no clipboard), RGB
              "\x1bP1+r5463\x1b\\\x1bP0+r4d73\x1b\\\x1bP1+r524742=38\x1b\\");
    EXPECT_EQ(reply_to("\x1bP+q536D756C78\x1b\\"), // Smulx, as Neovim asks
              "\x1bP1+r536D756C78=1b5b343a25703125646d\x1b\\");
    EXPECT_EQ(reply_to("\x1bP+qrm -rf\x1b\\"), "\x1bP0+r\x1b\\"); // nothing of it is typed
    std::string many = "\x1bP+q";
    for (int i = 0; i < 1000; ++i) {
        many += "5463;";
    }
    EXPECT_LT(reply_to(many + "\x1b\\").size(), 1000U);
    EXPECT_EQ(reply_to("\x1b[>4;2m\x1b[?4m"), "\x1b[>4;2m");
}

TEST(VtReply, ColoursEndAsTheQueryDid) {
    EXPECT_EQ(reply_to("\x1b]11;?\a"), "\x1b]11;rgb:0000/0000/0000\a");
    EXPECT_EQ(reply_to("\x1b]10;?\x1b\\"), "\x1b]10;rgb:e5e5/e5e5/e5e5\x1b\\");
    EXPECT_EQ(reply_to("\x1b]4;1;?\a"), "\x1b]4;1;rgb:cdcd/0000/0000\a");
    EXPECT_EQ(reply_to("\x1b]4;21;?;255;?\a"),
              "\x1b]4;21;rgb:0000/0000/ffff\a\x1b]4;255;rgb:eeee/eeee/eeee\a");
    EXPECT_EQ(reply_to("\x1b]10;?;?\a"),
              "\x1b]10;rgb:e5e5/e5e5/e5e5\a\x1b]11;rgb:0000/0000/0000\a");
    EXPECT_EQ(reply_to("\x1b]4;256;?\a\x1b]4;x;?\a\x1b]11;#ffffff\a"), "");
}

TEST(VtReply, WindowSizes) {
    EXPECT_EQ(reply_to("\x1b[14t"), "\x1b[4;384;640t");
    EXPECT_EQ(reply_to("\x1b[16t"), "\x1b[6;16;8t");
    EXPECT_EQ(reply_to("\x1b[18t"), "\x1b[8;24;80t");
    EXPECT_EQ(reply_to("\x1b]2;rm -rf\a\x1b[21t"), "\x1b]l\x1b\\"); // never the title
}

TEST(VtReply, Keyboard) {
    EXPECT_EQ(reply_to("\x1b[?u"), "\x1b[?0u");
    EXPECT_EQ(reply_to("\x1b[>1u\x1b[>5u\x1b[?u\x1b[<u\x1b[?u\x1b[<9u\x1b[?u"),
              "\x1b[?5u\x1b[?1u\x1b[?0u");
    EXPECT_EQ(reply_to("\x1b[=3u\x1b[=4;2u\x1b[?u\x1b[=1;3u\x1b[?u"), "\x1b[?7u\x1b[?6u");
    EXPECT_EQ(reply_to("\x1b[>1u\x1b[?1049h\x1b[?u\x1b[?1049l\x1b[?u"), "\x1b[?0u\x1b[?1u");
}

TEST(VtReply, InBandResize) {
    Recorder heard;
    Screen screen({80, 24}, &heard);
    screen.feed("\x1b[?2048h");
    EXPECT_EQ(heard.replies, "\x1b[48;24;80;384;640t");
    screen.resize({100, 30});
    EXPECT_EQ(heard.replies, "\x1b[48;24;80;384;640t\x1b[48;30;100;480;800t");
}

TEST(VtReply, ModesAreStored) {
    Screen screen({80, 24});
    screen.feed("\x1b[?1h\x1b=\x1b[?1002;1006;1004;2004;2026h\x1b[6 q\x1b[?25l\x1b[?5h\x1b[>4;2m");
    Modes expected;
    expected.application_cursor = true;
    expected.application_keypad = true;
    expected.mouse = MouseTracking::drag;
    expected.mouse_encoding = MouseEncoding::sgr;
    expected.focus_events = true;
    expected.bracketed_paste = true;
    expected.synchronized_output = true;
    expected.cursor_shape = CursorShape::bar;
    expected.cursor_visible = false;
    expected.reverse_video = true;
    expected.modify_other_keys = 2;
    EXPECT_EQ(screen.modes(), expected);
    screen.feed("\x1b[?1l\x1b>\x1b[?1002;1006;1004;2004;2026l\x1b[0 q\x1b[?25h\x1b[?5l\x1b[>4m");
    EXPECT_EQ(screen.modes(), Modes{});
}

TEST(VtReply, ModesAreSavedAndRestored) {
    Screen screen({80, 24});
    screen.feed("\x1b[?2004h\x1b[?2004s\x1b[?2004l\x1b[?2004r");
    EXPECT_TRUE(screen.bracketed_paste());
    screen.feed("\x1b[?1r"); // never saved
    EXPECT_FALSE(screen.application_cursor());
}

} // namespace
} // namespace kept::vt::test
