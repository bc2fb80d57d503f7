#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kept::control {

// What is asked ----------------------------------------------------------------------------------

/// What `send` types.
enum class SendForm {
    text,     ///< the bytes as they are
    keys,     ///< keys by their names, in the bytes that the program's modes call for
    paste,    ///< between the marks of bracketed paste, when the program asked for them
    password, ///< text, but only while the program reads a line with echo off
    mouse,    ///< a mouse action, in the protocol that the program asked for
    eof,      ///< nothing; the end of input follows
};

/// A part of the screen, in columns and rows counted from zero.
struct Region {
    int x = 0;
    int y = 0;
    int w = 0; ///< 0: all of it
    int h = 0;

    friend bool operator==(const Region&, const Region&) = default;
};

struct ScreenRequest {
    std::uint64_t scrollback = 0; ///< so many lines above the screen too
    Region region;
    std::string since; ///< content hash: only rows that have changed since then
};

// What is answered -------------------------------------------------------------------------------

/// A colour as the program chose it: kDefaultColour, 0 to 255 of the palette, or kRgb + 0xrrggbb.
using Colour = std::int32_t;
inline constexpr Colour kDefaultColour = -1;
inline constexpr Colour kRgb = 0x1000000;

enum class UnderlineStyle { none, single, twofold, curly, dotted, dashed };

struct TextStyle {
    Colour fg = kDefaultColour;
    Colour bg = kDefaultColour;
    Colour underline_colour = kDefaultColour;
    UnderlineStyle underline = UnderlineStyle::none;
    bool bold = false;
    bool faint = false;
    bool italic = false;
    bool blink = false;
    bool inverse = false;
    bool invisible = false;
    bool strike = false;
    bool overline = false;

    friend bool operator==(const TextStyle&, const TextStyle&) = default;
};

/// Characters of one style and one width side by side.
struct TextRun {
    int x = 0;
    int width = 0;        ///< columns
    bool wide = false;    ///< each character takes two columns
    bool cluster = false; ///< all the text is one character of several code points
    TextStyle style;
    std::string link;
    std::string text;

    friend bool operator==(const TextRun&, const TextRun&) = default;
};

struct ScreenRow {
    int y = 0;            ///< negative above the screen: -1 scrolled off last
    bool wrapped = false; ///< the line goes on in the next row
    std::vector<TextRun> runs;

    friend bool operator==(const ScreenRow&, const ScreenRow&) = default;
};

/// The screen without its rows, which follow.
struct ScreenInfo {
    int cols = 0;
    int rows = 0;
    int cursor_x = 0;
    int cursor_y = 0;
    bool cursor_visible = true;
    int cursor_shape = 0; ///< as DECSCUSR has them
    std::string title;
    bool alternate = false;
    bool reverse_video = false;
    bool autowrap = true;
    bool application_cursor = false;
    bool application_keypad = false;
    bool bracketed_paste = false;
    bool focus_events = false;
    std::string mouse;          ///< off, x10, buttons, drag, any
    std::string mouse_encoding; ///< x10, utf8, sgr, urxvt, pixels
    int kitty_keyboard = 0;
    int modify_other_keys = 0;
    std::uint64_t scrollback = 0; ///< lines kept above the screen
    std::string hash;             ///< of what the screen shows: text, styles, size
    bool changes_only = false;    ///< the rows are those that differ from the wanted hash's
    int first_y = 0;              ///< of the wanted rows
    int end_y = 0;                ///< just past the last
};

/// Some of the wanted rows, in order; a row with very many runs comes in several parts.
struct ScreenRows {
    std::vector<ScreenRow> rows;
};

} // namespace kept::control
