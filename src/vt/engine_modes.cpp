#include "vt/engine.h"

#include <algorithm>

namespace kept::vt {
namespace {

/// Modes saved by XTSAVE at once, so that a program cannot fill memory with made-up numbers.
constexpr std::size_t kMaxSavedModes = 64;

/// The private modes that are a flag and nothing else.
bool Modes::* flag_of(int mode) {
    switch (mode) {
    case 1:
        return &Modes::application_cursor;
    case 5:
        return &Modes::reverse_video;
    case 7:
        return &Modes::autowrap;
    case 12:
        return &Modes::cursor_blink;
    case 25:
        return &Modes::cursor_visible;
    case 45:
        return &Modes::reverse_wrap;
    case 66:
        return &Modes::application_keypad;
    case 1004:
        return &Modes::focus_events;
    case 1007:
        return &Modes::alternate_scroll;
    case 2004:
        return &Modes::bracketed_paste;
    case 2026:
        return &Modes::synchronized_output;
    case 2031:
        return &Modes::color_scheme_reports;
    case 2048:
        return &Modes::in_band_resize;
    default:
        return nullptr;
    }
}

MouseTracking tracking_of(int mode) {
    switch (mode) {
    case 9:
        return MouseTracking::x10;
    case 1000:
        return MouseTracking::buttons;
    case 1002:
        return MouseTracking::drag;
    case 1003:
        return MouseTracking::any;
    default:
        return MouseTracking::off;
    }
}

MouseEncoding encoding_of(int mode) {
    switch (mode) {
    case 1005:
        return MouseEncoding::utf8;
    case 1006:
        return MouseEncoding::sgr;
    case 1015:
        return MouseEncoding::urxvt;
    case 1016:
        return MouseEncoding::sgr_pixels;
    default:
        return MouseEncoding::x10;
    }
}

} // namespace

void Engine::set_mode(int mode, bool set) {
    if (mode == 4) {
        modes_.insert = set;
    } else if (mode == 20) {
        modes_.newline = set;
    }
}

void Engine::set_private_mode(int mode, bool set) {
    if (const auto flag = flag_of(mode)) {
        modes_.*flag = set;
        if (mode == 7 && !set) {
            pending_ = false;
        }
        if (mode == 2048 && set) {
            report_size();
        }
        return;
    }
    if (const auto tracking = tracking_of(mode); tracking != MouseTracking::off) {
        modes_.mouse = set ? tracking : MouseTracking::off; // whichever was on, as in xterm
        return;
    }
    if (const auto encoding = encoding_of(mode); encoding != MouseEncoding::x10) {
        if (set) {
            modes_.mouse_encoding = encoding;
        } else if (modes_.mouse_encoding == encoding) {
            modes_.mouse_encoding = MouseEncoding::x10;
        }
        return;
    }
    switch (mode) {
    case 6:
        modes_.origin = set;
        move_to(0, 0);
        break;
    case 47:
        show_alternate(set, false);
        break;
    case 69:
        modes_.left_right_margins = set;
        left_ = 0;
        right_ = size_.cols - 1;
        pending_ = pending_ && col_ == right_; // none waits where no edge is any more
        break;
    case 1047:
        if (!set && alternate_) {
            alt_->clear(blank_id());
        }
        show_alternate(set, false);
        break;
    case 1048:
        set ? save_cursor() : restore_cursor();
        break;
    case 1049:
        // The cursor is saved and restored even where the screen stays, as DECSC and DECRC do.
        if (set) {
            save_cursor();
            show_alternate(true, true);
        } else {
            show_alternate(false, false);
            restore_cursor();
            alt_.reset(); // it is cleared on entry anyway
        }
        break;
    default:
        break;
    }
}

void Engine::show_alternate(bool show, bool clear) {
    if (show == alternate_) {
        return;
    }
    if (show) {
        main_row_ = row_;
        if (!alt_) {
            alt_ = std::make_unique<Grid>(size_);
            clear = true;
        }
        if (clear) {
            alt_->clear(blank_id());
        }
    }
    std::swap(modes_.kitty_keyboard, other_keyboard_);
    alternate_ = show;
    end_run();
}

/// 1 if set, 2 if reset, 3 if always set, 0 if unknown: the answers of DECRPM.
int Engine::private_mode_state(int mode) const {
    const auto state = [](bool set) { return set ? 1 : 2; };
    if (const auto flag = flag_of(mode)) {
        return state(modes_.*flag);
    }
    if (const auto tracking = tracking_of(mode); tracking != MouseTracking::off) {
        return state(modes_.mouse == tracking);
    }
    if (const auto encoding = encoding_of(mode); encoding != MouseEncoding::x10) {
        return state(modes_.mouse_encoding == encoding);
    }
    switch (mode) {
    case 6:
        return state(modes_.origin);
    case 47:
    case 1047:
    case 1049:
        return state(alternate_);
    case 69:
        return state(modes_.left_right_margins);
    case 2027: // grapheme clusters share a cell
        return 3;
    default:
        return 0;
    }
}

void Engine::save_private_mode(int mode) {
    const int state = private_mode_state(mode);
    if (state != 1 && state != 2) {
        return;
    }
    const auto found = std::ranges::find(saved_modes_, mode, &std::pair<int, bool>::first);
    if (found != saved_modes_.end()) {
        found->second = state == 1;
    } else if (saved_modes_.size() < kMaxSavedModes) {
        saved_modes_.emplace_back(mode, state == 1);
    }
}

void Engine::restore_private_mode(int mode) {
    const auto found = std::ranges::find(saved_modes_, mode, &std::pair<int, bool>::first);
    if (found != saved_modes_.end()) {
        set_private_mode(mode, found->second);
    }
}

} // namespace kept::vt
