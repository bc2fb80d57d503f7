#include "vt/screen.h"

#include <gtest/gtest.h>

#include <string>

namespace kept::vt {
namespace {

std::string shown(std::string_view bytes, Size size = {10, 5}) {
    Screen screen(size);
    screen.feed(bytes);
    return screen.text();
}

const std::string kFive = "1\r\n2\r\n3\r\n4\r\n5";

TEST(VtEdit, AWideCharacterThatMovesLeftStaysWhole) {
    Screen screen({3, 1});
    screen.feed(" 日\x1b[1;1H\x1b[Px");
    EXPECT_EQ(screen.row_text(0), "x");
    screen.feed("\x1b[2K\x1b[1;1H 日\x1b[1;1H\x1b[P\x1b[1;3Hx");
    EXPECT_EQ(screen.row_text(0), "日x");
}

TEST(VtEdit, CharactersInALine) {
    EXPECT_EQ(shown("abcdef\x1b[3G\x1b[2@"), "ab  cdef");
    EXPECT_EQ(shown("0123456789\x1b[3G\x1b[2@"), "01  234567");
    EXPECT_EQ(shown("abcdef\x1b[3G\x1b[2P"), "abef");
    EXPECT_EQ(shown("abcdef\x1b[3G\x1b[99P"), "ab");
    EXPECT_EQ(shown("abcdef\x1b[3G\x1b[99@"), "ab");
    EXPECT_EQ(shown("abc\r\x1b[4hXY"), "XYabc");
    EXPECT_EQ(shown("0123456789\r\x1b[4hX\x1b[4lY"), "XY12345678");
}

TEST(VtEdit, ADeletedEndIsNoSoftWrapAnyMore) {
    Screen screen({5, 3});
    screen.feed("1234567\x1b[1;2H\x1b[P");
    EXPECT_FALSE(screen.row_wrapped(0));
}

TEST(VtEdit, Lines) {
    EXPECT_EQ(shown(kFive + "\x1b[2;1H\x1b[2L"), "1\n\n\n2\n3");
    EXPECT_EQ(shown(kFive + "\x1b[2;1H\x1b[2M"), "1\n4\n5");
    EXPECT_EQ(shown(kFive + "\x1b[2;1H\x1b[99M"), "1");
    EXPECT_EQ(shown(kFive + "\x1b[2S"), "3\n4\n5");
    EXPECT_EQ(shown(kFive + "\x1b[2T"), "\n\n1\n2\n3");
    EXPECT_EQ(shown(kFive + "\x1b[H\x1bM"), "\n1\n2\n3\n4");
}

TEST(VtEdit, ScrollRegion) {
    EXPECT_EQ(shown(kFive + "\x1b[2;4r\x1b[4;1H\nX"), "1\n3\n4\nX\n5");
    EXPECT_EQ(shown(kFive + "\x1b[2;4r\x1b[2;1H\x1bMX"), "1\nX\n2\n3\n5");
    EXPECT_EQ(shown(kFive + "\x1b[2;4r\x1b[3;1H\x1b[L"), "1\n2\n\n3\n5");
    EXPECT_EQ(shown(kFive + "\x1b[2;4r\x1b[2;1H\x1b[M"), "1\n3\n4\n\n5");
    EXPECT_EQ(shown(kFive + "\x1b[2;4r\x1b[5;1H\nX"),
              "1\n2\n3\n4\nX"); // below the region nothing scrolls
    EXPECT_EQ(shown(kFive + "\x1b[2;4r\x1b[H\x1b[L"),
              kFive.empty() ? "" : "1\n2\n3\n4\n5");                // outside: no effect
    EXPECT_EQ(shown(kFive + "\x1b[4;2r\x1b[5;1H\n"), "2\n3\n4\n5"); // upside down: ignored
}

TEST(VtEdit, MovesStopAtMarginsOnlyFromInside) {
    const auto at = [](std::string_view bytes) {
        Screen screen({10, 5});
        screen.feed(bytes);
        return screen.cursor();
    };
    EXPECT_EQ(at("\x1b[2;4r\x1b[3;1H\x1b[9A"), (Position{1, 0}));
    EXPECT_EQ(at("\x1b[2;4r\x1b[3;1H\x1b[9B"), (Position{3, 0}));
    EXPECT_EQ(at("\x1b[2;4r\x1b[1;1H\x1b[9A"), (Position{0, 0}));
    EXPECT_EQ(at("\x1b[2;4r\x1b[5;1H\x1b[9B"), (Position{4, 0}));
    EXPECT_EQ(at("\x1b[2;4r\x1b[?6h"), (Position{1, 0}));
    EXPECT_EQ(at("\x1b[2;4r\x1b[?6h\x1b[9;2H"), (Position{3, 1}));
    EXPECT_EQ(at("\x1b[2;4r\x1b[?6h\x1b[2;2H\x1b[?6l"), (Position{0, 0}));
    EXPECT_EQ(at("\x1b[2;4r\x1b[?6h\x1b[2;2H\x1b[5G"), (Position{2, 4}));
    EXPECT_EQ(at("\x1b[2;4r\x1b[?6h\x1b[1;4H\x1b[2d"), (Position{2, 3}));
}

TEST(VtEdit, SideMargins) {
    const std::string margins = "\x1b[?69h\x1b[3;6s";
    EXPECT_EQ(shown(margins + "\x1b[1;3Habcdef"), "  abcd\n  ef");
    EXPECT_EQ(shown("0123456789\x1b[?69h\x1b[3;6s\x1b[1;4H\x1b[@"), "012 346789");
    EXPECT_EQ(shown("0123456789\x1b[?69h\x1b[3;6s\x1b[1;4H\x1b[P"), "01245 6789");
    EXPECT_EQ(shown("0123456789\r\nabcdefghij\x1b[?69h\x1b[3;6s\x1b[1;4H\x1b[M"),
              "01cdef6789\nab    ghij");
    EXPECT_EQ(shown("0123456789\r\nabcdefghij\x1b[?69h\x1b[3;6s\x1b[1;4H\x1b[L"),
              "01    6789\nab2345ghij\n  cdef");
    EXPECT_EQ(shown("0123456789\r\nabcdefghij\x1b[?69h\x1b[3;6s\x1b[S"), "01cdef6789\nab    ghij");
    EXPECT_EQ(shown(margins + "\x1b[1;4Hx\ry"), "  yx");
    EXPECT_EQ(shown("0123456789\x1b[?69h\x1b[3;6s\x1b[?69l\x1b[1;4H\x1b[P"), "012456789");
}

TEST(VtEdit, Columns) {
    EXPECT_EQ(shown("abc\r\ndef\x1b[1;2H\x1b['}"), "a bc\nd ef");
    EXPECT_EQ(shown("abc\r\ndef\x1b[1;2H\x1b['~"), "ac\ndf");
    EXPECT_EQ(shown("abc\r\ndef\x1b[ @"), "bc\nef");
    EXPECT_EQ(shown("abc\r\ndef\x1b[2 A"), "  abc\n  def");
    EXPECT_EQ(shown("abc\r\ndef\r\x1b"
                    "6"),
              " abc\n def");
    EXPECT_EQ(shown("abc\r\ndef\x1b[10G\x1b"
                    "9"),
              "bc\nef");
}

TEST(VtEdit, Rectangles) {
    const std::string filled = "aaaa\r\nbbbb\r\ncccc";
    EXPECT_EQ(shown(filled + "\x1b[88;2;2;3;3$x"), "aaaa\nbXXb\ncXXc");
    EXPECT_EQ(shown(filled + "\x1b[2;2;3;3$z"), "aaaa\nb  b\nc  c");
    EXPECT_EQ(shown("a\x1b[1\"qB\x1b[0\"qc\x1b[1;1;1;3${"), " B");
    EXPECT_EQ(shown(filled + "\x1b[1;1;2;2;1;2;3$v"), "aaaa\nbbaa\nccbb");
    EXPECT_EQ(shown("abcd\x1b[1;1;1;3;1;1;2$v"), "aabc"); // over itself
    EXPECT_EQ(shown("a\r\nb\r\nc\r\nd\x1b[1;1;3;1;1;2;1$v"), "a\na\nb\nc");
    EXPECT_EQ(shown("a\r\nb\r\nc\r\nd\x1b[2;1;4;1;1;1;1$v"), "b\nc\nd\nd");
    EXPECT_EQ(shown(filled + "\x1b[3;3;2;2$z"), "aaaa\nbbbb\ncccc");
}

TEST(VtEdit, HalvesOfWideCharactersGo) {
    EXPECT_EQ(shown("日本\x1b[2GX"), " X本");
    EXPECT_EQ(shown("日本\x1b[3GX"), "日X");
    EXPECT_EQ(shown("日本\x1b[2G\x1b[K"), "");
    EXPECT_EQ(shown("日本\x1b[2G\x1b[P"), " 本");
    EXPECT_EQ(shown("日本\x1b[2G\x1b[@X"), " X 本");
    EXPECT_EQ(shown("日本語四五\x1b[1;1H\x1b[@X"), "X日本語四");
    EXPECT_EQ(shown("日\x1b[1;2H語"), " 語");
}

TEST(VtEdit, SkippedRowsStayBlank) {
    // The look ahead must not show what was on the screen before.
    std::string stream = "\x1b[4;1Hold text\x1b[5;1Hold text\x1b[H";
    for (int line = 0; line < 1000; ++line) {
        stream += std::to_string(line) + "\r\n";
    }
    EXPECT_EQ(shown(stream), "996\n997\n998\n999");
}

} // namespace
} // namespace kept::vt
