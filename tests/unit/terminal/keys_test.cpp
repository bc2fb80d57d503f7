#include "terminal/keys.h"

#include <gtest/gtest.h>
#include <numeric>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "terminal/mouse.h"

namespace kept::terminal {
namespace {

std::string joined(std::string_view keys, const vt::Modes& modes = {}) {
    const auto parts = encode_keys(keys, modes);
    if (!parts) {
        return "error: " + parts.error().why;
    }
    return std::accumulate(parts->begin(), parts->end(), std::string());
}

struct Case {
    const char* keys;
    std::string bytes;
};

void check(const std::vector<Case>& cases, const vt::Modes& modes) {
    for (const Case& one : cases) {
        EXPECT_EQ(joined(one.keys, modes), one.bytes) << one.keys;
    }
}

TEST(Keys, OfAPlainTerminal) {
    check({{"a", "a"},
           {"A", "A"},
           {"é", "é"},
           {"S-a", "A"},
           {"C-a", "\x01"},
           {"^a", "\x01"},
           {"C-A", "\x01"},
           {"C-Space", std::string(1, '\0')},
           {"C-@", std::string(1, '\0')},
           {"C-[", "\x1b"},
           {"C-?", "\x7f"},
           {"C-/", "\x1f"},
           {"C-;", ";"},
           {"M-x", "\x1bx"},
           {"A-x", "\x1bx"},
           {"C-M-x", "\x1b\x18"},
           {"M-Enter", "\x1b\r"},
           {"Enter", "\r"},
           {"enter", "\r"},
           {"Tab", "\t"},
           {"S-Tab", "\x1b[Z"},
           {"BTab", "\x1b[Z"},
           {"Escape", "\x1b"},
           {"BSpace", "\x7f"},
           {"C-BSpace", "\b"},
           {"Space", " "},
           {"Up", "\x1b[A"},
           {"S-Up", "\x1b[1;2A"},
           {"C-Left", "\x1b[1;5D"},
           {"M-S-Down", "\x1b[1;4B"},
           {"Home", "\x1b[H"},
           {"C-End", "\x1b[1;5F"},
           {"IC", "\x1b[2~"},
           {"S-DC", "\x1b[3;2~"},
           {"PgUp", "\x1b[5~"},
           {"NPage", "\x1b[6~"},
           {"F1", "\x1bOP"},
           {"C-F1", "\x1b[1;5P"},
           {"F5", "\x1b[15~"},
           {"F12", "\x1b[24~"},
           {"F13", "\x1b[1;2P"},
           {"F20", "\x1b[19;2~"},
           {"KP5", "5"},
           {"KPEnter", "\r"},
           {"KP*", "*"},
           {"*", "*"},
           {"-", "-"},
           {"C--", "-"}},
          {});
}

TEST(Keys, OfApplicationModes) {
    vt::Modes modes;
    modes.application_cursor = true;
    modes.application_keypad = true;
    check({{"Up", "\x1bOA"},
           {"End", "\x1bOF"},
           {"S-Up", "\x1b[1;2A"},
           {"KP5", "\x1bOu"},
           {"KPEnter", "\x1bOM"},
           {"KP+", "\x1bOk"},
           {"F1", "\x1bOP"}},
          modes);
    modes = {};
    modes.newline = true;
    check({{"Enter", "\r\n"}}, modes);
}

TEST(Keys, OfModifyOtherKeys) {
    vt::Modes modes;
    modes.modify_other_keys = 1;
    check(
        {{"C-a", "\x01"}, {"C-;", "\x1b[27;5;59~"}, {"C-Enter", "\x1b[27;5;13~"}, {"M-x", "\x1bx"}},
        modes);
    modes.modify_other_keys = 2;
    check({{"C-a", "\x1b[27;5;97~"},
           {"M-x", "\x1b[27;3;120~"},
           {"a", "a"},
           {"S-a", "A"},
           {"S-Tab", "\x1b[Z"},
           {"Enter", "\r"},
           {"C-Up", "\x1b[1;5A"}},
          modes);
}

TEST(Keys, OfTheKittyProtocol) {
    vt::Modes modes;
    modes.kitty_keyboard = 1;
    modes.application_cursor = true; // of no meaning then
    check({{"a", "a"},
           {"Enter", "\r"},
           {"Escape", "\x1b[27u"},
           {"C-a", "\x1b[97;5u"},
           {"M-A", "\x1b[97;4u"},
           {"S-Enter", "\x1b[13;2u"},
           {"S-Tab", "\x1b[9;2u"},
           {"Up", "\x1b[A"},
           {"F1", "\x1b[P"},
           {"F3", "\x1b[13~"},
           {"KPEnter", "\x1b[57414u"},
           {"KP1", "1"}},
          modes);
    modes.kitty_keyboard = 1 | 8;
    check({{"a", "\x1b[97u"}, {"A", "\x1b[97;2u"}, {"Enter", "\x1b[13u"}, {"KP1", "\x1b[57400u"}},
          modes);
    modes.kitty_keyboard = 1 | 4 | 8 | 16;
    check({{"A", "\x1b[97:65;2;65u"}, {"a", "\x1b[97;;97u"}}, modes);
}

TEST(Keys, WordsTextAndCounts) {
    EXPECT_EQ(joined("Enter*3"), "\r\r\r");
    EXPECT_EQ(joined("x*3 *"), "xxx*");
    EXPECT_EQ(joined(":wq Enter"), ":wq\r");
    EXPECT_EQ(joined("\"Hello World\" 'a\"b'"), "Hello Worlda\"b");
    EXPECT_EQ(joined("\" x"), "\"x"); // a quote that stands alone is a key
    EXPECT_EQ(joined("a*b"), "a*b");
    EXPECT_EQ(joined("Enter*0 x"), "x");
    for (const auto* wrong : {"Entr", "C-Nope", "M-", "S-Foo*2", "\"open", "", "   ", "F99"}) {
        EXPECT_FALSE(encode_keys(wrong, {})) << wrong;
    }
    std::string word(2000, 'y');
    word.append("*10000");
    EXPECT_FALSE(encode_keys(word, {})); // more than a MiB
}

TEST(Keys, NothingStandsRightBehindAnEscape) {
    const auto parts = encode_keys("i Escape o x Escape", {});
    ASSERT_TRUE(parts);
    EXPECT_EQ(*parts, (std::vector<std::string>{"i\x1b", "ox\x1b"}));
    vt::Modes modes;
    modes.kitty_keyboard = 1;
    EXPECT_EQ(encode_keys("Escape o", modes)->size(), 1U);
}

RC_GTEST_PROP(Keys, AnythingIsTypedOrRefused, (const std::string& words)) {
    const auto parts = encode_keys(words, {});
    RC_ASSERT(!parts || !parts->empty());
}

TEST(Paste, CannotBeEndedFromWithin) {
    vt::Modes modes;
    EXPECT_EQ(encode_paste("a\nb", modes), "a\rb");
    modes.bracketed_paste = true;
    EXPECT_EQ(encode_paste("a\x1b[201~b", modes), "\x1b[200~a[201~b\x1b[201~");
}

std::string mouse(std::string_view words, vt::MouseTracking tracking, vt::MouseEncoding encoding) {
    vt::Modes modes;
    modes.mouse = tracking;
    modes.mouse_encoding = encoding;
    const auto action = parse_mouse(words);
    if (!action) {
        return "error: " + action.error().why;
    }
    const auto bytes = encode_mouse(*action, modes, {300, 300});
    return bytes ? *bytes : "error: " + bytes.error().why;
}

TEST(Mouse, InEachEncoding) {
    using enum vt::MouseTracking;
    using vt::MouseEncoding;
    EXPECT_EQ(mouse("click,3,4", buttons, MouseEncoding::sgr), "\x1b[<0;4;5M\x1b[<0;4;5m");
    EXPECT_EQ(mouse("right,3,4", buttons, MouseEncoding::urxvt), "\x1b[34;4;5M\x1b[35;4;5M");
    EXPECT_EQ(mouse("click,3,4", buttons, MouseEncoding::x10), "\x1b[M $%\x1b[M#$%");
    EXPECT_EQ(mouse("click,3,4", x10, MouseEncoding::x10), "\x1b[M $%");
    EXPECT_EQ(mouse("press,200,0", buttons, MouseEncoding::utf8), "\x1b[M \u00e9!");
    EXPECT_EQ(mouse("press,0,0", buttons, MouseEncoding::sgr_pixels), "\x1b[<0;5;9M");
    EXPECT_EQ(mouse("scroll,up,0,0*2", buttons, MouseEncoding::sgr), "\x1b[<64;1;1M\x1b[<64;1;1M");
    EXPECT_EQ(mouse("drag,1,1,2,2", drag, MouseEncoding::sgr),
              "\x1b[<0;2;2M\x1b[<32;3;3M\x1b[<0;3;3m");
    EXPECT_EQ(mouse("move,1,1", any, MouseEncoding::sgr), "\x1b[<35;2;2M");
}

TEST(Mouse, WhatTheProgramWouldNotSeeIsRefused) {
    using enum vt::MouseTracking;
    using vt::MouseEncoding;
    for (const auto* words :
         {"hop,1,1", "click,1", "click,a,b", "scroll", "drag,1,1", "click,1,1*0"}) {
        EXPECT_FALSE(parse_mouse(words)) << words;
    }
    EXPECT_TRUE(mouse("click,1,1", off, MouseEncoding::sgr).starts_with("error"));
    EXPECT_TRUE(mouse("move,1,1", buttons, MouseEncoding::sgr).starts_with("error"));
    EXPECT_TRUE(mouse("click,300,1", buttons, MouseEncoding::sgr).starts_with("error"));
    EXPECT_TRUE(mouse("click,250,1", buttons, MouseEncoding::x10).starts_with("error"));
}

} // namespace
} // namespace kept::terminal
