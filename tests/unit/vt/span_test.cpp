#include <gtest/gtest.h>

#include "vt/screen.h"

namespace kept::vt {
namespace {

TEST(Spans, BreakAtStylesWidthsAndClusters) {
    Screen screen({20, 2});
    screen.feed("ab\x1b[31mc\x1b[0m漢字e\u0301 x  ");
    const auto spans = screen.row_spans(0);
    ASSERT_EQ(spans.size(), 5U);
    EXPECT_EQ(spans[0].text, "ab");
    EXPECT_EQ(spans[1].style.fg, Color::indexed(1));
    EXPECT_EQ(spans[2].text, "漢字");
    EXPECT_TRUE(spans[2].wide);
    EXPECT_EQ(spans[2].width, 4);
    EXPECT_EQ(spans[2].col, 3);
    EXPECT_TRUE(spans[3].cluster);
    EXPECT_EQ(spans[4].text, " x"); // blanks at the end say nothing
    EXPECT_EQ(spans[4].col, 8);
    EXPECT_EQ(spans[4].width, 2);
    EXPECT_TRUE(screen.row_spans(1).empty());
    EXPECT_TRUE(screen.row_spans(7).empty());
}

TEST(Spans, AnEdgeThatCutsAWideCharacterLeavesABlank) {
    Screen screen({20, 1});
    screen.feed("漢字漢");
    const auto spans = screen.row_spans(0, 1, 4);
    std::string text;
    int width = 0;
    for (const Span& span : spans) {
        text += span.text;
        width += span.width;
    }
    EXPECT_EQ(text, " 字");
    EXPECT_EQ(width, 3);
    EXPECT_EQ(screen.row_spans(0, 2, 5).front().text, "字");
}

TEST(Spans, LinksAndColouredBlanksStay) {
    Screen screen({10, 1});
    screen.feed("\x1b]8;;http://x\x1b\\l\x1b]8;;\x1b\\\x1b[44m  \x1b[0m");
    const auto spans = screen.row_spans(0);
    ASSERT_EQ(spans.size(), 2U);
    EXPECT_EQ(spans[0].link, "http://x");
    EXPECT_EQ(spans[1].text, "  ");
}

} // namespace
} // namespace kept::vt
