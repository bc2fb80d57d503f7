#include "vt/render.h"

#include "vt/pack.h"
#include "vt/pen.h"

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

} // namespace kept::vt
