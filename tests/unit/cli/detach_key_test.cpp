#include "cli/detach_key.h"

#include <gtest/gtest.h>

namespace kept::cli {
namespace {

TEST(DetachKey, Names) {
    EXPECT_EQ(DetachKey::parse("^]")->name(), "Ctrl-]");
    EXPECT_EQ(DetachKey::parse("C-q")->name(), "Ctrl-q");
    EXPECT_EQ(DetachKey::parse("ctrl-A")->name(), "Ctrl-a");
    for (const auto* wrong : {"", "x", "C-", "C-xx", "^[", "^M", "^I", "^J", "^1", "M-x"}) {
        EXPECT_FALSE(DetachKey::parse(wrong)) << wrong;
    }
}

TEST(DetachKey, TheControlCharacter) {
    auto key = *DetachKey::parse("^]");
    EXPECT_EQ(key.take("abc"), "abc");
    EXPECT_FALSE(key.pressed());
    EXPECT_EQ(key.take("de\x1d"
                       "f"),
              "de");
    EXPECT_TRUE(key.pressed());
}

TEST(DetachKey, None) {
    auto key = *DetachKey::parse("none");
    EXPECT_EQ(key.take("\x1d\x1b[93;5u"), "\x1d\x1b[93;5u");
    EXPECT_FALSE(key.pressed());
}

TEST(DetachKey, KeyboardProtocols) {
    for (const auto* typed :
         {"ab\x1b[93;5u", "ab\x1b[93;5:1u", "ab\x1b[93:125;69u", "ab\x1b[27;5;93~"}) {
        auto key = *DetachKey::parse("^]");
        EXPECT_EQ(key.take(typed), "ab") << typed;
        EXPECT_TRUE(key.pressed()) << typed;
    }
    for (const auto* typed : {"\x1b[93;5:3u", "\x1b[93;6u", "\x1b[93u", "\x1b[61;5u",
                              "\x1b[27;6;93~", "\x1b[93;5A", "\x1b]93;5u"}) {
        auto key = *DetachKey::parse("^]");
        EXPECT_EQ(key.take(typed), typed) << typed;
        EXPECT_FALSE(key.pressed()) << typed;
    }
    auto letter = *DetachKey::parse("C-q");
    EXPECT_EQ(letter.take("\x1b[113;5u"), "");
    EXPECT_TRUE(letter.pressed());
}

TEST(DetachKey, ASequenceThatComesInPieces) {
    auto key = *DetachKey::parse("^]");
    key.take("\x1b[9");
    key.take("3;5");
    EXPECT_FALSE(key.pressed());
    key.take("u");
    EXPECT_TRUE(key.pressed());
}

} // namespace
} // namespace kept::cli
