#include "vt/transcript.h"

#include <gtest/gtest.h>

#include <string>

namespace kept::vt {
namespace {

std::string numbered_lines(int count, std::string_view end) {
    std::string text;
    for (int line = 1; line <= count; ++line) {
        text += std::to_string(line);
        text += end;
    }
    return text;
}

TEST(VtTranscript, EndsAtTheCursorsRow) {
    EXPECT_EQ(render_text(""), "");
    EXPECT_EQ(render_text("a"), "a");
    EXPECT_EQ(render_text("a\r\n"), "a\n");
    EXPECT_EQ(render_text("a\r\n\r\n"), "a\n\n");
    EXPECT_EQ(render_text("a\r\nb\x1b[H"), "a\nb"); // the last row with text is lower
}

TEST(VtTranscript, KeepsBlanksAsWritten) {
    EXPECT_EQ(render_text("  lead\r\n\r\ntrail  \r\n"), "  lead\n\ntrail  \n");
    EXPECT_EQ(render_text("a\tb\t\r\n\tc"), "a\tb\t\n\tc");
}

TEST(VtTranscript, ATabStaysOnlyWhereItStands) {
    EXPECT_EQ(render_text("a\tb\rxyz"), "xyz     b");
    EXPECT_EQ(render_text("abcdefghijkl\r\tX"), "abcdefghXjkl"); // over text it only moves
    EXPECT_EQ(render_text("a\tb\r\x1b[5Cz"), "a    z  b");
}

TEST(VtTranscript, TabsAtTheRightEdgeAreKept) {
    const std::string line = "aaaaaaaa\tbbbbbbbb\tc\t\td\te\t\t\tf";
    EXPECT_EQ(render_text(line, {20, 5}), line);
    EXPECT_EQ(render_text("\t\t\t\tx\ty", {20, 5}), "\t\t\t\tx\ty");
}

TEST(VtTranscript, CarriageReturnOverwrites) {
    EXPECT_EQ(render_text("10%\r50%\r100%\r\n"), "100%\n");
    EXPECT_EQ(render_text("hello\rHE"), "HEllo");
    EXPECT_EQ(render_text("abc\b\bX"), "aXc");
}

TEST(VtTranscript, ALoneLineFeedKeepsTheColumn) {
    EXPECT_EQ(render_text("one\ntwo"), "one\n   two");
    EXPECT_EQ(render_text("one\n\ntwo"), "one\n\n   two");
}

TEST(VtTranscript, ErasesAreApplied) {
    EXPECT_EQ(render_text("working...\r\x1b[Kdone\r\n"), "done\n");
    EXPECT_EQ(render_text("a\r\nb\r\nc\x1b[2A\r\x1b[Jx"), "x");
    EXPECT_EQ(render_text("secret\r\n\x1b[H\x1b[2J\x1b[3Jnew"), "new");
    EXPECT_EQ(render_text("a\r\nb\r\nc\r\x1b[A\x1b[2K\n"),
              "a\n\nc"); // a wiped row stays a blank line
}

TEST(VtTranscript, ProgressOfSeveralLinesIsTheLastState) {
    EXPECT_EQ(render_text("a 1\r\nb 1\r\n\x1b[2Aa 2\x1b[K\r\nb 2\x1b[K\r\n"), "a 2\nb 2\n");
}

TEST(VtTranscript, ColoursAndStringsAreDropped) {
    EXPECT_EQ(
        render_text("\x1b[1;31mred\x1b[0m\x1b]0;title\a \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\"),
        "red link");
    EXPECT_EQ(render_text("a\x1bPsixel\x1b\\b\x1b_apc\x1b\\c"), "abc");
}

TEST(VtTranscript, SoftWrapsAreJoined) {
    const std::string line(57, 'x');
    EXPECT_EQ(render_text(line + "\r\nb", {10, 3}), line + "\nb");
    EXPECT_EQ(render_text("0123456789\r\nb", {10, 3}), "0123456789\nb"); // full, not wrapped
    EXPECT_EQ(render_text("0123456789a", {10, 3}), "0123456789a");
    EXPECT_EQ(render_text("01234     56789", {10, 3}), "01234     56789");
}

TEST(VtTranscript, ALineEndsWhereItsRestIsErased) {
    const std::string line = "0123456789abcdefghijklmnopqrstuvwxyzABC";
    EXPECT_EQ(render_text(line + "\x1b[H\x1b[Jnew\r\nb", {10, 3}), "0123456789\nnew\nb");
    EXPECT_EQ(render_text(line + "\x1b"
                                 "cnew",
                          {10, 3}),
              "0123456789\nnew");
    EXPECT_EQ(render_text(line + "\r\nend", {10, 3}), line + "\nend");
}

TEST(VtTranscript, AWideCharacterThatWrapsLeavesNoGap) {
    EXPECT_EQ(render_text("123456789日本", {10, 3}), "123456789日本");
    EXPECT_EQ(render_text("日本", {1, 3}), "日本");
}

TEST(VtTranscript, BrokenUtf8IsReplacedInPlace) {
    EXPECT_EQ(render_text("a\xff"
                          "b"),
              "a\ufffdb");
    EXPECT_EQ(render_text("\xe6\x97"
                          "b"),
              "\ufffdb");
    EXPECT_EQ(render_text("\xf0\x9f\x98\xe6\x97\xa5"), "\ufffd日");
    EXPECT_EQ(render_text("\xed\xa0\x80"), "\ufffd\ufffd\ufffd"); // a surrogate: three subparts
    EXPECT_EQ(render_text("\xc3\x1b[0mb"), "\ufffdb");
    EXPECT_EQ(render_text("cut \xe6\x97"), "cut \ufffd");
}

TEST(VtTranscript, ClustersStayWhole) {
    for (const std::string text : {"e\u0301", "👨‍👩‍👧‍👦", "🇫🇷🇩🇪", "❤️x", "👍🏽",
                                   "각", "\u0301a", "1️⃣", "नमस्ते"}) {
        EXPECT_EQ(render_text(text), text);
        EXPECT_EQ(render_text(text + "\r\n" + text, {2, 9}), text + "\n" + text);
    }
}

TEST(VtTranscript, TheAlternateScreenIsNoPartOfIt) {
    EXPECT_EQ(render_text("before\r\n\x1b[?1049hvim\r\n~\r\n~\x1b[?1049lafter"), "before\nafter");
    EXPECT_EQ(render_text("before\r\n\x1b[?1049hstill in vim"), "before\n");
    std::string flood = "before\r\n\x1b[?1049h" + numbered_lines(500, "\r\n") + "\x1b[?1049lafter";
    EXPECT_EQ(render_text(flood), "before\nafter");
}

TEST(VtTranscript, LinesThatScrollOffComeInOrder) {
    EXPECT_EQ(render_text(numbered_lines(10, "\r\n"), {20, 3}), numbered_lines(10, "\n"));
    EXPECT_EQ(render_text(numbered_lines(20000, "\r\n")), numbered_lines(20000, "\n"));
}

TEST(VtTranscript, LinesAreGivenWhenTheyCannotChange) {
    std::string seen;
    Transcript transcript({20, 3}, [&](std::string_view piece) { seen.append(piece); });
    transcript.feed("1\r\n2\r\n3");
    EXPECT_EQ(seen, "");
    transcript.feed("\r\n4");
    EXPECT_EQ(seen, "1\n");
    transcript.feed("\x1b[2Ax");
    transcript.finish();
    EXPECT_EQ(seen, "1\n2x\n3\n4");
}

TEST(VtTranscript, CopiedTextMayBeEditedAfterwards) {
    const std::string sent = numbered_lines(5000, "\r\n") + "\x1b[2A\x1b[2Klast";
    std::string expected = numbered_lines(4998, "\n") + "last\n5000";
    EXPECT_EQ(render_text(sent), expected);
}

TEST(VtTranscript, TextBelowTheCursorIsNotLostByCopying) {
    std::string sent = "\x1b[5;1Hfive\x1b[H";
    sent += numbered_lines(5000, "\r\n");
    std::string expected = "1\n2\n3\n4\n5ive\n";
    for (int line = 6; line <= 5000; ++line) {
        expected += std::to_string(line) + "\n";
    }
    EXPECT_EQ(render_text(sent), expected);
}

TEST(VtTranscript, InsertAndDelete) {
    EXPECT_EQ(render_text("abcdef\r\x1b[2@XY"), "XYabcdef");
    EXPECT_EQ(render_text("abcdef\r\x1b[2P"), "cdef");
    EXPECT_EQ(render_text("abcdef\r\x1b[2X"), "  cdef");
    EXPECT_EQ(render_text("a\r\nb\r\nc\x1b[2;1H\x1b[LX"), "a\nX\nb\nc");
    EXPECT_EQ(render_text("a\r\nb\r\nc\x1b[2;1H\x1b[M"), "a\nc");
}

TEST(VtTranscript, AnsiKeepsColours) {
    const auto ansi = Transcript::Style::ansi;
    EXPECT_EQ(render_text("\x1b[31mred\x1b[m plain\r\n", {}, ansi), "\x1b[0;31mred\x1b[0m plain\n");
    EXPECT_EQ(render_text("\x1b[1;38;5;200mx\r\ny", {}, ansi),
              "\x1b[0;1;38;5;200mx\x1b[0m\n\x1b[0;1;38;5;200my\x1b[0m");
    EXPECT_EQ(render_text(numbered_lines(5000, "\r\n"), {}, ansi), numbered_lines(5000, "\n"));
}

TEST(VtTranscript, StraySequencesLoseNoText) {
    EXPECT_EQ(render_text("a\x1b[12;\x18"
                          "b"),
              "ab");
    EXPECT_EQ(render_text("a\x1b[38é"), "aé");
    EXPECT_EQ(render_text("a\x1b]2;never ended\x1b[31mb"), "ab");
    EXPECT_EQ(render_text("a\x1b]2;" + std::string(3 << 20, 'x') + "\ab"), "ab");
    EXPECT_EQ(render_text("a\x1bP" + std::string(1 << 20, 'x') + "\x1b\\b"), "ab");
    EXPECT_EQ(render_text("a\x1b]2;cancelled\x1a"
                          "b"),
              "ab");
}

} // namespace
} // namespace kept::vt
