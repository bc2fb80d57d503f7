#include "vt/engine.h"

#include <algorithm>
#include <utility>

namespace kept::vt {

void Engine::end_run() {
    joiner_.forget();
    last_character_ = 0;
}

void Engine::settle() {
    pending_ = false;
    end_run();
}

void Engine::line_feed() {
    if (row_ != bottom_) {
        row_ = std::min(row_ + 1, size_.rows - 1);
    } else if (col_ >= left_ && col_ <= right_) {
        scroll_up(1);
    }
}

void Engine::reverse_line_feed() {
    if (row_ != top_) {
        row_ = std::max(row_ - 1, 0);
    } else if (col_ >= left_ && col_ <= right_) {
        scroll_down(1);
    }
}

void Engine::carriage_return() {
    col_ = col_ >= left_ ? left_ : 0;
    settle();
}

void Engine::back_space() {
    const bool reverse = modes_.reverse_wrap && modes_.autowrap;
    const int first = col_ >= left_ ? left_ : 0;
    if (col_ > first) {
        if (!(reverse && pending_)) { // with reverse wrap the pending column counts as one
            --col_;
        }
    } else if (reverse && row_ > top_) {
        --row_;
        col_ = right_;
    }
    settle();
}

void Engine::scroll_up(int count) {
    const int height = bottom_ - top_ + 1;
    count = std::clamp(count, 0, height);
    if (!full_width()) {
        active().scroll_columns(top_, bottom_, left_, right_, count, blank_id());
        return;
    }
    if (top_ == 0 && !alternate_ && keeps_rows()) {
        for (int index = 0; index < count; ++index) {
            drop_stale_spacer(index);
            give(main_.row(index), size_.cols);
        }
    }
    Grid& grid = active();
    grid.scroll_up(top_, bottom_, count, blank_id());
    // Lines no longer go on over the edges of what moved. A row that alone makes up the region
    // may be left by a line that is just being wrapped.
    if (top_ > 0 || (count == height && height > 1)) {
        end_line_above(top_);
    }
    if (count < height) {
        grid.row(bottom_ - count).set_wrapped(false);
    }
}

void Engine::scroll_down(int count) {
    count = std::clamp(count, 0, bottom_ - top_ + 1);
    Grid& grid = active();
    if (!full_width()) {
        grid.scroll_columns(top_, bottom_, left_, right_, -count, blank_id());
        return;
    }
    grid.scroll_down(top_, bottom_, count, blank_id());
    end_line_above(top_);
    grid.row(bottom_).set_wrapped(false);
}

/// IL, DL: a scroll of the region from the cursor's row down. Nothing leaves for the transcript, as
/// in xterm, since the program means to edit and not to scroll.
void Engine::insert_lines(int count) {
    if (row_ < top_ || row_ > bottom_ || col_ < left_ || col_ > right_) {
        return;
    }
    const int top = std::exchange(top_, row_);
    scroll_down(count);
    top_ = top;
    col_ = left_;
    settle();
}

void Engine::delete_lines(int count) {
    if (row_ < top_ || row_ > bottom_ || col_ < left_ || col_ > right_) {
        return;
    }
    const int top = std::exchange(top_, row_);
    end_line_above(row_);
    RowTaker* const taker = std::exchange(taker_, nullptr);
    const std::size_t limit = std::exchange(scrollback_limit_, 0);
    scroll_up(count);
    taker_ = taker;
    scrollback_limit_ = limit;
    top_ = top;
    col_ = left_;
    settle();
}

/// Inserts (or with a negative count deletes) columns at `col` in every row of the margins: DECIC,
/// DECDC, SL, SR, DECBI and DECFI.
void Engine::shift_columns(int col, int count) {
    if (row_ < top_ || row_ > bottom_ || col < left_ || col > right_) {
        return;
    }
    for (int index = top_; index <= bottom_; ++index) {
        Row& row = active().row(index);
        if (count > 0) {
            row.insert(col, count, right_ + 1, blank_id());
        } else {
            row.remove(col, -count, right_ + 1, blank_id());
        }
        row.set_wrapped(false);
    }
    settle();
}

void Engine::move_to(int row, int col) {
    if (modes_.origin) {
        row_ = std::clamp(row + top_, top_, bottom_);
        col_ = std::clamp(col + left_, left_, right_);
    } else {
        row_ = std::clamp(row, 0, size_.rows - 1);
        col_ = std::clamp(col, 0, size_.cols - 1);
    }
    settle();
}

/// Up or down, stopped by a margin only if it is passed.
void Engine::move_rows(int count) {
    if (count < 0) {
        row_ = std::max(row_ + count, row_ >= top_ ? top_ : 0);
    } else {
        row_ = std::min(row_ + count, row_ <= bottom_ ? bottom_ : size_.rows - 1);
    }
    settle();
}

void Engine::move_cols(int count) {
    if (count < 0) {
        col_ = std::max(col_ + count, col_ >= left_ ? left_ : 0);
    } else {
        col_ = std::min(col_ + count, right_limit() - 1);
    }
    settle();
}

void Engine::erase_cells(int row, int from, int to, bool selective) {
    Row& cells = active().row(row);
    if (selective) {
        cells.erase_unprotected(from, to);
    } else {
        cells.erase(from, to, size_.cols, blank_id());
    }
}

/// EL and DECSEL. While a wrap is pending the cursor counts as past the last column, which stays,
/// as in tmux and xterm.js and unlike xterm: `grep --color` ends each match with an erase, and
/// would eat the last character of a full row.
void Engine::erase_line(int what, bool selective) {
    if (what < 0 || what > 2) {
        return;
    }
    const int from = what == 0 ? col_ + (pending_ ? 1 : 0) : 0;
    const int to = what == 1 ? col_ + 1 : size_.cols;
    erase_cells(row_, from, to, selective);
    if (from == 0 && !selective) {
        end_line_above(row_);
    }
    end_run();
}

void Engine::erase_display(int what, bool selective) {
    if (what == 3 && !selective) {
        scrollback_.reset();
    }
    if (what < 0 || what > 2) {
        return;
    }
    const int first = what == 0 ? row_ + 1 : 0;
    const int last = what == 1 ? row_ - 1 : size_.rows - 1;
    for (int row = first; row <= last; ++row) {
        erase_cells(row, 0, size_.cols, selective);
    }
    if (first == 0 && last >= 0 && !selective) {
        end_line_above(0);
    }
    if (what != 2) {
        erase_line(what, selective);
    }
    end_run();
}

/// DECALN.
void Engine::fill_with_e() {
    top_ = left_ = 0;
    bottom_ = size_.rows - 1;
    right_ = size_.cols - 1;
    end_line_above(0);
    for (int row = 0; row < size_.rows; ++row) {
        Row& cells = active().row(row);
        cells.clear();
        std::fill_n(cells.overwrite(0, size_.cols, false, 0), size_.cols, Cell{'E', 0, 0});
    }
    move_to(0, 0);
}

void Engine::save_cursor() {
    saved_[alternate_ ? 1 : 0] = cursor_state();
}

void Engine::restore_cursor() {
    const SavedCursor& saved = saved_[alternate_ ? 1 : 0];
    settle();
    row_ = std::min(saved.row, size_.rows - 1);
    col_ = std::min(saved.col, size_.cols - 1);
    pending_ = saved.pending && col_ == saved.col;
    modes_.origin = saved.origin;
    protect_ = saved.protect;
    pen_ = saved.pen;
    pen_.link = 0; // the table may have dropped it since
    pen_changed_ = true;
    charsets_ = saved.charsets;
}

void Engine::execute(unsigned char control) {
    last_character_ = 0; // REP repeats only what directly precedes it
    switch (control) {
    case '\r':
        carriage_return();
        break;
    case '\n':
    case '\v':
    case '\f':
        line_feed();
        if (modes_.newline) {
            carriage_return();
        }
        settle();
        break;
    case '\b':
        back_space();
        break;
    case '\t':
        horizontal_tab();
        break;
    case '\a':
        if (listener_ != nullptr) {
            listener_->on_bell();
        }
        break;
    case 0x0e:
        charsets_.lock(1);
        break;
    case 0x0f:
        charsets_.lock(0);
        break;
    case '\0':
        break;
    default:
        end_run();
        break;
    }
}

void Engine::esc(char intermediate, char final) {
    last_character_ = 0;
    if (intermediate == '#') {
        if (final == '8') {
            fill_with_e();
        }
        return;
    }
    if (intermediate >= '(' && intermediate <= '+') {
        const Charset set = final == '0'   ? Charset::special
                            : final == 'A' ? Charset::british
                                           : Charset::ascii;
        charsets_.designate(static_cast<std::size_t>(intermediate - '('), set);
        return;
    }
    if (intermediate != 0) {
        return; // S7C1T, UTF-8 selection, 96-character sets: nothing changes
    }
    switch (final) {
    case '6': // DECBI
        col_ == left_ ? shift_columns(left_, 1) : move_cols(-1);
        break;
    case '7':
        save_cursor();
        break;
    case '8':
        restore_cursor();
        break;
    case '9': // DECFI
        col_ == right_ ? shift_columns(left_, -1) : move_cols(1);
        break;
    case '=':
        modes_.application_keypad = true;
        break;
    case '>':
        modes_.application_keypad = false;
        break;
    case 'D': // IND
        line_feed();
        settle();
        break;
    case 'E': // NEL
        line_feed();
        carriage_return();
        break;
    case 'H': // HTS
        set_tab_stop(col_, true);
        break;
    case 'M': // RI
        reverse_line_feed();
        settle();
        break;
    case 'N': // SS2
        charsets_.shift_once(2);
        break;
    case 'O': // SS3
        charsets_.shift_once(3);
        break;
    case 'Z': // DECID
        report_attributes('\0');
        break;
    case 'c': // RIS
        reset();
        break;
    case 'n': // LS2
        charsets_.lock(2);
        break;
    case 'o': // LS3
        charsets_.lock(3);
        break;
    default:
        break;
    }
}

} // namespace kept::vt
