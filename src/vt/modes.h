#pragma once

#include <cstdint>

namespace kept::vt {

/// Which mouse events the program asked for (DECSET 9, 1000, 1002, 1003).
enum class MouseTracking : std::uint8_t { off, x10, buttons, drag, any };

/// How it wants them written (DECSET 1005, 1006, 1015, 1016).
enum class MouseEncoding : std::uint8_t { x10, utf8, sgr, urxvt, sgr_pixels };

/// Cursor shape of DECSCUSR; `normal` is whatever the person's terminal uses.
enum class CursorShape : std::uint8_t {
    normal = 0,
    blinking_block,
    block,
    blinking_underline,
    underline,
    blinking_bar,
    bar
};

/// The modes of a terminal that its owner may want to know or to repeat on another terminal.
/// Source of the numbers: XTerm Control Sequences (ctlseqs), DEC private modes.
struct Modes {
    bool application_cursor = false;   // DECCKM ?1
    bool reverse_video = false;        // DECSCNM ?5
    bool origin = false;               // DECOM ?6
    bool autowrap = true;              // DECAWM ?7
    bool cursor_blink = false;         // ?12
    bool cursor_visible = true;        // DECTCEM ?25
    bool reverse_wrap = false;         // ?45
    bool application_keypad = false;   // DECNKM ?66, ESC = and ESC >
    bool left_right_margins = false;   // DECLRMM ?69
    bool focus_events = false;         // ?1004
    bool alternate_scroll = false;     // ?1007
    bool bracketed_paste = false;      // ?2004
    bool synchronized_output = false;  // ?2026
    bool color_scheme_reports = false; // ?2031
    bool in_band_resize = false;       // ?2048
    bool insert = false;               // IRM 4
    bool newline = false;              // LNM 20
    MouseTracking mouse = MouseTracking::off;
    MouseEncoding mouse_encoding = MouseEncoding::x10;
    CursorShape cursor_shape = CursorShape::normal;
    std::uint8_t kitty_keyboard = 0;    // flags on top of the stack, CSI > flags u
    std::uint8_t modify_other_keys = 0; // CSI > 4 ; n m

    friend bool operator==(const Modes&, const Modes&) = default;
};

} // namespace kept::vt
