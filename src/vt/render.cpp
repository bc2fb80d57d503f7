#include "vt/render.h"

#include "vt/pack.h"

#include <algorithm>
#include <utility>

namespace kept::vt {
namespace {

/// True if the TAB mark at `col` still stands as it was written: nothing replaced the cells it
/// covers.
bool whole_tab(const Row& row, int col, Cell cell, int to) {
    const int end = col + static_cast<int>(cell.tab_span());
    if (end > to) {
        return false;
    }
    for (int fill = col + 1; fill < end; ++fill) {
        if (row.at(fill).kind() != Cell::Kind::tab_fill) {
            return false;
        }
    }
    return row.at(end).kind() != Cell::Kind::tab_fill;
}

/// Appends the cell at `col` and returns the next column.
int append_cell(std::string& out, const Engine& engine, const Row& row, int col, int to,
                Tabs tabs) {
    const Cell cell = row.at(col);
    switch (cell.kind()) {
    case Cell::Kind::character:
        append_utf8(out, cell.blank() ? U' ' : static_cast<char32_t>(cell.payload()));
        break;
    case Cell::Kind::cluster: {
        const std::string_view text = engine.clusters()[cell.payload()];
        if (tabs == Tabs::kept) {
            out.append(text);
        } else {
            std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c != '\t'; });
        }
        break;
    }
    case Cell::Kind::tab:
        if (tabs == Tabs::kept && whole_tab(row, col, cell, to)) {
            out.append(1 + cell.tab_more(), '\t');
            return col + static_cast<int>(cell.tab_span());
        }
        out.push_back(' ');
        break;
    case Cell::Kind::tab_fill:
        out.push_back(' ');
        break;
    case Cell::Kind::wide_tail:
        break;
    case Cell::Kind::wide_spacer:
        if (!row.wrapped()) {
            out.push_back(' ');
        }
        break;
    }
    return col + 1;
}

void append_csi(std::string& out, std::string_view prefix, int value, std::string_view final) {
    out.append("\x1b[").append(prefix).append(std::to_string(value)).append(final);
}

/// Writes the sequences between cells of different styles.
class Pen {
public:
    Pen(std::string& out, const Engine& engine) : out_(out), engine_(engine) {}

    void take(const Style& style) {
        if (style == now_) {
            return;
        }
        if (style.link != now_.link) {
            const auto link = engine_.links().whole(style.link);
            out_.append("\x1b]8;").append(link.empty() ? ";" : link).append("\x1b\\");
        }
        Style old = std::exchange(now_, style);
        Style shown = style;
        old.link = shown.link = 0;
        if (old == shown) {
            return;
        }
        if (shown == Style{}) {
            out_.append("\x1b[0m");
        } else {
            append_sgr(out_, shown);
        }
    }

private:
    std::string& out_;
    const Engine& engine_;
    Style now_;
};

} // namespace

void characters_of(const Engine& engine, Cell cell, std::u32string& characters) {
    characters.clear();
    if (cell.kind() == Cell::Kind::character && !cell.blank()) {
        characters.push_back(cell.payload());
    } else if (cell.kind() == Cell::Kind::cluster) {
        Utf8Decoder decoder;
        for (const char byte : engine.clusters()[cell.payload()]) {
            if (byte != '\t' &&
                decoder.push(static_cast<unsigned char>(byte)) == Utf8Decoder::Step::character) {
                characters.push_back(decoder.value());
            }
        }
    } else {
        characters.push_back(U' ');
    }
}

int text_end(const Row& row) {
    if (row.plain()) {
        return static_cast<int>(row.text().find_last_not_of('\0') + 1); // npos + 1 is 0
    }
    const auto cells = row.cells();
    std::size_t end = cells.size();
    while (end > 0 && (cells[end - 1].blank() ||
                       (cells[end - 1].kind() == Cell::Kind::wide_spacer && !row.wrapped()))) {
        --end;
    }
    return static_cast<int>(end);
}

