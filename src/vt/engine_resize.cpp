#include "vt/engine.h"

#include <algorithm>
#include <deque>
#include <functional>

namespace kept::vt {
namespace {

/// Lays cells out anew in rows of another width, and keeps only as many rows as the screen has: a
/// screen made one column wide would need a million rows otherwise.
class Reflow {
public:
    /// Rows that do not fit go to `leave`, in order.
    Reflow(Size size, Position cursor, bool pending, std::function<void(const Row&)> leave)
        : size_(size), cursor_(cursor), pending_(pending), leave_(std::move(leave)), rows_(1) {}

    void add(const Row& row, int index, int old_cols) {
        int length = row.wrapped() ? old_cols : row.size();
        while (!row.wrapped() && length > 0 && is_gap(row.at(length - 1))) {
            --length;
        }
        if (row.wrapped() && row.at(length - 1).kind() == Cell::Kind::wide_spacer) {
            --length;
        }
        for (int col = 0; col < length; ++col) {
            const Cell cell = row.at(col);
            const int width = cell.wide() ? 2 : 1;
            if (col_ + (width <= size_.cols ? width : 1) > size_.cols) {
                break_line(true);
            }
            if (index == cursor_.row && col == cursor_.col) {
                note_cursor(col_);
            }
            put(cell);
            if (index == cursor_.row && col == cursor_.col && pending_) {
                found_pending_ = col_ == size_.cols;
                note_cursor(col_ == size_.cols ? col_ - 1 : col_);
            }
        }
        if (index == cursor_.row && cursor_.col >= length) {
            const int col = col_ + cursor_.col - length;
            // Right after a row that is full now.
            found_pending_ = cursor_.col == length && col == size_.cols;
            note_cursor(std::min(col, size_.cols - 1));
        }
        if (!row.wrapped()) { // colours behind the text take no row of their own
            const Cell edge = row.at(old_cols - 1);
            const bool to_edge = edge.blank() && edge.style != 0; // and to the new one, as erased
            for (int col = length; col_ < size_.cols && (col < row.size() || to_edge); ++col) {
                put(col < row.size() ? row.at(col) : edge);
            }
            break_line(false);
        }
    }

    /// The rows, the last one being that of a line not yet begun unless the last line was soft.
    std::vector<Row> take(bool drop_last) {
        if (drop_last && rows_.size() > 1) {
            rows_.pop_back();
        }
        while (rows_.size() > static_cast<std::size_t>(size_.rows)) {
            drop_top();
        }
        std::vector<Row> rows;
        rows.reserve(rows_.size());
        std::ranges::move(rows_, std::back_inserter(rows));
        return rows;
    }
    Position cursor() const { return {std::max(0, found_.row), found_.col}; }
    bool pending() const { return found_pending_; }

private:
    /// Nothing is written there: a blank in any colour, or what a TAB has skipped.
    static bool is_gap(const Cell& cell) {
        return cell.blank() || cell.kind() == Cell::Kind::tab ||
               cell.kind() == Cell::Kind::tab_fill;
    }
    void note_cursor(int col) { found_ = {static_cast<int>(rows_.size()) - 1, col}; }

    void put(Cell cell) {
        if (size_.cols == 1) { // no place for wide characters
            if (cell.tail()) {
                return;
            }
            cell.flags = static_cast<std::uint16_t>(cell.flags & ~Cell::kWide);
        }
        rows_.back().put(col_++, cell);
    }

    void break_line(bool soft) {
        if (soft && col_ < size_.cols) {
            rows_.back().put(col_, Cell{Cell::make(Cell::Kind::wide_spacer), 0, 0});
        }
        rows_.back().set_wrapped(soft);
        rows_.emplace_back();
        col_ = 0;
        // One more than fit, since the last row may turn out to be of no use.
        if (rows_.size() > static_cast<std::size_t>(size_.rows) + 1) {
            drop_top();
        }
    }

    void drop_top() {
        leave_(rows_.front());
        rows_.pop_front();
        --found_.row;
    }

