#include "vt/pack.h"
#include "vt/scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace kept::vt::test {
namespace {

// More than any step of the wide loops, and every remainder of them.
constexpr std::size_t kLongest = 70;

std::string text_of(std::size_t length) {
    std::string text;
    for (std::size_t at = 0; at < length; ++at) {
        text.push_back(at % 5 == 3 ? '\0' : static_cast<char>(' ' + at % 95));
    }
    return text;
}

TEST(VtPack, TextBecomesCellsWhereItStandsAndComesBack) {
    for (std::size_t length = 0; length <= kLongest; ++length) {
        const std::string text = text_of(length);
        std::vector<Cell> cells(length + 1, Cell{'!', 9, 9});
        std::memcpy(static_cast<void*>(cells.data()), text.data(), length);
        widen(cells.data(), {reinterpret_cast<const char*>(cells.data()), length}, 7, 2);
        std::string shown = text;
        std::ranges::replace(shown, '\0', ' ');
        for (std::size_t at = 0; at < length; ++at) {
            ASSERT_EQ(cells[at], (Cell{static_cast<unsigned char>(text[at]), 7, 2})) << length;
        }
        EXPECT_EQ(cells[length], (Cell{'!', 9, 9})) << "nothing is written beyond the end";
        std::string back(length + 1, '!');
        narrow(back.data(), {cells.data(), length});
        EXPECT_EQ(back, shown + "!");
        back.assign(length + 1, '!');
        fill_blanks(back.data(), text);
        EXPECT_EQ(back, shown + "!");
    }
}

TEST(VtPack, FillStopsAtTheEnd) {
    for (std::size_t length = 0; length <= kLongest; ++length) {
        std::vector<Cell> cells(length + 1);
        fill({cells.data(), length}, Cell{'x', 3, 1});
        EXPECT_EQ(std::ranges::count(cells, Cell{'x', 3, 1}), static_cast<std::ptrdiff_t>(length));
        EXPECT_EQ(cells.back(), Cell{});
    }
}

TEST(VtPack, LineFeedsAreCounted) {
    for (std::size_t length = 0; length <= 10'000; length = length * 3 / 2 + 1) {
        std::string text(length, '\n'); // more than a byte can count
        EXPECT_EQ(count_line_feeds(text), length);
        for (std::size_t at = 0; at < length; at += 3) {
            text[at] = 'x';
        }
        EXPECT_EQ(count_line_feeds(text), length - (length + 2) / 3);
    }
}

} // namespace
} // namespace kept::vt::test
