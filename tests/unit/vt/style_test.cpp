#include "vt/style.h"

#include "vt/screen.h"

#include <gtest/gtest.h>

#include <string>

namespace kept::vt {
namespace {

Style pen(std::string_view sgr) {
    Screen screen({20, 2});
    screen.feed("\x1b[" + std::string(sgr) + "mx");
    return screen.style_at({0, 0});
}

TEST(VtStyle, Attributes) {
    EXPECT_EQ(pen(""), Style{});
    EXPECT_TRUE(pen("1").bold);
    EXPECT_TRUE(pen("2").faint);
    EXPECT_TRUE(pen("3").italic);
    EXPECT_EQ(pen("4").underline, Underline::single);
    EXPECT_TRUE(pen("5").blink);
    EXPECT_TRUE(pen("7").inverse);
    EXPECT_TRUE(pen("8").invisible);
    EXPECT_TRUE(pen("9").strike);
    EXPECT_TRUE(pen("53").overline);
    EXPECT_EQ(pen("1;2;3;4;5;7;8;9;53;31;41;58;5;1;0"), Style{});
    EXPECT_EQ(pen("1;2;3;4;5;7;8;9;53;22;23;24;25;27;28;29;55"), Style{});
    EXPECT_EQ(pen("1;"), Style{}); // a missing parameter is 0
}

TEST(VtStyle, Underlines) {
    EXPECT_EQ(pen("4:0").underline, Underline::none);
    EXPECT_EQ(pen("4:3").underline, Underline::curly);
    EXPECT_EQ(pen("4:5").underline, Underline::dashed);
    EXPECT_EQ(pen("21").underline, Underline::twofold);
    EXPECT_EQ(pen("58:5:9").underline_color, Color::indexed(9));
    EXPECT_EQ(pen("58:2::1:2:3").underline_color, Color::rgb(1, 2, 3));
    EXPECT_EQ(pen("58;2;1;2;3;59").underline_color, Color());
}

TEST(VtStyle, Colours) {
    EXPECT_EQ(pen("31").fg, Color::indexed(1));
    EXPECT_EQ(pen("97").fg, Color::indexed(15));
    EXPECT_EQ(pen("42").bg, Color::indexed(2));
    EXPECT_EQ(pen("100").bg, Color::indexed(8));
    EXPECT_EQ(pen("38;5;200").fg, Color::indexed(200));
    EXPECT_EQ(pen("38:5:200").fg, Color::indexed(200));
    EXPECT_EQ(pen("48;2;10;20;30").bg, Color::rgb(10, 20, 30));
    EXPECT_EQ(pen("48:2:10:20:30").bg, Color::rgb(10, 20, 30));
    EXPECT_EQ(pen("48:2::10:20:30").bg, Color::rgb(10, 20, 30));
    EXPECT_EQ(pen("31;39;41;49"), Style{});
    EXPECT_EQ(pen("38;2;999;0;0").fg, Color::rgb(255, 0, 0));
}

TEST(VtStyle, ColoursMixWithTheRest) {
    const Style style = pen("1;38;5;200;48:2::1:2:3;4:3;9");
    EXPECT_TRUE(style.bold);
    EXPECT_EQ(style.fg, Color::indexed(200));
    EXPECT_EQ(style.bg, Color::rgb(1, 2, 3));
    EXPECT_EQ(style.underline, Underline::curly);
    EXPECT_TRUE(style.strike);
}

TEST(VtStyle, BrokenColoursChangeNothingElse) {
    EXPECT_EQ(pen("38"), Style{});
    EXPECT_EQ(pen("38;5"), Style{});
    EXPECT_EQ(pen("38;2;1;2"), Style{});
    EXPECT_EQ(pen("38:5"), Style{});
    EXPECT_TRUE(pen("38:7:1;1").bold);
}

TEST(VtStyle, SgrRoundTrip) {
    for (const std::string sgr : {"1",           "2",
                                  "3",           "4",
                                  "4:3",         "5",
                                  "7",           "8",
                                  "9",           "21",
                                  "53",          "31",
                                  "95",          "44",
                                  "103",         "38;5;100",
                                  "48;5;255",    "38;2;1;2;3",
                                  "48;2;9;8;7",  "58:5:3",
                                  "58:2::4:5:6", "1;3;4:5;38;2;1;2;3;48;5;17;58:5:9"}) {
        const Style style = pen(sgr);
        EXPECT_NE(style, Style{}) << sgr;
        std::string parameters;
        append_sgr_parameters(parameters, style);
        EXPECT_EQ(pen(parameters), style) << sgr << " became " << parameters;
    }
    std::string nothing;
    append_sgr(nothing, Style{});
    EXPECT_EQ(nothing, "");
}

TEST(VtStyle, TableGivesEqualStylesOneId) {
    StyleTable table;
    Style red;
    red.fg = Color::indexed(1);
    EXPECT_EQ(table.intern(Style{}), 0);
    EXPECT_EQ(table.intern(red), 1);
    EXPECT_EQ(table.intern(red), 1);
    for (int step = 0; step < 1000; ++step) {
        Style style;
        style.bg =
            Color::rgb(1, static_cast<std::uint8_t>(step / 256), static_cast<std::uint8_t>(step));
        EXPECT_EQ(table[table.intern(style)], style);
    }
    EXPECT_EQ(table.size(), 1002U);
    EXPECT_TRUE(table.wants_collection());
    std::vector<bool> used(table.size());
    used[1] = true;
    used[1001] = true;
    const auto renamed = table.collect(used);
    EXPECT_EQ(table.size(), 3U);
    EXPECT_EQ(table[renamed[1]], red);
    EXPECT_EQ(table.intern(red), renamed[1]);
    EXPECT_FALSE(table.wants_collection());
    EXPECT_LT(table.memory_used(), 200U);
}

TEST(VtStyle, AFullTableFallsBackToTheDefault) {
    StyleTable table;
    Style style;
    for (std::uint32_t step = 1; step < StyleTable::kMaxStyles; ++step) {
        style.fg =
            Color::rgb(static_cast<std::uint8_t>(step >> 16), static_cast<std::uint8_t>(step >> 8),
                       static_cast<std::uint8_t>(step));
        ASSERT_NE(table.intern(style), 0);
    }
    style.bold = true;
    EXPECT_EQ(table.intern(style), 0);
}

TEST(VtStyle, Links) {
    Screen screen({20, 2});
    screen.feed("a\x1b]8;id=1;http://x/;y\x1b\\b\x1b[1mc\x1b[0md\x1b]8;;\x1b\\e");
    EXPECT_EQ(screen.link_at({0, 0}), "");
    EXPECT_EQ(screen.link_at({0, 1}), "http://x/;y");
    EXPECT_EQ(screen.link_at({0, 2}), "http://x/;y");
    EXPECT_EQ(screen.link_at({0, 3}), "http://x/;y"); // SGR 0 ends no link
    EXPECT_EQ(screen.link_at({0, 4}), "");
    EXPECT_EQ(screen.link_at({9, 9}), "");
    EXPECT_EQ(screen.style_at({0, 1}), Style{});
}

} // namespace
} // namespace kept::vt