    Size size_;
    Position cursor_;
    bool pending_;
    std::function<void(const Row&)> leave_;
    bool found_pending_ = false;
    Position found_;
    std::deque<Row> rows_;
    int col_ = 0;
};

} // namespace

void Engine::reflow(Size size) {
    SavedCursor& saved = saved_[0];
    const Position cursor = alternate_ ? Position{saved.row, saved.col} : Position{row_, col_};
    const bool pending = alternate_ ? saved.pending : pending_;
    const int last = std::max(main_.last_used_row(), std::min(cursor.row, size_.rows - 1));
    Reflow reflow(size, cursor, pending, [&](const Row& row) { give(row, size.cols); });
    if (scrollback_ && scrollback_->open()) { // the top row goes on with what has left
        const std::vector<Row> begun = recall_line(size_.cols);
        for (const Row& row : begun) {
            reflow.add(row, -1, size_.cols);
        }
    }
    for (int index = 0; index <= last; ++index) {
        drop_stale_spacer(index);
        reflow.add(main_.row(index), index, size_.cols);
    }
    std::vector<Row> rows = reflow.take(!main_.row(last).wrapped());
    const int used = static_cast<int>(rows.size());
    main_.replace(size, std::move(rows));
    Position found = reflow.cursor();
    // The bottom stays at the bottom: what takes fewer rows now makes room for as many at the top.
    const bool full = cursor.row >= size_.rows - 1;
    const int room = size.rows - used;
    found.row += fill_top(std::min(room, full ? room : last + 1 - used), size.cols);
    if (alternate_) {
        saved.row = found.row;
        saved.col = found.col;
        saved.pending = reflow.pending();
        main_row_ = found.row;
    } else {
        row_ = found.row;
        col_ = found.col;
        pending_ = reflow.pending();
    }
}

/// Brings up to `count` rows back from the scrollback; returns how many.
int Engine::fill_top(int count, int cols) {
    std::vector<Row> rows = recall(count, cols);
    const int filled = static_cast<int>(rows.size());
    main_.push_top(std::move(rows));
    return filled;
}

/// Rows below the cursor go first, be there text in them, as in xterm and tmux: the program that
/// put it there is about to paint anew.
void Engine::change_height(int rows) {
    const Size size{size_.cols, rows};
    const auto excess = [&](int cursor_row) { return std::max(0, cursor_row + 1 - rows); };
    if (alternate_) {
        const int dropped = excess(row_);
        alt_->crop(size, dropped);
        row_ -= dropped;
    }
    int& row = alternate_ ? saved_[0].row : row_;
    row = std::min(row, size_.rows - 1);
    const int dropped = excess(row);
    for (int index = 0; index < dropped; ++index) {
        drop_stale_spacer(index);
        give(main_.row(index), size_.cols);
    }
    const bool full = row == size_.rows - 1;
    main_.crop(size, dropped);
    row -= dropped;
    if (full) {
        row += fill_top(rows - size_.rows, size_.cols);
    }
    size_ = size;
}

void Engine::change_width(int cols) {
    const Size size{cols, size_.rows};
    if (alternate_) {
        alt_->crop(size, 0);
        if (pending_) {
            pending_ = false;
            col_ += cols > size_.cols ? 1 : 0; // where the next character belongs
        }
    }
    reflow(size);
    size_ = size;
}

void Engine::resize(Size size) {
    size = clamped(size);
    if (size == size_) {
        return;
    }
    end_run();
    if (!alternate_) {
        alt_.reset(); // kept for mode 47 alone, and of the wrong size now
    }
    if (size.rows != size_.rows) {
        change_height(size.rows);
    }
    if (size.cols != size_.cols) {
        change_width(size.cols);
    }
    row_ = std::min(row_, size_.rows - 1);
    col_ = std::min(col_, size_.cols - 1);
    main_row_ = std::min(main_row_, size_.rows - 1);
    top_ = left_ = 0;
    bottom_ = size_.rows - 1;
    right_ = size_.cols - 1;
    if (!tab_stops_.empty()) {
        tab_stops_.resize(static_cast<std::size_t>(size_.cols));
    }
    if (modes_.in_band_resize) {
        report_size();
    }
}

} // namespace kept::vt
