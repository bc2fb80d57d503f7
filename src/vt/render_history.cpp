#include "vt/pack.h"
#include "vt/render.h"
#include "vt/width.h"

#include <algorithm>

namespace kept::vt {
namespace {

/// Ends a run of joining characters and does nothing else.
constexpr char kNoJoin = '\x1e';

/// Writes the sequences between cells of different styles.
class HistoryPen {
public:
    HistoryPen(std::string& out, const Engine& engine, SgrCache& sequences)
        : out_(out), engine_(engine), sequences_(sequences) {}

    void take(std::uint16_t id) {
        if (id == id_) {
            return;
        }
        id_ = id;
        const std::uint16_t link = engine_.styles()[id].link;
        if (link != link_) {
            link_ = link;
            const auto whole = engine_.links().whole(link);
            out_.append("\x1b]8;").append(whole.empty() ? ";" : whole).append("\x1b\\");
        }
        sequences_.append(out_, engine_.styles(), id);
    }

private:
    std::string& out_;
    const Engine& engine_;
    SgrCache& sequences_;
    std::uint16_t id_ = 0;
    std::uint16_t link_ = 0;
};

/// Blanks and ASCII only.
void append_simple(std::string& out, HistoryPen& pen, std::span<const Cell> cells) {
    while (!cells.empty()) {
        const std::uint16_t style = cells.front().style;
        std::size_t length = 1;
        while (length < cells.size() && cells[length].style == style) {
            ++length;
        }
        pen.take(style);
        const std::size_t begin = out.size();
        out.resize(begin + length);
        narrow(out.data() + begin, cells.first(length));
        cells = cells.subspan(length);
    }
}

void append_complex(std::string& out, HistoryPen& pen, const Engine& engine, const Row& row,
                    std::span<const Cell> cells) {
    GraphemeJoiner joiner;
    std::u32string characters;
    for (const Cell cell : cells) {
        if (cell.tail() || (cell.kind() == Cell::Kind::wide_spacer && row.wrapped())) {
            continue;
        }
        pen.take(cell.style);
        if (cell.content < 0x80) {
            out.push_back(static_cast<char>(cell.blank() ? ' ' : cell.content));
            joiner.start(cell.blank() ? U' ' : cell.payload());
            continue;
        }
        characters_of(engine, cell, characters);
        if (joiner.joins(characters.front(), cell.wide() ? 2 : char_width(characters.front()))) {
            out.push_back(kNoJoin);
        }
        joiner.start(characters.front());
        for (std::size_t next = 1; next < characters.size(); ++next) {
            static_cast<void>(joiner.joins(characters[next], char_width(characters[next])));
        }
        for (const char32_t character : characters) {
            append_utf8(out, character);
        }
    }
}

void append_plain(std::string& out, const Row& row, int cols) {
    std::string_view text = row.text();
    if (!row.wrapped()) {
        text = text.substr(0, static_cast<std::size_t>(text_end(row)));
    }
    const std::size_t begin = out.size();
    const std::size_t width = row.wrapped() ? static_cast<std::size_t>(cols) : 0;
    out.resize(begin + std::max(text.size(), width), ' ');
    fill_blanks(out.data() + begin, text);
}

void append_styled(std::string& out, const Engine& engine, const Row& row, int cols,
                   SgrCache& sequences) {
    const int text = row.wrapped() ? cols : text_end(row);
    int end = std::min(row.size(), cols);
    while (end > text && row.at(end - 1) == Cell{}) {
        --end;
    }
    const Cell edge = row.at(cols - 1);
    bool to_edge = end > text && end == cols;
    for (int col = text; to_edge && col < end; ++col) {
        to_edge = row.at(col) == edge;
    }
    const auto shown = static_cast<std::size_t>(to_edge ? text : std::max(text, end));
    const auto cells = row.cells().first(std::min(shown, row.cells().size()));
    HistoryPen pen(out, engine, sequences);
    if (row.complex()) {
        append_complex(out, pen, engine, row, cells);
    } else {
        append_simple(out, pen, cells);
    }
    if (cells.size() < shown) { // blanks of a wrapped row
        pen.take(0);
        out.append(shown - cells.size(), ' ');
    }
    if (to_edge) { // with what is left of the row's colour
        pen.take(edge.style);
        out.append("\x1b[K");
    }
    pen.take(0);
}

} // namespace

void append_history(std::string& out, const Engine& engine, const Row& row, int cols,
                    SgrCache& sequences) {
    if (row.plain()) {
        append_plain(out, row, cols);
    } else {
        append_styled(out, engine, row, cols, sequences);
    }
    if (!row.wrapped()) {
        out.push_back('\n');
    }
}

} // namespace kept::vt
