#include <gtest/gtest.h>

#include "cli/picture.h"
#include "cli/screen_text.h"
#include "cli/script_line.h"

namespace kept::cli {
namespace {

using control::ScreenRow;
using control::TextRun;

TextRun run(int x, const std::string& text, control::Colour bg = control::kDefaultColour) {
    TextRun out;
    out.x = x;
    out.width = static_cast<int>(text.size());
    out.text = text;
    out.style.bg = bg;
    return out;
}

Shot menu() {
    Shot shot;
    shot.info.cols = 10;
    shot.info.rows = 3;
    shot.info.end_y = 3;
    shot.info.mouse = "off";
    shot.rows = {{0, false, {run(0, "one       ", 4)}},
                 {1, false, {run(0, "two ", 6), run(4, "      ", 4)}},
                 {2, false, {run(0, "three     ", 4)}}};
    return shot;
}

TEST(ScreenText, HighlightsAreWhatDiffersFromAboveAndBelow) {
    const auto found = find_highlights(menu());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].text, "two ");
    EXPECT_EQ(found[0].y, 1);
}

TEST(ScreenText, SeveralInverseRowsAreASelection) {
    Shot shot = menu();
    shot.info.rows = 4;
    shot.rows = {{0, false, {run(0, "plain     ")}},
                 {1, false, {run(0, "chosen"), run(6, "    ")}},
                 {2, false, {run(0, "as well"), run(7, "   ")}},
                 {3, false, {run(0, "plain     ")}}};
    shot.rows[1].runs[0].style.inverse = true;
    shot.rows[2].runs[0].style.inverse = true;
    ASSERT_EQ(find_highlights(shot).size(), 2U);
    EXPECT_EQ(find_highlights(shot)[1].text, "as well");
    for (ScreenRow& row : shot.rows) { // all of it: that is the ground
        row.runs[0].style.inverse = true;
    }
    EXPECT_TRUE(find_highlights(shot).empty());
}

TEST(ScreenText, ColoursAsEscapeSequences) {
    Shot shot = menu();
    shot.rows.resize(1);
    shot.rows[0].runs[0].style.fg = control::kRgb + 0x010203;
    shot.rows[0].runs[0].style.bold = true;
    EXPECT_EQ(screen_text(shot, true), "\x1b[0;1;38;2;1;2;3;48;5;4mone       \x1b[0m\n");
    EXPECT_EQ(screen_text(shot, false), "one\n");
}

TEST(Picture, HasNoLessThanWhatIsShown) {
    Shot shot = menu();
    shot.rows[0].runs = {run(0, "x"), run(1, "")};
    shot.rows[0].runs[1].text = "┼\u2588";
    shot.rows[0].runs[1].width = 2;
    const Picture picture = draw(shot);
    EXPECT_EQ(picture.width, 10 * Picture::kCellWidth + 2 * Picture::kMargin);
    const std::string svg = to_svg(picture, "a <title> & \"more\"");
    EXPECT_NE(svg.find("a &lt;title&gt; &amp; &quot;more&quot;"), std::string::npos);
    EXPECT_EQ(svg.find("┼"), std::string::npos); // it is drawn
    EXPECT_TRUE(to_draw_list(picture).starts_with("picture 112 72 1c1c1c 10 20\n"));
}

TEST(ScriptLine, SplitsAsAShellWould) {
    using Words = std::vector<std::string>;
    EXPECT_EQ(*split_words("send 'a b' \"c \\\" d\" e\\ f"),
              (Words{"send", "a b", "c \" d", "e f"}));
    EXPECT_EQ(*split_words("x '' \"a\\nb\" $HOME"), (Words{"x", "", "a\\nb", "$HOME"}));
    EXPECT_FALSE(split_words("send 'open"));
    EXPECT_FALSE(split_words("   "));
}

} // namespace
} // namespace kept::cli
