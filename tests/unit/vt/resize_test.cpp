#include "vt/screen.h"

#include <gtest/gtest.h>

#include <string>

namespace kept::vt {
namespace {

Screen resized(std::string_view bytes, Size from, Size to) {
    Screen screen(from);
    screen.feed(bytes);
    screen.resize(to);
    return screen;
}

TEST(VtResize, LongLinesFlow) {
    Screen screen = resized("0123456789abc\r\nshort", {10, 5}, {5, 5});
    EXPECT_EQ(screen.text(), "01234\n56789\nabc\nshort");
    EXPECT_TRUE(screen.row_wrapped(0));
    EXPECT_TRUE(screen.row_wrapped(1));
    EXPECT_FALSE(screen.row_wrapped(2));
    EXPECT_EQ(screen.cursor(), (Position{3, 4})); // after "short", in the last column
    screen.resize({20, 5});
    EXPECT_EQ(screen.text(), "0123456789abc\nshort");
    EXPECT_EQ(screen.cursor(), (Position{1, 5}));
    screen.feed("!");
    EXPECT_EQ(screen.row_text(1), "short!");
}

TEST(VtResize, ColoursAndTabsBehindTheTextTakeNoRow) {
    const Screen green = resized("\x1b[42mone\x1b[K\x1b[m\r\ntwo\t\t\r\nend", {40, 5}, {10, 5});
    EXPECT_EQ(green.text(), "one\ntwo\nend");
    EXPECT_EQ(green.style_at({0, 9}).bg, Color::indexed(2));
    Screen wider = resized("\x1b[42mone\x1b[K", {10, 5}, {20, 5});
    EXPECT_EQ(wider.style_at({0, 19}).bg, Color::indexed(2)) << "an erase goes to the edge";
    wider.resize({5, 5});
    EXPECT_EQ(wider.text(), "one");
    EXPECT_FALSE(wider.row_wrapped(0));
}

TEST(VtResize, TheCursorStaysWithItsText) {
    Screen screen = resized("abcdefghij\x1b[1;8H", {10, 3}, {4, 5});
    EXPECT_EQ(screen.cursor(), (Position{1, 3}));
    EXPECT_EQ(screen.text_before_cursor(), "efg");
    screen.resize({10, 5});
    EXPECT_EQ(screen.cursor(), (Position{0, 7}));
}

TEST(VtResize, AWaitingWrapWaitsOn) {
    Screen screen = resized("abcdefghij", {10, 3}, {5, 3});
    EXPECT_EQ(screen.cursor(), (Position{1, 4}));
    screen.feed("k");
    EXPECT_EQ(screen.text(), "abcde\nfghij\nk");
    Screen wider = resized("abcdefghij", {10, 3}, {20, 3});
    wider.feed("k");
    EXPECT_EQ(wider.text(), "abcdefghijk");
}

TEST(VtResize, RowsLeaveAtTheTopOnlyIfTheyMust) {
    EXPECT_EQ(resized("1\r\n2\r\n3", {10, 10}, {10, 4}).text(), "1\n2\n3");
    const Screen screen = resized("1\r\n2\r\n3\r\n4\r\n5", {10, 5}, {10, 2});
    EXPECT_EQ(screen.text(), "4\n5");
    EXPECT_EQ(screen.cursor(), (Position{1, 1}));
    EXPECT_EQ(resized("0123456789\r\nx", {10, 3}, {2, 3}).text(), "67\n89\nx");
    EXPECT_EQ(resized("1\r\n2", {10, 2}, {10, 5}).text(), "1\n2");
}

TEST(VtResize, WideCharactersAreNotCut) {
    Screen screen = resized("a日本語", {10, 3}, {4, 3});
    EXPECT_EQ(screen.text(), "a日\n本語");
    screen.resize({10, 3});
    EXPECT_EQ(screen.text(), "a日本語");
    screen.resize({1, 9});
    EXPECT_EQ(screen.text(), "a\n日\n本\n語");
}

TEST(VtResize, BlankLinesAndStylesStay) {
    Screen screen = resized("\x1b[31mred\x1b[0m\r\n\r\nx", {10, 5}, {20, 5});
    EXPECT_EQ(screen.text(), "red\n\nx");
    EXPECT_EQ(screen.style_at({0, 1}).fg, Color::indexed(1));
}

TEST(VtResize, TheMainScreenFlowsBehindTheAlternateOne) {
    Screen screen = resized("0123456789abc\r\n$ \x1b[?1049h\x1b[2;2Hvim", {10, 5}, {5, 4});
    EXPECT_TRUE(screen.alternate());
    EXPECT_EQ(screen.text(), "\n vim");
    EXPECT_EQ(screen.cursor(), (Position{1, 4}));
    screen.feed("\x1b[?1049l");
    EXPECT_EQ(screen.text(), "01234\n56789\nabc\n$");
    EXPECT_EQ(screen.cursor(), (Position{3, 2}));
}

TEST(VtResize, TheAlternateScreenIsCutAndNotFlown) {
    Screen screen = resized("\x1b[?1049h\x1b[H0123456789abc", {10, 5}, {10, 4});
    EXPECT_TRUE(screen.row_wrapped(0));
    screen.resize({6, 4});
    EXPECT_EQ(screen.text(), "012345\nabc");
    EXPECT_FALSE(screen.row_wrapped(0));
}

TEST(VtResize, MarginsAndTabsFit) {
    Screen screen = resized("\x1b[2;4r\x1b[3g", {10, 5}, {8, 3});
    screen.feed("\x1b[3;1Hx\r\ny");
    EXPECT_EQ(screen.text(), "\nx\ny");
    screen.resize({20, 3});
    screen.feed("\r\t.");
    EXPECT_EQ(screen.cursor(), (Position{2, 19}));
}

TEST(VtResize, OneColumnOfAMillionRowsIsNotKept) {
    Screen screen({4096, 200});
    std::string row(4096, 'x');
    for (int line = 0; line < 200; ++line) {
        screen.feed(row);
    }
    screen.resize({1, 2});
    EXPECT_EQ(screen.text(), "x\nx");
    EXPECT_LT(screen.memory_used(), 4096U);
}

} // namespace
} // namespace kept::vt
