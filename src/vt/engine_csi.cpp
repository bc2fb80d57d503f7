#include "vt/engine.h"

#include <algorithm>

namespace kept::vt {

// Source of the sequences and their defaults: XTerm Control Sequences (ctlseqs).

void Engine::csi(const Csi& csi, std::uint64_t begin, std::uint64_t end) {
    if (csi.final == 'm' && csi.prefix == 0 && csi.intermediate == 0) { // most sequences are
        last_character_ = 0;
        sgr(csi);
        return;
    }
    if (csi.final != 'b') {
        last_character_ = 0;
    }
    if (csi.intermediate != 0) {
        csi_intermediate(csi);
    } else if (csi.prefix == 0) {
        csi_plain(csi);
    } else if (csi.prefix == '?') {
        csi_private(csi, begin, end);
    } else {
        csi_greater(csi);
    }
}

void Engine::csi_plain(const Csi& csi) {
    switch (csi.final) {
    case '@': // ICH
        if (col_ >= left_ && col_ <= right_) {
            current().insert(col_, csi.times(), right_ + 1, blank_id());
        }
        settle();
        break;
    case 'A': // CUU
        move_rows(-csi.times());
        break;
    case 'B': // CUD
        move_rows(csi.times());
        break;
    case 'C': // CUF
        move_cols(csi.times());
        break;
    case 'D': // CUB
        move_cols(-csi.times());
        break;
    case 'E': // CNL
        move_rows(csi.times());
        carriage_return();
        break;
    case 'F': // CPL
        move_rows(-csi.times());
        carriage_return();
        break;
    case 'G': // CHA
    case '`': // HPA
        move_to(row_ - origin_row(), csi.times() - 1);
        break;
    case 'H': // CUP
    case 'f': // HVP
        move_to(csi.times(0) - 1, csi.times(1) - 1);
        break;
    case 'I': // CHT
        tab(csi.times());
        end_run();
        break;
    case 'J': // ED
        erase_display(csi.at(0), false);
        break;
    case 'K': // EL
        erase_line(csi.at(0), false);
        break;
    case 'L': // IL
        insert_lines(csi.times());
        break;
    case 'M': // DL
        delete_lines(csi.times());
        break;
    case 'P': // DCH
        end_line_if_emptied(csi.times());
        if (col_ >= left_ && col_ <= right_) {
            current().remove(col_, csi.times(), right_ + 1, blank_id());
            current().set_wrapped(false);
        }
        settle();
        break;
    case 'S': // SU
        scroll_up(csi.times());
        end_run();
        break;
    case 'T': // SD; with five parameters it is a mouse request of old
        if (csi.count <= 1) {
            scroll_down(csi.times());
        }
        end_run();
        break;
    case 'X': // ECH
        end_line_if_emptied(csi.times());
        erase_cells(row_, col_, std::min(col_ + csi.times(), size_.cols), false);
        settle();
        break;
    case 'Z': // CBT
        back_tab(csi.times());
        break;
    case '^': // SD, as ECMA-48 printed it once
        scroll_down(csi.times());
        end_run();
        break;
    case 'a': // HPR, which like VPR stops at no margin
        move_to(row_ - origin_row(), col_ - origin_col() + csi.times());
        break;
    case 'b': // REP
        repeat(csi.times());
        break;
    case 'c':
        if (csi.at(0) == 0) {
            report_attributes('\0');
        }
        break;
    case 'd': // VPA
        move_to(csi.times() - 1, col_ - origin_col());
        break;
    case 'e': // VPR
        move_to(row_ - origin_row() + csi.times(), col_ - origin_col());
        break;
    case 'g': // TBC
        if (csi.at(0) == 0) {
            set_tab_stop(col_, false);
        } else if (csi.at(0) == 3) {
            tab_stops_.assign(static_cast<std::size_t>(size_.cols), false);
        }
        break;
    case 'h':
    case 'l':
        for (std::size_t index = 0; index < csi.count; ++index) {
            set_mode(csi.at(index), csi.final == 'h');
        }
        break;
    case 'n':
        report_status(csi.at(0), false);
        break;
    case 'r':
        set_margins(csi);
        break;
    case 's': // DECSLRM where the mode allows it, else SCOSC
        if (modes_.left_right_margins) {
            set_side_margins(csi);
        } else if (csi.count == 0) {
            save_cursor();
        }
        break;
    case 't':
        window_operation(csi);
        break;
    case 'u': // SCORC
        if (csi.count == 0) {
            restore_cursor();
        }
        break;
    case 'x': // DECREQTPARM
        if (csi.at(0) <= 1) {
            reply(csi.at(0) == 0 ? "\x1b[2;1;1;128;128;1;0x" : "\x1b[3;1;1;128;128;1;0x");
        }
        break;
    default:
        break;
    }
}

void Engine::csi_private(const Csi& csi, std::uint64_t begin, std::uint64_t end) {
    switch (csi.final) {
    case 'J': // DECSED
        erase_display(csi.at(0), true);
        break;
    case 'K': // DECSEL
        erase_line(csi.at(0), true);
        break;
    case 'W': // DECST8C
        if (csi.at(0) == 5) {
            tab_stops_.clear();
        }
        break;
    case 'h':
    case 'l':
        for (std::size_t index = 0; index < csi.count; ++index) {
            const int mode = csi.at(index);
            set_private_mode(mode, csi.final == 'h');
            if (listener_ != nullptr) {
                listener_->on_private_mode(mode, csi.final == 'h', begin, end);
            }
        }
        break;
    case 'm': // XTQMODKEYS
        if (csi.at(0) == 4) {
            reply("\x1b[>4;" + std::to_string(modes_.modify_other_keys) + "m");
        }
        break;
    case 'n':
        report_status(csi.at(0), true);
        break;
    case 'r': // XTRESTORE
        for (std::size_t index = 0; index < csi.count; ++index) {
            restore_private_mode(csi.at(index));
        }
        break;
    case 's': // XTSAVE
        for (std::size_t index = 0; index < csi.count; ++index) {
            save_private_mode(csi.at(index));
        }
        break;
    case 'u':
        reply("\x1b[?" + std::to_string(modes_.kitty_keyboard) + "u");
        break;
    default:
        break;
    }
}

void Engine::csi_greater(const Csi& csi) {
    if (csi.final == 'u') {
        keyboard_flags(csi);
    } else if (csi.final == 'c' && csi.at(0) == 0 && csi.prefix != '<') {
        report_attributes(csi.prefix);
    } else if (csi.prefix == '>' && csi.final == 'q' && csi.at(0) == 0) { // XTVERSION
        reply("\x1bP>|kept\x1b\\");
    } else if (csi.prefix == '>' && csi.final == 'm') { // XTMODKEYS
        if (csi.count == 0 || csi.at(0) == 4) {
            modes_.modify_other_keys = static_cast<std::uint8_t>(std::clamp(csi.at(1), 0, 3));
        }
    } else if (csi.prefix == '>' && csi.final == 'n' && csi.at(0) == 4) {
        modes_.modify_other_keys = 0;
    }
}

void Engine::csi_intermediate(const Csi& csi) {
    switch (csi.intermediate) {
    case ' ':
        if (csi.final == 'q' && csi.at(0) <= 6) { // DECSCUSR
            modes_.cursor_shape = static_cast<CursorShape>(csi.at(0));
        } else if (csi.final == '@') { // SL
            shift_columns(left_, -csi.times());
        } else if (csi.final == 'A') { // SR
            shift_columns(left_, csi.times());
        }
        break;
    case '!':
        if (csi.final == 'p') { // DECSTR
            soft_reset();
        }
        break;
    case '"':
        if (csi.final == 'q') { // DECSCA
            protect_ = csi.at(0) == 1;
        }
        break;
    case '$':
        if (csi.final == 'p') { // DECRQM
            report_mode(csi.at(0), csi.prefix == '?');
        } else if (csi.prefix == 0) {
            rectangle(csi);
        }
        break;
    case '\'':
        if (csi.final == '}') { // DECIC
            shift_columns(col_, csi.times());
        } else if (csi.final == '~') { // DECDC
            shift_columns(col_, -csi.times());
        }
        break;
    default:
        break;
    }
}

/// DECSTBM.
void Engine::set_margins(const Csi& csi) {
    const int top = csi.times(0) - 1;
    const int bottom = std::min(csi.at(1) == 0 ? size_.rows : csi.at(1), size_.rows) - 1;
    if (top < bottom) {
        top_ = top;
        bottom_ = bottom;
        move_to(0, 0);
    }
}

/// DECSLRM.
void Engine::set_side_margins(const Csi& csi) {
    const int left = csi.times(0) - 1;
    const int right = std::min(csi.at(1) == 0 ? size_.cols : csi.at(1), size_.cols) - 1;
    if (left < right) {
        left_ = left;
        right_ = right;
        move_to(0, 0);
    }
}

/// XTWINOPS. Sizes are told, the title is not: a program could make it say something and have that
/// typed as input.
void Engine::window_operation(const Csi& csi) {
    const auto report = [&](int code, int height, int width) {
        reply("\x1b[" + std::to_string(code) + ";" + std::to_string(height) + ";" +
              std::to_string(width) + "t");
    };
    switch (csi.at(0)) {
    case 11:
        reply("\x1b[1t");
        break;
    case 13:
        reply("\x1b[3;0;0t");
        break;
    case 14:
        report(4, size_.rows * kCellHeight, size_.cols * kCellWidth);
        break;
    case 15:
        report(5, size_.rows * kCellHeight, size_.cols * kCellWidth);
        break;
    case 16:
        report(6, kCellHeight, kCellWidth);
        break;
    case 18:
        report(8, size_.rows, size_.cols);
        break;
    case 19:
        report(9, size_.rows, size_.cols);
        break;
    case 20:
        reply("\x1b]L\x1b\\");
        break;
    case 21:
        reply("\x1b]l\x1b\\");
        break;
    case 22:
        if (csi.at(1) != 1) {
            if (title_stack_.size() == kMaxTitleStack) {
                title_stack_.erase(title_stack_.begin());
            }
            title_stack_.push_back(title_);
        }
        break;
    case 23:
        if (csi.at(1) != 1 && !title_stack_.empty()) {
            title_ = std::move(title_stack_.back());
            title_stack_.pop_back();
        }
        break;
    default:
        break;
    }
}

/// The kitty keyboard protocol's push, pop and set.
void Engine::keyboard_flags(const Csi& csi) {
    constexpr int kAllFlags = 31;
    auto& stack = keyboard_stacks_[alternate_ ? 1 : 0];
    const auto flags = static_cast<std::uint8_t>(csi.at(0) & kAllFlags);
    std::uint8_t& current = modes_.kitty_keyboard;
    if (csi.prefix == '>') {
        if (stack.size() == kMaxKeyboardStack) {
            stack.erase(stack.begin());
        }
        stack.push_back(current);
        current = flags;
    } else if (csi.prefix == '<') {
        for (int times = std::min<int>(csi.times(), kMaxKeyboardStack + 1); times > 0; --times) {
            current = stack.empty() ? std::uint8_t{0} : stack.back();
            if (!stack.empty()) {
                stack.pop_back();
            }
        }
    } else if (csi.at(1, 1) == 1) {
        current = flags;
    } else if (csi.at(1) == 2) {
        current = static_cast<std::uint8_t>(current | flags);
    } else if (csi.at(1) == 3) {
        current = static_cast<std::uint8_t>(current & ~flags);
    }
}

/// Rectangular operations: DECFRA (x), DECERA (z), DECSERA ({) and DECCRA (v).
void Engine::rectangle(const Csi& csi) {
    struct Area {
        int top, left, bottom, right;
    };
    const int base_row = origin_row();
    const int base_col = origin_col();
    const auto area_at = [&](std::size_t index) {
        const auto edge = [&](std::size_t offset, int base, int last) {
            const int value = csi.at(index + offset);
            return value == 0 ? last : std::min(base + value - 1, last);
        };
        return Area{base_row + csi.times(index) - 1, base_col + csi.times(index + 1) - 1,
                    edge(2, base_row, size_.rows - 1), edge(3, base_col, size_.cols - 1)};
    };
    const Area area = area_at(csi.final == 'x' ? 1 : 0);
    if (area.top > area.bottom || area.left > area.right) {
        return;
    }
    const int width = area.right - area.left + 1;
    if (csi.final == 'x') {
        const int fill = csi.at(0);
        if (fill < 0x20 || fill > 0x7e) {
            return;
        }
        for (int row = area.top; row <= area.bottom; ++row) {
            std::fill_n(active().row(row).overwrite(area.left, area.right + 1, false, pen_id()),
                        width, Cell{static_cast<std::uint32_t>(fill), pen_id(), 0});
        }
    } else if (csi.final == 'z' || csi.final == '{') {
        for (int row = area.top; row <= area.bottom; ++row) {
            erase_cells(row, area.left, area.right + 1, csi.final == '{');
        }
    } else if (csi.final == 'v') {
        const int to_row = base_row + csi.times(5) - 1;
        const int to_col = base_col + csi.times(6) - 1;
        const int height = std::min(area.bottom - area.top + 1, size_.rows - to_row);
        const int columns = std::min(width, size_.cols - to_col);
        if (height <= 0 || columns <= 0) {
            return;
        }
        const bool down = to_row > area.top; // copy from the far end, so that nothing is read twice
        for (int step = 0; step < height; ++step) {
            const int index = down ? height - 1 - step : step;
            const Row& source = active().row(area.top + index);
            active().row(to_row + index).copy(source, area.left, to_col, columns);
        }
    }
    settle();
}

} // namespace kept::vt
