#include "vt/pen.h"
#include "vt/render.h"
#include "vt/width.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace kept::vt {
namespace {

void append_csi(std::string& out, std::string_view prefix, int value, std::string_view final) {
    out.append("\x1b[").append(prefix).append(std::to_string(value)).append(final);
}

void append_position(std::string& out, int row, int col) {
    append_csi(out, "", row + 1, ";" + std::to_string(col + 1) + "H");
}

void append_side_margins(std::string& out, int left, int right) {
    out.append("\x1b[?69h");
    append_csi(out, "", left + 1, ";" + std::to_string(right + 1) + "s");
}

void append_protection(std::string& out, bool set) {
    out.append(set ? "\x1b[1\"q" : "\x1b[0\"q");
}

/// Paints columns [from, to) cell by cell, from where the cursor is. A cell whose text would join
/// the one before, were it written right after it, gets its own cursor move.
void paint_cells(std::string& out, const Engine& engine, const Row& row, int from, int to) {
    Pen pen(out, engine);
    GraphemeJoiner joiner;
    std::u32string characters;
    bool protects = false;
    for (int col = from; col < to; ++col) {
        const Cell cell = row.at(col);
        if (cell.tail()) {
            continue;
        }
        pen.take(engine.styles()[cell.style]);
        if (const bool now = (cell.flags & Cell::kProtected) != 0; now != protects) {
            append_protection(out, now);
            protects = now;
        }
        characters_of(engine, cell, characters);
        if (joiner.joins(characters.front(), cell.wide() ? 2 : char_width(characters.front()))) {
            append_csi(out, "", col + 1, "G");
        }
        joiner.start(characters.front());
        for (std::size_t next = 1; next < characters.size(); ++next) {
            static_cast<void>(joiner.joins(characters[next], char_width(characters[next])));
        }
        for (const char32_t character : characters) {
            append_utf8(out, character);
        }
    }
    if (protects) {
        append_protection(out, false);
    }
    pen.take({});
}

void paint_row(std::string& out, const Engine& engine, int index) {
    const Row& row = engine.grid().row(index);
    int end = row.size();
    while (end > 0 && row.at(end - 1) == Cell{}) {
        --end;
    }
    if (engine.pending_wrap() && index == engine.cursor().row) { // up to what append_cursor writes
        end = std::max(end, engine.cursor().col + 1);
    }
    if (end != 0) {
        append_position(out, index, 0);
        paint_cells(out, engine, row, 0, end);
    }
}

void append_modes(std::string& out, const Modes& modes) {
    const Modes fresh;
    const auto flag = [&](bool now, bool normal, int mode) {
        if (now != normal) {
            append_csi(out, "?", mode, now ? "h" : "l");
        }
    };
    flag(modes.application_cursor, fresh.application_cursor, 1);
    flag(modes.reverse_video, fresh.reverse_video, 5);
    flag(modes.autowrap, fresh.autowrap, 7);
    flag(modes.cursor_blink, fresh.cursor_blink, 12);
    flag(modes.cursor_visible, fresh.cursor_visible, 25);
    flag(modes.reverse_wrap, fresh.reverse_wrap, 45);
    flag(modes.application_keypad, fresh.application_keypad, 66);
    flag(modes.focus_events, fresh.focus_events, 1004);
    flag(modes.alternate_scroll, fresh.alternate_scroll, 1007);
    flag(modes.bracketed_paste, fresh.bracketed_paste, 2004);
    flag(modes.color_scheme_reports, fresh.color_scheme_reports, 2031);
    flag(modes.in_band_resize, fresh.in_band_resize, 2048);
    flag(modes.mouse == MouseTracking::x10, false, 9);
    flag(modes.mouse == MouseTracking::buttons, false, 1000);
    flag(modes.mouse == MouseTracking::drag, false, 1002);
    flag(modes.mouse == MouseTracking::any, false, 1003);
    flag(modes.mouse_encoding == MouseEncoding::utf8, false, 1005);
    flag(modes.mouse_encoding == MouseEncoding::sgr, false, 1006);
    flag(modes.mouse_encoding == MouseEncoding::urxvt, false, 1015);
    flag(modes.mouse_encoding == MouseEncoding::sgr_pixels, false, 1016);
    if (modes.insert) {
        out.append("\x1b[4h");
    }
    if (modes.newline) {
        out.append("\x1b[20h");
    }
    if (modes.cursor_shape != CursorShape::normal) {
        append_csi(out, "", static_cast<int>(modes.cursor_shape), " q");
    }
    if (modes.kitty_keyboard != 0) {
        append_csi(out, "=", modes.kitty_keyboard, "u");
    }
    if (modes.modify_other_keys != 0) {
        append_csi(out, ">4;", modes.modify_other_keys, "m");
    }
}

void append_tab_stops(std::string& out, const Engine& engine) {
    const int cols = engine.size().cols;
    bool usual = true;
    for (int col = 0; col < cols; ++col) {
        usual = usual && engine.tab_stop(col) == (col % 8 == 0);
    }
    if (usual) {
        return;
    }
    out.append("\x1b[3g");
    for (int col = 0; col < cols; ++col) {
        if (engine.tab_stop(col)) {
            append_position(out, 0, col);
            out.append("\x1bH");
        }
    }
}

/// Which characters are meant, on a terminal where nothing was said yet.
void append_charsets(std::string& out, const Charsets& charsets) {
    constexpr std::string_view kDesignate = "()*+";
    for (std::size_t index = 0; index < kDesignate.size(); ++index) {
        const Charset set = charsets.set(index);
        if (set != Charset::ascii) {
            out.append("\x1b").push_back(kDesignate[index]);
            out.push_back(set == Charset::special ? '0' : 'A');
        }
    }
    constexpr std::array<std::string_view, 4> kLock{"", "\x0e", "\x1bn", "\x1bo"};
    out.append(kLock[charsets.locked()]);
    if (charsets.single() != 0) {
        out.append(charsets.single() == 2 ? "\x1bN" : "\x1bO");
    }
}

/// The pen and what else goes with the cursor but its place.
void append_pen(std::string& out, const Engine::SavedCursor& cursor) {
    append_sgr(out, cursor.pen);
    if (cursor.protect) {
        append_protection(out, true);
    }
    append_charsets(out, cursor.charsets);
}

/// What DECSC noted, or would note, made the state of a terminal where nothing was said yet. Spoils
/// a cell if a wrap is pending.
void append_saved(std::string& out, const Engine::SavedCursor& cursor, int cols) {
    const bool narrow = cursor.pending && cursor.col != cols - 1;
    if (narrow) { // it stood at a margin
        append_side_margins(out, 0, cursor.col);
    }
    if (cursor.origin) {
        out.append("\x1b[?6h");
    }
    append_position(out, cursor.row, cursor.col);
    if (cursor.pending) {
        out.push_back(' ');
    }
    append_pen(out, cursor);
}

constexpr std::string_view kSaveCursor = "\x1b\x37"; // ESC 7

/// Takes all of that back; the screen is still to be cleared.
void append_neutral(std::string& out, const Engine::SavedCursor& cursor) {
    if (cursor.charsets.single() != 0) { // only a character ends that
        out.append("\r ");
    }
    out.append("\x1b[?6l\x1b[?69l\x1b[0\"q\x0f\x1b(B\x1b)B\x1b*B\x1b+B\x1b[0m");
}

/// The cursor as it stands, on a painted screen.
void append_cursor(std::string& out, const Engine& engine) {
    const Engine::SavedCursor cursor = engine.cursor_state();
    int top = 0;
    int left = 0;
    if (cursor.origin) {
        out.append("\x1b[?6h");
        top = engine.top_margin();
        left = engine.left_margin();
    }
    // A pending wrap comes from the character in the last column, so that is written again.
    const Row& row = engine.grid().row(cursor.row);
    const bool pending = cursor.pending && !row.at(cursor.col).wide();
    const int first = cursor.col - (pending && row.at(cursor.col).tail() ? 1 : 0);
    append_position(out, cursor.row - top, first - left);
    if (pending) {
        paint_cells(out, engine, row, first, cursor.col + 1);
    }
    append_pen(out, cursor);
    if (cursor.pen.link != 0) {
        out.append("\x1b]8;").append(engine.links().whole(cursor.pen.link)).append("\x1b\\");
    }
}

} // namespace

