#include "vt/charset.h"
#include "vt/cluster.h"
#include "vt/plain_text.h"
#include "vt/screen.h"
#include "vt/width.h"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <string>
#include <vector>

namespace kept::vt {
namespace {

/// Columns the cursor moves over when `text` is written.
int columns(std::string_view text) {
    Screen screen({40, 2});
    screen.feed(text);
    return screen.cursor().col;
}

/// `lead`, `count` times `fill`, and CR LF.
std::string line(std::string lead, std::size_t count, char fill) {
    lead.append(count, fill);
    lead.append("\r\n");
    return lead;
}

TEST(VtUnicode, Widths) {
    EXPECT_EQ(columns("abc"), 3);
    EXPECT_EQ(columns("éß"), 2);
    EXPECT_EQ(columns("日本"), 4);
    EXPECT_EQ(columns("가"), 2);
    EXPECT_EQ(columns("ｆ"), 2); // fullwidth
    EXPECT_EQ(columns("─│█"), 3);
    EXPECT_EQ(columns("\ufffd"), 1);
    EXPECT_EQ(columns("\ue0b0"), 1); // private use: powerline
    EXPECT_EQ(columns("✓"), 1);
    EXPECT_EQ(columns("✅"), 2);
    EXPECT_EQ(columns("a\u200bb"), 2);
    EXPECT_EQ(char_width(0x07), -1);
    EXPECT_EQ(char_width(0x85), -1);
    EXPECT_EQ(char_width(0x301), 0);
}

/// What is not looked up in the table of all characters is as it says.
TEST(VtUnicode, WidthsKnownByHeartAreThoseOfTheTable) {
    for (char32_t character = 0xa0; character < 0x11000; ++character) {
        const int width = utf8proc_charwidth(static_cast<utf8proc_int32_t>(character));
        if (width > 0 && character != 0xad) { // the soft hyphen, which terminals show
            EXPECT_EQ(char_width(character), width) << std::hex << static_cast<unsigned>(character);
        }
    }
    Charsets sets;
    for (const Charset set : {Charset::ascii, Charset::special, Charset::british}) {
        sets.designate(0, set);
        for (char32_t byte = 0x20; byte < 0x7f; ++byte) {
            EXPECT_EQ(char_width(sets.map(byte)), 1) << static_cast<unsigned>(byte);
        }
    }
}

TEST(VtUnicode, ClustersTakeTheColumnsOfOneCharacter) {
    EXPECT_EQ(columns("e\u0301"), 1);
    EXPECT_EQ(columns("👍👍"), 4); // two, not one
    EXPECT_EQ(columns("👍🏽"), 2);
    EXPECT_EQ(columns("👨‍👩‍👧‍👦"), 2);
    EXPECT_EQ(columns("🇫🇷"), 2);
    EXPECT_EQ(columns("🇫🇷🇩🇪"), 4);
    EXPECT_EQ(columns("❤"), 1);
    EXPECT_EQ(columns("❤️"), 2);
    EXPECT_EQ(columns("\u1112\u1161\u11ab"), 2); // Hangul in parts
    EXPECT_EQ(columns("ไม้"), 2);
}

TEST(VtUnicode, AMarkJoinsOnlyWhatItFollows) {
    Screen screen({10, 3});
    screen.feed("e\x1b[31m\u0301"); // colour between does not part them
    EXPECT_EQ(screen.row_text(0), "e\u0301");
    EXPECT_EQ(screen.cursor().col, 1);
    screen.feed("\r\n\u0301x");
    EXPECT_EQ(screen.row_text(1), "\u0301x");
    EXPECT_EQ(screen.cursor().col, 2);
    screen.feed("\r\nab\b\u0302");
    EXPECT_EQ(screen.row_text(2), "a\u0302");
}

TEST(VtUnicode, AnEmojiFormAtTheEdgeStaysNarrow) {
    Screen screen({4, 2});
    screen.feed("abc❤️d");
    EXPECT_EQ(screen.row_text(0), "abc❤️");
    EXPECT_EQ(screen.row_text(1), "d");
}

TEST(VtUnicode, ClusterTable) {
    ClusterTable table;
    const auto first = table.intern("e\u0301");
    EXPECT_EQ(table.intern("e\u0301"), first);
    EXPECT_EQ(table[first], "e\u0301");
    for (std::size_t step = 1; step < ClusterTable::kMaxClusters; ++step) {
        ASSERT_NE(table.intern(std::to_string(step)), ClusterTable::kNone);
    }
    EXPECT_EQ(table.intern("one too many"), ClusterTable::kNone);
    std::vector<bool> used(table.size(), true);
    EXPECT_EQ(table.collect(used)[7], 7U);
    EXPECT_FALSE(table.wants_collection()); // all in use: not again at once
    for (std::size_t step = 0; step < ClusterTable::kMaxClusters; ++step) {
        EXPECT_EQ(table.intern("x" + std::to_string(step)), ClusterTable::kNone);
    }
    EXPECT_TRUE(table.wants_collection()); // but now and then
    used.assign(used.size(), false);
    used[7] = true;
    EXPECT_EQ(table.collect(used)[7], 0U);
    EXPECT_EQ(table.size(), 1U);
    EXPECT_EQ(table[0], "7");
    EXPECT_EQ(table.intern("7"), 0U);
    EXPECT_FALSE(table.wants_collection());
}

TEST(VtUnicode, LinesThatMayBeCopied) {
    const auto copyable = [](std::string_view bytes, int cols = 80) {
        return copyable_lines(bytes, cols, WithTabs::yes) == bytes.size();
    };
    EXPECT_TRUE(copyable("plain\r\n\r\nlines\r\n"));
    EXPECT_TRUE(copyable("tab\tbed\r\ndéjà vu\r\n日本\r\n"));
    EXPECT_TRUE(copyable(line("", 500, 'x')));
    for (const std::string other :
         {"staircase\n", "bar\rfoo\r\n", "\x1b[m\r\n", "\a\r\n", "\xff\r\n", "\xc2\x85\r\n",
          "e\u0301\r\n", "no end", "half\r"}) {
        EXPECT_FALSE(copyable(other)) << other;
        EXPECT_EQ(copyable_lines("ok\r\n" + other, 80, WithTabs::yes), 4U) << other;
    }
    // More tabs at the right edge than are noted there.
    EXPECT_TRUE(copyable(line("12345678", 32, '\t'), 8));
    EXPECT_FALSE(copyable(line("12345678", 33, '\t'), 8));
    EXPECT_TRUE(copyable(line("", 33, '\t'), 4096));
}

} // namespace
} // namespace kept::vt
