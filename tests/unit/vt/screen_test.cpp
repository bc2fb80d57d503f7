#include "vt/screen.h"

#include "stream_gen.h"

#include <gtest/gtest.h>

#include <string>

namespace kept::vt {
namespace {

Screen screen_after(std::string_view bytes, Size size = {20, 5}) {
    Screen screen(size);
    screen.feed(bytes);
    return screen;
}

TEST(VtScreen, StartsBlankWithTheCursorAtHome) {
    const Screen screen;
    EXPECT_EQ(screen.size(), (Size{160, 50}));
    EXPECT_EQ(screen.cursor(), (Position{0, 0}));
    EXPECT_EQ(screen.text(), "");
    EXPECT_EQ(screen.modes(), Modes{});
    EXPECT_TRUE(screen.cursor_visible());
}

TEST(VtScreen, SizesAreClamped) {
    EXPECT_EQ(Screen({0, -5}).size(), (Size{1, 1}));
    EXPECT_EQ(Screen({1 << 30, 1 << 30}).size(), (Size{4096, 4096}));
    Screen screen;
    screen.resize({0, 100000});
    EXPECT_EQ(screen.size(), (Size{1, 4096}));
}

TEST(VtScreen, TextOfRows) {
    const Screen screen = screen_after("one  \r\n\r\n\tthree");
    EXPECT_EQ(screen.row_text(0), "one");
    EXPECT_EQ(screen.row_text(1), "");
    EXPECT_EQ(screen.row_text(2), "        three");
    EXPECT_EQ(screen.row_text(-1), "");
    EXPECT_EQ(screen.row_text(5), "");
    EXPECT_EQ(screen.text(), "one\n\n        three");
    EXPECT_EQ(screen_after("\r\n\r\nx").text(), "\n\nx");
}

TEST(VtScreen, TextBeforeTheCursorKeepsWrittenBlanks) {
    EXPECT_EQ(screen_after("done\r\n>>> ").text_before_cursor(), ">>> ");
    EXPECT_EQ(screen_after("Password: ").text_before_cursor(), "Password: ");
    EXPECT_EQ(screen_after("$ ls -l\b\b").text_before_cursor(), "$ ls ");
    EXPECT_EQ(screen_after("a\tb").text_before_cursor(), "a       b");
    EXPECT_EQ(screen_after("12345", {5, 2}).text_before_cursor(), "12345");
    EXPECT_EQ(screen_after("日本").text_before_cursor(), "日本");
    EXPECT_EQ(screen_after("\x1b[5C").text_before_cursor(), "     ");
}

TEST(VtScreen, ScrollsAtTheBottom) {
    const Screen screen = screen_after("1\r\n2\r\n3\r\n4", {10, 3});
    EXPECT_EQ(screen.text(), "2\n3\n4");
    EXPECT_EQ(screen.cursor(), (Position{2, 1}));
}

TEST(VtScreen, WrapWaitsForTheNextCharacter) {
    Screen screen = screen_after("12345", {5, 3});
    EXPECT_EQ(screen.cursor(), (Position{0, 4}));
    EXPECT_FALSE(screen.row_wrapped(0));
    screen.feed("6");
    EXPECT_EQ(screen.cursor(), (Position{1, 1}));
    EXPECT_TRUE(screen.row_wrapped(0));
    EXPECT_EQ(screen_after("12345\r\n6", {5, 3}).row_text(1), "6");
    EXPECT_EQ(screen_after("12345\b6", {5, 3}).row_text(0), "12365");
    EXPECT_EQ(screen_after("12345\x1b[m\x1b[K6", {5, 3}).text(),
              "12345\n6"); // as grep --color writes
    EXPECT_EQ(screen_after("\r\nx\x1b[H12345\x1b[J6", {5, 3}).text(), "12345\n6");
    EXPECT_EQ(screen_after("12345\x1b[S6", {5, 3}).text(), "\n6");
    EXPECT_EQ(screen_after("12345\t6", {5, 3}).text(), "12345\n6");
}

TEST(VtScreen, WithoutAutowrapTheLastColumnIsOverwritten) {
    EXPECT_EQ(screen_after("\x1b[?7l123456789", {5, 3}).text(), "12349");
    EXPECT_EQ(screen_after("12345\x1b[?7l6", {5, 3}).text(), "12346");
}

TEST(VtScreen, CursorMoves) {
    EXPECT_EQ(screen_after("\x1b[3;7H").cursor(), (Position{2, 6}));
    EXPECT_EQ(screen_after("\x1b[99;99H").cursor(), (Position{4, 19}));
    EXPECT_EQ(screen_after("\x1b[0;0H").cursor(), (Position{0, 0}));
    EXPECT_EQ(screen_after("\x1b[3;7f\x1b[A\x1b[2D").cursor(), (Position{1, 4}));
    EXPECT_EQ(screen_after("\x1b[2B\x1b[3C").cursor(), (Position{2, 3}));
    EXPECT_EQ(screen_after("abc\x1b[2E").cursor(), (Position{2, 0}));
    EXPECT_EQ(screen_after("\x1b[4;4H\x1b[2F").cursor(), (Position{1, 0}));
    EXPECT_EQ(screen_after("\x1b[7G").cursor(), (Position{0, 6}));
    EXPECT_EQ(screen_after("\x1b[7`\x1b[2a").cursor(), (Position{0, 8}));
    EXPECT_EQ(screen_after("\x1b[2;3r\x1b[2;2H\x1b[9e\x1b[9a").cursor(), (Position{4, 10}));
    EXPECT_EQ(screen_after("abc\x1b[3d\x1b[e").cursor(), (Position{3, 3}));
    EXPECT_EQ(screen_after("\x1b[99A\x1b[99D").cursor(), (Position{0, 0}));
    EXPECT_EQ(screen_after("\x1b[99B\x1b[99C").cursor(), (Position{4, 19}));
    EXPECT_EQ(screen_after("ab\x1b"
                           "D")
                  .cursor(),
              (Position{1, 2}));
    EXPECT_EQ(screen_after("ab\x1b"
                           "E")
                  .cursor(),
              (Position{1, 0}));
}

TEST(VtScreen, BackspaceStopsAtTheEdge) {
    EXPECT_EQ(screen_after("a\b\b\bX").text(), "X");
    EXPECT_EQ(screen_after("abcde\x1b[?45hf\b\bX", {5, 3}).text(), "abcdX\nf");
}

TEST(VtScreen, SavedCursorComesBackWithItsPen) {
    Screen screen = screen_after("\x1b[2;3H\x1b[31m\x1b"
                                 "7\x1b[H\x1b[0m\x1b"
                                 "8x");
    EXPECT_EQ(screen.cursor(), (Position{1, 3}));
    EXPECT_EQ(screen.style_at({1, 2}).fg, Color::indexed(1));
    EXPECT_EQ(screen_after("ab\x1b[s\x1b[5;5H\x1b[u").cursor(), (Position{0, 2}));
    EXPECT_EQ(screen_after("ab\x1b"
                           "8")
                  .cursor(),
              (Position{0, 0})); // never saved
}

TEST(VtScreen, Tabs) {
    EXPECT_EQ(screen_after("\t").cursor(), (Position{0, 8}));
    EXPECT_EQ(screen_after("\t\t\t\t").cursor(), (Position{0, 19}));
    EXPECT_EQ(screen_after("\x1b[2I").cursor(), (Position{0, 16}));
    EXPECT_EQ(screen_after("\x1b[18G\x1b[2Z").cursor(), (Position{0, 8}));
    EXPECT_EQ(screen_after("\x1b[4G\x1bH\r\t").cursor(), (Position{0, 3}));
    EXPECT_EQ(screen_after("\x1b[9G\x1b[g\r\t").cursor(), (Position{0, 16}));
    EXPECT_EQ(screen_after("\x1b[3g\t").cursor(), (Position{0, 19}));
}

TEST(VtScreen, Erases) {
    const std::string filled = "aaaaa\r\nbbbbb\r\nccccc\x1b[2;3H";
    EXPECT_EQ(screen_after(filled + "\x1b[J").text(), "aaaaa\nbb");
    EXPECT_EQ(screen_after(filled + "\x1b[1J").text(), "\n   bb\nccccc");
    EXPECT_EQ(screen_after(filled + "\x1b[2J").text(), "");
    EXPECT_EQ(screen_after(filled + "\x1b[K").text(), "aaaaa\nbb\nccccc");
    EXPECT_EQ(screen_after(filled + "\x1b[1K").text(), "aaaaa\n   bb\nccccc");
    EXPECT_EQ(screen_after(filled + "\x1b[2K").text(), "aaaaa\n\nccccc");
    EXPECT_EQ(screen_after(filled + "\x1b[2X").text(), "aaaaa\nbb  b\nccccc");
    EXPECT_EQ(screen_after(filled + "\x1b[3J\x1b[9K\x1b[9J").text(), "aaaaa\nbbbbb\nccccc");
}

TEST(VtScreen, SelectiveErasesSpareProtectedCells) {
    EXPECT_EQ(screen_after("a\x1b[1\"qB\x1b[0\"qc\r\x1b[?K").text(), " B");
    EXPECT_EQ(screen_after("a\x1b[1\"qB\x1b[0\"qc\x1b[?2J").text(), " B");
    EXPECT_EQ(screen_after("a\x1b[1\"qB\x1b[0\"qc\r\x1b[K").text(), "");
}

TEST(VtScreen, ErasedCellsTakeTheBackground) {
    const Screen screen = screen_after("\x1b[44;31m\x1b[2J");
    EXPECT_EQ(screen.style_at({3, 10}).bg, Color::indexed(4));
    EXPECT_EQ(screen.style_at({3, 10}).fg, Color());
    EXPECT_EQ(screen_after("\x1b[44m\r\n\n\n\n\n\n").style_at({4, 19}).bg, Color::indexed(4));
}

TEST(VtScreen, RepeatRepeatsTheLastCharacter) {
    EXPECT_EQ(screen_after("ab\x1b[3b").text(), "abbbb");
    EXPECT_EQ(screen_after("ab\r\x1b[3b").text(), "ab"); // nothing directly before it
    EXPECT_EQ(screen_after("日\x1b[2b").text(), "日日日");
    EXPECT_EQ(screen_after("x\x1b[65535b", {5, 3}).text(),
              "xxxxx\nxxxxx\nx"); // no more than a screen
}

TEST(VtScreen, AlignmentPatternAndReset) {
    EXPECT_EQ(screen_after("\x1b#8", {3, 2}).text(), "EEE\nEEE");
    Screen screen = screen_after("text\x1b[31m\x1b[?25l\x1b[?1049h\x1b]2;t\a\x1b[2;3r\x1b"
                                 "c");
    EXPECT_EQ(screen.text(), "");
    EXPECT_FALSE(screen.alternate());
    EXPECT_EQ(screen.title(), "t"); // as in xterm
    EXPECT_EQ(screen.modes(), Modes{});
    screen.feed("x");
    EXPECT_EQ(screen.style_at({0, 0}), Style{});
}

TEST(VtScreen, SoftResetKeepsTheText) {
    const Screen screen = screen_after("text\x1b[4h\x1b[?6h\x1b[?25l\x1b[31m\x1b[!pX");
    EXPECT_FALSE(screen.modes().insert);
    EXPECT_FALSE(screen.modes().origin);
    EXPECT_TRUE(screen.cursor_visible());
    EXPECT_EQ(screen.text(), "Xext"); // DECOM had moved the cursor home
    EXPECT_EQ(screen.style_at({0, 0}), Style{});
}

TEST(VtScreen, Titles) {
    EXPECT_EQ(screen_after("\x1b]0;both\a").title(), "both");
    EXPECT_EQ(screen_after("\x1b]2;a;b\x1b\\").title(), "a;b");
    EXPECT_EQ(screen_after("\x1b]2;one\a\x1b[22;0t\x1b]2;two\a\x1b[23;0t").title(), "one");
    const std::string title = screen_after("\x1b]2;" + std::string(1023, 'x') + "日\a").title();
    EXPECT_EQ(title, std::string(1023, 'x')); // cut before a character, not in it
}

TEST(VtScreen, AlternateScreen) {
    Screen screen = screen_after("main\x1b[?1049h");
    EXPECT_TRUE(screen.alternate());
    EXPECT_EQ(screen.text(), "");
    screen.feed("\x1b[Halt");
    EXPECT_EQ(screen.text(), "alt");
    screen.feed("\x1b[?1049l");
    EXPECT_FALSE(screen.alternate());
    EXPECT_EQ(screen.text(), "main");
    EXPECT_EQ(screen.cursor(), (Position{0, 4}));
    screen.feed("\x1b[?47h\x1b[Hold\x1b[?47l\x1b[?47h");
    EXPECT_EQ(screen.text(), "old"); // 47 does not clear
    screen.feed("\x1b[?1047l\x1b[?47h");
    EXPECT_EQ(screen.text(), ""); // 1047 does when it leaves
}

TEST(VtScreen, LineDrawingAndOtherSets) {
    EXPECT_EQ(screen_after("\x1b(0lqk\x1b(B q").text(), "┌─┐ q");
    EXPECT_EQ(screen_after("\x1b)0a\x0ex\x0f"
                           "a")
                  .text(),
              "a│a");
    EXPECT_EQ(screen_after("\x1b*0\x1bNqq").text(), "─q");
    EXPECT_EQ(screen_after("\x1b(A#").text(), "£");
    EXPECT_EQ(screen_after("\x1b+0\x1boq\x1bnq").text(), "─q");
}

TEST(VtScreen, UnknownSequencesAreSwallowed) {
    EXPECT_EQ(screen_after("a\x1b[1;2;3;4yb\x1b[?99zc\x1b%Gd\x1b#5e").text(), "abcde");
    EXPECT_EQ(screen_after("a\x1b[1<2mb").text(), "ab");
    EXPECT_EQ(screen_after("a\x1bktitle\x1b\\b\x1bXsos\x1b\\c\x1b^pm\x1b\\d").text(), "abcd");
    EXPECT_EQ(screen_after("a\x7f\0b", {9, 2}).text(), "a");
    EXPECT_EQ(screen_after(std::string_view("a\0b\x01"
                                            "c",
                                            5))
                  .text(),
              "abc");
}

TEST(VtScreen, ControlsInsideASequenceAct) {
    EXPECT_EQ(screen_after("abc\x1b[\r2CX").text(), "abX");
    EXPECT_EQ(screen_after("a\x1b[3\x1b[2Cb").text(), "a  b");
}

TEST(VtScreen, EightBitControlsAreNone) {
    EXPECT_EQ(screen_after("a\xc2\x9b"
                           "31mb")
                  .text(),
              "a31mb"); // U+009B
    EXPECT_EQ(screen_after("\xe2\x9c\x93").text(), "✓");
}

TEST(VtScreen, IdleScreenIsSmall) {
    Screen screen({160, 50});
    screen.feed("\x1b[?2004h\x1b]133;A\auser@host:~$ \x1b]133;B\a");
    EXPECT_LT(screen.memory_used(), 4096U);
    std::string flood;
    for (int line = 0; line < 1000; ++line) {
        flood += "\x1b[38;2;1;2;" + std::to_string(line % 256) + "m" + std::string(160, 'x') +
                 "e\u0301\r\n";
    }
    screen.feed(flood + "\x1b[0m\x1b[H\x1b[2J");
    screen.trim();
    EXPECT_LT(screen.memory_used(), 4096U);
}

TEST(VtScreen, StylesAndClustersDoNotPileUp) {
    Screen screen({20, 5});
    std::string stream;
    for (int step = 0; step < 200000; ++step) {
        stream += "\x1b[38;2;" + std::to_string(step % 251) + ";" +
                  std::to_string(step / 251 % 256) + ";" + std::to_string(step % 13) + "mx";
    }
    for (int step = 0; step < 20000; ++step) {
        stream += "e\u0301\u0302";
        stream += std::string("\xcc") + static_cast<char>(0x80 + step % 60);
    }
    for (int step = 0; step < 3001; ++step) {
        stream += "\x1b]8;;http://" + std::to_string(step) + "\al";
    }
    screen.feed(stream);
    EXPECT_EQ(screen.link_at({screen.cursor().row, screen.cursor().col - 1}), "http://3000");
    EXPECT_LT(screen.memory_used(), 300000U);
}

TEST(VtScreen, ACellHoldsNoEndlessCluster) {
    Screen screen({20, 5});
    std::string marks = "e";
    for (int step = 0; step < 10000; ++step) {
        marks += "\u0301";
    }
    screen.feed(marks + "x");
    EXPECT_EQ(screen.cursor(), (Position{0, 2}));
    EXPECT_LE(screen.row_text(0).size(), 66U);
    EXPECT_LT(screen.memory_used(), 20000U);
}

} // namespace
} // namespace kept::vt
