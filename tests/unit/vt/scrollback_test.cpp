#include "stream_gen.h"
#include "vt/screen.h"
#include "vt/scrollback.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace kept::vt {
namespace {

constexpr std::size_t kMuch = std::size_t{1} << 20;

Screen screen_of(Size size, std::string_view bytes, std::size_t limit = kMuch) {
    Screen screen(size, nullptr, 0, limit);
    screen.feed(bytes);
    return screen;
}

std::string history_text(const Screen& screen, int rows = 1000) {
    const auto history = screen.history(rows);
    return history ? history->text() : "(none)";
}

/// The lines above and on the screen, with soft breaks joined: what no resize may change.
std::string all_lines(const Screen& screen) {
    std::string text;
    bool soft = false;
    const auto add = [&](const Screen& part) {
        for (int row = 0; row < part.size().rows; ++row) {
            if (!soft && !text.empty()) {
                text += '\n';
            }
            text += part.row_text(row);
            soft = part.row_wrapped(row);
        }
    };
    if (const auto history = screen.history(kMaxHistoryRows)) {
        add(*history);
    }
    add(screen);
    text.erase(text.find_last_not_of('\n') + 1);
    return text;
}

std::string numbers(int count) {
    std::string text;
    for (int line = 1; line <= count; ++line) {
        text += "line " + std::to_string(line) + "\r\n";
    }
    return text;
}

TEST(VtScrollback, ALineEndsWhereItsRestIsErased) {
    // Three rows, and a line of four: its beginning has left.
    const std::string line = "0123456789abcdefghijklmnopqrstuvwxyzABC";
    const std::string more = "new\r\nb\r\nc\r\nd";
    for (const std::string_view gone :
         {"\x1b[H\x1b[2J", "\x1b[H\x1b[J", "\x1b[1;1H\x1b[2K", "\x1b[H\x1b[L", "\x1b[H\x1b[99X",
          "\x1b[H\x1b[99P", "\x1b[H\x1b[M", "\x1b[H\x1bM", "\x1b[2T", "\x1b[9S\x1b[H", "\x1b#8"}) {
        Screen screen = screen_of({10, 3}, line + std::string(gone) + "\x1b[H" + more);
        screen.resize({40, 3});
        const std::string above = history_text(screen);
        EXPECT_EQ(above.substr(0, above.find('\n')), gone == "\x1b[9S\x1b[H" ? line : "0123456789")
            << gone.substr(1);
    }
}

TEST(VtScrollback, AWideCharacterThatDidNotFitLeavesNoGap) {
    Screen screen = screen_of({8, 6}, "\u65e5\u672c\r\n\r\n\r\n");
    screen.resize({3, 4});
    screen.resize({37, 8});
    EXPECT_EQ(screen.row_text(0), "\u65e5\u672c");
    // But one that was overwritten since has left a blank.
    EXPECT_EQ(history_text(screen_of({3, 3}, "\u65e5\u672c\r\n\x1b[2;1Habc\r\n\r\n\r\n")),
              "\u65e5\nabc");
}

TEST(VtScrollback, KeepsWhatLeavesAtTheTop) {
    const Screen screen = screen_of({20, 3}, numbers(5) + "$ ");
    EXPECT_EQ(screen.text(), "line 4\nline 5\n$");
    EXPECT_EQ(history_text(screen), "line 1\nline 2\nline 3");
    EXPECT_EQ(history_text(screen, 2), "line 2\nline 3");
    EXPECT_EQ(screen.history_lines(), 3U);
    EXPECT_EQ(screen.history(2)->size(), (Size{20, 2}));
    EXPECT_FALSE(screen.history(0));
    EXPECT_FALSE(Screen({20, 3}, nullptr, 0, kMuch).history(9));
    EXPECT_FALSE(screen_of({20, 3}, numbers(5), 0).history(9));
}

TEST(VtScrollback, ColoursLinksAndScriptsAreKept) {
    const Screen screen = screen_of(
        {12, 2}, "\x1b[1;38;5;200mhot\x1b[0m 日本 e\u0301 👨‍👩‍👧\r\n"
                 "\x1b]8;;http://a/\x1b\\link\x1b]8;;\x1b\\\r\n\x1b[44m\x1b[K\x1b[m\r\n\r\n\r\n");
    const auto history = screen.history(5);
    ASSERT_TRUE(history);
    EXPECT_EQ(history->row_text(0), "hot 日本 e\u0301");
    EXPECT_TRUE(history->row_wrapped(0));
    EXPECT_EQ(history->row_text(1), "👨‍👩‍👧");
    EXPECT_EQ(history->style_at({0, 2}).fg, Color::indexed(200));
    EXPECT_TRUE(history->style_at({0, 2}).bold);
    EXPECT_EQ(history->style_at({0, 3}), Style{});
    EXPECT_EQ(history->link_at({2, 3}), "http://a/");
    EXPECT_EQ(history->link_at({2, 4}), "");
    EXPECT_EQ(history->style_at({3, 11}).bg, Color::indexed(4));
    EXPECT_EQ(history->row_text(3), "");
}

TEST(VtScrollback, CharactersThatAreApartStayApart) {
    const std::string flags = "🇫\x1b[3G🇷\r\n\u0301x\r\n\r\n\r\n";
    const Screen screen = screen_of({12, 2}, flags);
    const Screen tall = screen_of({12, 6}, flags, 0);
    EXPECT_EQ(history_text(screen), tall.text());
    EXPECT_EQ(screen.history(9)->row_text(0), "🇫 🇷");
}

TEST(VtScrollback, WhatIsErasedIsGone) {
    Screen screen = screen_of({20, 3}, numbers(5));
    screen.feed("\x1b[2J");
    EXPECT_EQ(screen.history_lines(), 3U);
    screen.feed("\x1b[3J");
    EXPECT_EQ(screen.history_lines(), 0U);
    EXPECT_FALSE(screen.history(1));
    screen.feed(numbers(5) + "\x1b"
                             "c");
    EXPECT_EQ(screen.history_lines(), 0U);
}

TEST(VtScrollback, OnlyTheMainScreenHasOne) {
    const Screen screen =
        screen_of({20, 3}, "\x1b[?1049h" + numbers(50) + "\x1b[?1049l" + "a\r\nb\r\nc\r\nd");
    EXPECT_EQ(history_text(screen), "a");
    // Lines edited away or scrolled within margins have not left.
    const Screen edited = screen_of({20, 3}, "a\r\nb\x1b[H\x1b[2M\x1b[2;3r\x1b[3;1H\n\n\n");
    EXPECT_EQ(edited.history_lines(), 0U);
}

TEST(VtScrollback, IsBounded) {
    Screen screen({80, 24}, nullptr, 0, 32768);
    std::string bytes;
    for (int line = 0; line < 5000; ++line) {
        bytes +=
            "\x1b[3" + std::to_string(line % 8) + "mline " + std::to_string(line) + "\x1b[0m\r\n";
    }
    for (const std::string& text : {bytes, numbers(20000), std::string(1 << 20, 'x')}) {
        screen.feed(text);
        EXPECT_LE(screen.history_bytes(), 32768U);
        EXPECT_GT(screen.history_bytes(), 24000U);
    }
    EXPECT_LT(screen.memory_used(), 120'000U);
    screen.feed("\r\n" + numbers(3000));
    const auto history = screen.history(kMaxHistoryRows);
    EXPECT_EQ(history->row_text(history->size().rows - 1), "line 2977");
    EXPECT_GT(history->size().rows, 2000);
}

TEST(VtScrollback, TheLimitHoldsForMemory) {
    Scrollback lines(kMuch);
    for (const std::size_t length : {99U, 4000U, 200'000U, 20U}) { // the third is more than a piece
        const std::string line = std::string(length, 'x') + "\n";
        for (std::size_t written = 0; written < 4 * kMuch; written += line.size()) {
            lines.append(line);
            ASSERT_LE(lines.memory_used(), kMuch + kMuch / 100);
        }
        EXPECT_GT(lines.bytes(), kMuch * 3 / 4);
    }
}

TEST(VtScrollback, ComesBackWhenThereIsRoom) {
    Screen screen = screen_of({20, 5}, numbers(9) + "$ ");
    screen.resize({20, 3});
    EXPECT_EQ(screen.text(), "line 8\nline 9\n$");
    EXPECT_EQ(screen.history_lines(), 7U);
    screen.resize({20, 6});
    EXPECT_EQ(screen.text(), "line 5\nline 6\nline 7\nline 8\nline 9\n$");
    EXPECT_EQ(screen.cursor(), (Position{5, 2}));
    screen.resize({20, 30});
    EXPECT_EQ(screen.text(),
              "line 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8\nline 9\n$");
    EXPECT_EQ(screen.history_lines(), 0U);
    EXPECT_EQ(screen.cursor(), (Position{9, 2}));
}

TEST(VtScrollback, FlowsWithTheScreen) {
    Screen screen = screen_of({10, 2}, "\x1b[32m0123456789abcdefghijABCDEFGHIJ\x1b[0mxy\r\n$ ");
    EXPECT_EQ(screen.text(), "xy\n$");
    EXPECT_EQ(screen.history_lines(), 1U);
    screen.resize({16, 2});
    EXPECT_EQ(screen.text(), "ghijABCDEFGHIJxy\n$");
    EXPECT_EQ(history_text(screen), "0123456789abcdef");
    EXPECT_EQ(screen.style_at({0, 13}).fg, Color::indexed(2));
    EXPECT_EQ(screen.style_at({0, 14}), Style{});
    screen.resize({40, 2});
    EXPECT_EQ(screen.text(), "0123456789abcdefghijABCDEFGHIJxy\n$");
    EXPECT_EQ(screen.history_lines(), 0U);
    screen.resize({4, 2});
    EXPECT_EQ(screen.text(), "IJxy\n$");
    EXPECT_EQ(screen.history(3)->text(), "ghij\nABCD\nEFGH");
}

TEST(VtScrollback, ALineTooLongToLayOutStaysWhereItIs) {
    Screen screen({80, 4}, nullptr, 0, kMuch);
    screen.feed(std::string(300'000, 'x'));
    screen.resize({60, 4});
    EXPECT_TRUE(screen.row_wrapped(2));
    std::size_t count = 0;
    for (const char c : all_lines(screen)) {
        count += c == 'x' ? 1 : 0;
    }
    EXPECT_EQ(count, 300'000U);
}

TEST(VtScrollback, StorageCountsAndCuts) {
    Scrollback store(160); // pieces of ten bytes
    store.append("one\n");
    store.append("two");
    EXPECT_TRUE(store.open());
    EXPECT_EQ(store.lines(), 2U);
    EXPECT_EQ(store.tail(1), "two");
    store.append(" and more\n");
    store.append("\n");
    EXPECT_EQ(store.lines(), 3U);
    EXPECT_EQ(store.tail(1), "\n");
    EXPECT_EQ(store.tail(2), "two and more\n\n");
    EXPECT_EQ(store.tail(9), "one\ntwo and more\n\n");
    EXPECT_EQ(store.last_line_bytes(99), 0U);
    EXPECT_EQ(store.take_line(), "");
    EXPECT_EQ(store.last_line_bytes(99), 12U);
    EXPECT_GE(store.last_line_bytes(5), 5U);
    EXPECT_EQ(store.take_line(), "two and more");
    EXPECT_EQ(store.take_line(), "one");
    EXPECT_TRUE(store.empty());
    EXPECT_EQ(store.take_line(), "");
    for (int line = 0; line < 100; ++line) {
        store.append("0123456\n");
        EXPECT_LE(store.bytes(), 160U);
        EXPECT_EQ(store.lines() * 8, store.bytes());
    }
}

RC_GTEST_PROP(VtScrollback, SplittingChangesNothing, ()) {
    const Size size = *test::screen_size();
    std::string bytes = *test::stream();
    for (int times = *rc::gen::inRange(0, 6); times > 0; --times) {
        bytes += numbers(*rc::gen::inRange(0, 400)) + *test::stream();
    }
    const Screen whole = screen_of(size, bytes);
    Screen split(size, nullptr, 0, kMuch);
    for (std::string_view rest = bytes; !rest.empty();) {
        const auto piece = *rc::gen::inRange<std::size_t>(1, 700);
        split.feed(rest.substr(0, piece));
        rest.remove_prefix(std::min(piece, rest.size()));
    }
    RC_ASSERT(test::state_of(whole) == test::state_of(split));
    RC_ASSERT(whole.history_lines() == split.history_lines());
    const auto one = whole.history(kMaxHistoryRows);
    const auto other = split.history(kMaxHistoryRows);
    RC_ASSERT(one.has_value() == other.has_value());
    if (one) {
        for (int row = 0; row < one->size().rows; ++row) {
            RC_ASSERT(one->row_text(row) == other->row_text(row));
        }
    }
}

RC_GTEST_PROP(VtScrollback, TextSurvivesResizes, ()) {
    std::string bytes;
    for (const auto& line : *rc::gen::container<std::vector<std::string>>(
             rc::gen::container<std::string>(rc::gen::inRange<char>('!', '~')))) {
        bytes += line + "\r\n";
    }
    Screen screen = screen_of(*test::screen_size(), bytes + "$");
    const std::string before = all_lines(screen);
    for (int times = 0; times < 4; ++times) {
        screen.resize(*test::screen_size());
        RC_ASSERT(all_lines(screen) == before);
    }
}

} // namespace
} // namespace kept::vt