std::string repaint(const Engine& engine) {
    const Size size = engine.size();
    std::string out;
    if (engine.alternate()) { // which saves the cursor
        append_saved(out, engine.saved_cursor(false), size.cols);
        out.append("\x1b[?1049h");
        append_neutral(out, engine.saved_cursor(false));
    }
    const Engine::SavedCursor& saved = engine.saved_cursor(engine.alternate());
    append_saved(out, saved, size.cols);
    out.append(kSaveCursor);
    append_neutral(out, saved);
    append_tab_stops(out, engine);
    out.append("\x1b[H\x1b[2J");
    for (int index = 0; index < size.rows; ++index) {
        paint_row(out, engine, index);
    }
    if (!engine.title().empty()) {
        out.append("\x1b]2;").append(engine.title()).append("\x1b\\");
    }
    if (engine.top_margin() != 0 || engine.bottom_margin() != size.rows - 1) {
        append_csi(out, "", engine.top_margin() + 1,
                   ";" + std::to_string(engine.bottom_margin() + 1) + "r");
    }
    if (engine.modes().left_right_margins) {
        append_side_margins(out, engine.left_margin(), engine.right_margin());
    }
    append_modes(out, engine.modes());
    append_cursor(out, engine);
    return out;
}

} // namespace kept::vt
