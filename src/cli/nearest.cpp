#include "cli/nearest.h"

#include <algorithm>
#include <string>
#include <vector>

namespace kept::cli {

namespace {

/// Edit distance with neighbours swapped counted once (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> table(a.size() + 1,
                                                std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                table[i][j] = i + j;
                continue;
            }
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            table[i][j] =
                std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
            }
        }
    }
    return table[a.size()][b.size()];
}

} // namespace

std::string_view nearest(std::string_view typed, std::span<const std::string_view> known) {
    constexpr std::size_t kLongest = 64; // keeps the table small, whatever was typed
    if (typed.empty() || typed.size() > kLongest) {
        return {};
    }
    std::string lower(typed);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    std::string_view best;
    std::size_t least = std::max<std::size_t>(typed.size() / 2, 1) + 1;
    for (const auto word : known) {
        const std::size_t here = distance(lower, word);
        if (here < least && word != typed) {
            least = here;
            best = word;
        }
    }
    return best;
}

} // namespace kept::cli
