#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "control/screen_info.h"
#include "vt/screen.h"

namespace kept::daemon {

/// One number for what each row of a screen shows, from the top.
std::vector<std::uint64_t> row_hashes(const vt::Screen& screen);

/// The content hash that callers see: of the size and of all rows.
std::string content_hash(vt::Size size, const std::vector<std::uint64_t>& rows);

/// Everything but the rows and their hash.
control::ScreenInfo describe_screen(const vt::Screen& screen);

/// Columns [from, to) of row `index`, called row `y`.
control::ScreenRow screen_row(const vt::Screen& screen, int index, int y, int from, int to);

/// The rows as people read them, from the screen's first on, soft-wrapped ones joined. `row` is
/// where a line begins.
struct ScreenLine {
    int row = 0;
    std::string text;
};
std::vector<ScreenLine> screen_lines(const vt::Screen& screen);

/// Screens that callers have been shown, so that they can ask what has changed since. Remembers a
/// number for each row of the last few.
class SeenScreens {
public:
    void remember(const std::string& hash, std::vector<std::uint64_t> rows);

    /// Null when that screen has been forgotten.
    [[nodiscard]] const std::vector<std::uint64_t>* find(const std::string& hash) const;

private:
    struct Seen {
        std::string hash;
        std::vector<std::uint64_t> rows;
    };
    std::vector<Seen> seen_;
};

} // namespace kept::daemon
