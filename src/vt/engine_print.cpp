#include "vt/engine.h"

#include <algorithm>

namespace kept::vt {

/// Moves the cursor past a character just written; at the limit it stays and the next one wraps.
void Engine::advance(int limit, int columns) {
    col_ += columns;
    pending_ = col_ >= limit;
    if (pending_) {
        col_ = limit - 1;
    }
}

/// The soft line break before a character that does not fit.
void Engine::wrap() {
    const bool inside = col_ <= right_;
    const bool moves = row_ == bottom_ || row_ < size_.rows - 1;
    const bool soft = moves && full_width();
    // Before the scroll, since the row may leave with it, and after, since a scroll ends lines.
    current().set_wrapped(soft);
    line_feed();
    if (soft && row_ > 0) {
        active().row(row_ - 1).set_wrapped(true);
    }
    col_ = inside ? left_ : 0;
    pending_ = false;
}

void Engine::print_ascii(std::string_view text) {
    if (charsets_.translate() || modes_.insert || !modes_.autowrap) {
        for (const char byte : text) {
            // One column, and nothing to join: no character set has others.
            last_character_ = charsets_.map(static_cast<unsigned char>(byte));
            put(last_character_, 1);
        }
        joiner_.start(last_character_);
        return;
    }
    const std::uint16_t style = pen_id();
    const std::uint16_t flags = protect_ ? Cell::kProtected : std::uint16_t{0};
    last_character_ = static_cast<unsigned char>(text.back());
    joiner_.start(last_character_);
    while (!text.empty()) {
        if (pending_) {
            wrap();
        }
        const int limit = right_limit();
        const std::size_t room = static_cast<std::size_t>(limit - col_);
        const std::size_t length = std::min(room, text.size());
        const int columns = static_cast<int>(length);
        current().write(col_, text.substr(0, length), style, flags);
        last_ = {row_, col_ + columns - 1};
        advance(limit, columns);
        text.remove_prefix(length);
    }
}

void Engine::print(char32_t character) {
    const int width = char_width(character);
    if (width < 0) {
        return; // C1 controls, encoded as UTF-8, do nothing here
    }
    if (joiner_.joins(character, width)) {
        join(character);
        return;
    }
    put(character, std::max(width, 1)); // a mark with nothing to sit on gets a cell
    joiner_.start(character);
    last_character_ = character;
}

void Engine::put(char32_t character, int width) {
    if (pending_ && modes_.autowrap) {
        wrap();
    }
    int limit = right_limit();
    if (width == 2 && limit - col_ < 2) {
        const int line_start = col_ <= right_ ? left_ : 0;
        if (limit - line_start < 2) {
            width = 1; // nowhere to put a wide character
        } else if (modes_.autowrap) {
            current().put(col_, Cell{Cell::make(Cell::Kind::wide_spacer), pen_id(), 0});
            wrap();
            limit = right_limit();
        } else {
            col_ = limit - 2;
        }
    }
    if (modes_.insert) {
        current().insert(col_, width, limit, blank_id());
    }
    const std::uint16_t style = pen_id();
    const std::uint16_t flags = protect_ ? Cell::kProtected : std::uint16_t{0};
    Cell* cells = current().overwrite(col_, col_ + width, character >= 0x80, style);
    cells[0] = Cell{Cell::make(Cell::Kind::character, character), style, flags};
    if (width == 2) {
        cells[0].flags |= Cell::kWide;
        cells[1] = Cell{Cell::make(Cell::Kind::wide_tail), style, flags};
    }
    last_ = {row_, col_};
    advance(limit, width);
}

/// Adds a combining character to the last written cell. A cell that is full keeps what it has.
void Engine::join(char32_t character) {
    Row& row = active().row(last_.row);
    Cell cell = row.at(last_.col);
    std::string text;
    char32_t base = 0;
    if (cell.kind() == Cell::Kind::cluster) {
        text = clusters_[cell.payload()];
    } else {
        base = cell.payload();
        append_utf8(text, base);
    }
    append_utf8(text, character);
    if (text.size() > kMaxClusterBytes) {
        return;
    }
    if (clusters_.wants_collection()) {
        collect_clusters();
    }
    const ClusterTable::Id id = clusters_.intern(text);
    if (id == ClusterTable::kNone) {
        return;
    }
    cell = row.at(last_.col);
    cell.content = Cell::make(Cell::Kind::cluster, id);
    const bool widen = base != 0 && !cell.wide() &&
                       ((character == kVariationSelector16 && widens_with_vs16(base)) ||
                        (is_regional_indicator(character) && is_regional_indicator(base)));
    const int limit = last_.col <= right_ ? right_ + 1 : size_.cols;
    if (widen && last_.col + 2 <= limit && !pending_) {
        if (modes_.insert) {
            row.insert(last_.col + 1, 1, limit, blank_id());
        }
        Cell* cells = row.overwrite(last_.col, last_.col + 2, true, cell.style);
        cell.flags |= Cell::kWide;
        cells[0] = cell;
        cells[1] = Cell{Cell::make(Cell::Kind::wide_tail), cell.style,
                        static_cast<std::uint16_t>(cell.flags & Cell::kProtected)};
        advance(limit, 1);
        return;
    }
    row.open_cells()[static_cast<std::size_t>(last_.col)] = cell;
    row.mark_complex();
}

/// REP. Bounded to one screen, since a request of seven bytes must not make megabytes.
void Engine::repeat(int times) {
    if (last_character_ == 0) {
        return;
    }
    const char32_t character = last_character_;
    const Cell source = active().row(last_.row).at(last_.col);
    const bool cluster = joiner_.active() && source.kind() == Cell::Kind::cluster;
    const int width = cluster ? (source.wide() ? 2 : 1) : std::max(char_width(character), 1);
    for (times = std::min(times, size_.cols * size_.rows); times > 0; --times) {
        put(character, width);
        if (cluster) {
            Row& row = active().row(last_.row);
            row.open_cells()[static_cast<std::size_t>(last_.col)].content = source.content;
            row.mark_complex();
        }
    }
    joiner_.start(character);
}

bool Engine::tab_stop(int col) const {
    return tab_stops_.empty() ? col % 8 == 0 : tab_stops_[static_cast<std::size_t>(col)];
}

void Engine::set_tab_stop(int col, bool set) {
    if (tab_stops_.empty()) {
        tab_stops_.resize(static_cast<std::size_t>(size_.cols));
        for (int stop = 0; stop < size_.cols; stop += 8) {
            tab_stops_[static_cast<std::size_t>(stop)] = true;
        }
    }
    tab_stops_[static_cast<std::size_t>(col)] = set;
}

/// Moves right by tab stops (HT, CHT).
void Engine::tab(int times) {
    const int last = right_limit() - 1;
    for (; times > 0 && col_ < last; --times) {
        do {
            ++col_;
        } while (col_ < last && !tab_stop(col_));
        pending_ = false;
    }
}

/// HT. Over blank cells it leaves a mark, so that a transcript can give the TAB back; at the right
/// edge, where it moves nothing, it is noted with what stands before.
void Engine::horizontal_tab() {
    const int from = col_;
    tab(1);
    if (col_ == from) {
        repeat_tab();
        return;
    }
    settle();
    Row& row = current();
    for (int col = from; col < col_; ++col) {
        if (!row.at(col).blank()) {
            return;
        }
    }
    row.reach(col_);
    row.mark_complex();
    Cell* const cells = row.open_cells().data() + from; // which keep their colours
    const auto span = static_cast<std::uint32_t>(col_ - from);
    cells[0].content = Cell::make_tab(span);
    for (std::uint32_t fill = 1; fill < span; ++fill) {
        cells[fill].content = Cell::make(Cell::Kind::tab_fill);
    }
}

/// A TAB at the right edge: long lines of tab-separated values would lose their separators.
void Engine::repeat_tab() {
    if (joiner_.active()) {
        join(U'\t');
        return;
    }
    int col = col_ - 1;
    const Row& row = current();
    while (col > 0 && row.at(col).kind() == Cell::Kind::tab_fill) {
        --col;
    }
    Cell cell = row.at(col);
    if (!pending_ && cell.kind() == Cell::Kind::tab && cell.tab_more() < Cell::kMaxMoreTabs &&
        static_cast<int>(cell.tab_span()) == col_ - col) {
        cell.content = Cell::make_tab(cell.tab_span(), cell.tab_more() + 1);
        current().put(col, cell);
    }
}

void Engine::back_tab(int times) {
    const int first = modes_.origin && col_ >= left_ ? left_ : 0;
    while (times-- > 0 && col_ > first) {
        do {
            --col_;
        } while (col_ > first && !tab_stop(col_));
    }
    settle();
}

} // namespace kept::vt