void append_text(std::string& out, const Engine& engine, const Row& row, int from, int to,
                 Tabs tabs) {
    if (!row.complex()) {
        const std::size_t begin = out.size();
        const std::size_t first = static_cast<std::size_t>(from);
        const std::size_t length = static_cast<std::size_t>(std::max(0, to - from));
        const std::size_t size = static_cast<std::size_t>(row.size());
        const std::size_t stored = std::min(length, size - std::min(size, first));
        out.resize(begin + length, ' ');
        if (stored == 0) {
            return;
        }
        if (row.plain()) {
            fill_blanks(out.data() + begin, row.text().substr(first, stored));
        } else {
            narrow(out.data() + begin, row.cells().subspan(first, stored));
        }
        return;
    }
    const auto cells = row.cells();
    const int stored = std::min(to, row.size());
    for (int col = from; col < to;) {
        // Runs of single characters, which are most of a row.
        const std::size_t begin = out.size();
        out.resize(begin + static_cast<std::size_t>(to - col) * kMaxUtf8Bytes);
        char* text = out.data() + begin;
        for (; col < stored; ++col) {
            const Cell cell = cells[static_cast<std::size_t>(col)];
            if (cell.content < 0x80) {
                *text++ = static_cast<char>(cell.blank() ? ' ' : cell.content);
            } else if (cell.kind() == Cell::Kind::character) {
                text = write_utf8(text, cell.payload());
            } else if (!cell.tail()) {
                break;
            }
        }
        out.resize(static_cast<std::size_t>(text - out.data()));
        if (col < to) {
            col = append_cell(out, engine, row, col, to, tabs);
        }
    }
}

void append_styled(std::string& out, const Engine& engine, const Row& row, int from, int to) {
    Pen pen(out, engine);
    for (int col = from; col < to;) {
        const Cell cell = row.at(col);
        if (!cell.tail()) {
            Style style = engine.styles()[cell.style];
            style.link = 0;
            pen.take(style);
        }
        col = append_cell(out, engine, row, col, to, Tabs::kept);
    }
    pen.take({});
}

namespace {

void append_position(std::string& out, int row, int col) {
    append_csi(out, "", row + 1, ";" + std::to_string(col + 1) + "H");
}

/// Paints a row cell by cell. A cell whose text would join the one before, were
/// it written right after it, gets its own cursor move.
void paint_row(std::string& out, const Engine& engine, int index) {
    const Row& row = engine.grid().row(index);
    Pen pen(out, engine);
    GraphemeJoiner joiner;
    std::u32string characters;
    int end = row.size();
    while (end > 0 && row.at(end - 1) == Cell{}) {
        --end;
    }
    if (end != 0) {
        append_position(out, index, 0);
    }
    for (int col = 0; col < end; ++col) {
        const Cell cell = row.at(col);
        if (cell.tail()) {
            continue;
        }
        pen.take(engine.styles()[cell.style]);
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
    pen.take({});
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

} // namespace

std::string repaint(const Engine& engine) {
    const Modes& modes = engine.modes();
    const Size size = engine.size();
    std::string out;
    if (engine.alternate()) {
        out.append("\x1b[?1049h");
    }
    out.append("\x1b[0m\x1b[H\x1b[2J");
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
    if (modes.left_right_margins) {
        out.append("\x1b[?69h");
        append_csi(out, "", engine.left_margin() + 1,
                   ";" + std::to_string(engine.right_margin() + 1) + "s");
    }
    append_modes(out, modes);
    Position cursor = engine.cursor();
    if (modes.origin) {
        out.append("\x1b[?6h");
        cursor.row -= engine.top_margin();
        cursor.col -= engine.left_margin();
    }
    append_position(out, cursor.row, cursor.col);
    append_sgr(out, engine.pen());
    return out;
}

} // namespace kept::vt
