#include "terminal/menu.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "base/text.h"

namespace kept::terminal {

namespace {

/// A longer list scrolls in itself.
constexpr int kTallest = 30;

/// Choices and hints below a title are indented or marked.
bool begins_like_text(std::string_view line) {
    const auto first = static_cast<unsigned char>(line.front());
    return std::isalnum(first) != 0 ||
           std::string_view("/~$#>%@").find(line.front()) != std::string_view::npos;
}

bool begins_with_any(std::string_view text, const auto& marks) {
    return std::ranges::any_of(marks, [&](const auto mark) { return text.starts_with(mark); });
}

} // namespace

bool menu_shown(const vt::Screen& screen) {
    constexpr std::array<std::string_view, 5> kPointers{"❯ ", "› ", "▸ ", "➤ ", "◉ "};
    constexpr std::array<std::string_view, 2> kTitles{"? ", "[?] "};
    constexpr std::string_view kOpen = "◆ ";
    int row = screen.cursor().row;
    if (screen.row_text(row).empty()) {
        --row;
    }
    bool pointed = false;
    for (const int last = std::max(0, row - kTallest); row >= last; --row) {
        const std::string line = screen.row_text(row);
        const std::string_view text = base::trimmed(line);
        if (text.empty()) {
            return false;
        }
        if (text.starts_with(kOpen)) {
            return true;
        }
        if (begins_with_any(text, kTitles)) {
            return pointed;
        }
        if (begins_like_text(line)) {
            return false; // what is above is older
        }
        pointed = pointed || begins_with_any(text, kPointers);
    }
    return false;
}

} // namespace kept::terminal
