#include "vt/span.h"

#include <algorithm>

#include "vt/engine.h"

namespace kept::vt {

namespace {

/// What a cell shows, and whether a reader may take it for a character of its own.
struct Shown {
    std::string text;
    int width = 1;
    bool cluster = false;
};

Shown shown(const Engine& engine, const Row& row, int col, int from, int to) {
    const Cell cell = row.at(col);
    Shown out;
    const bool cut = (cell.wide() && col + 1 >= to) || (cell.tail() && col == from);
    if (cut) {
        out.text = " ";
        return out;
    }
    out.width = cell.wide() ? 2 : 1;
    switch (cell.kind()) {
    case Cell::Kind::character:
        append_utf8(out.text, cell.blank() ? U' ' : static_cast<char32_t>(cell.payload()));
        break;
    case Cell::Kind::cluster:
        std::ranges::copy_if(engine.clusters()[cell.payload()], std::back_inserter(out.text),
                             [](char c) { return c != '\t'; });
        out.cluster = true;
        break;
    case Cell::Kind::tab:
    case Cell::Kind::tab_fill:
    case Cell::Kind::wide_spacer:
    case Cell::Kind::wide_tail:
        out.text = " ";
        break;
    }
    return out;
}

} // namespace

std::vector<Span> spans_of(const Engine& engine, const Row& row, int from, int to) {
    from = std::max(from, 0);
    to = std::min(to, row.size());
    std::vector<Span> spans;
    std::uint16_t style_id = 0;
    for (int col = from; col < to;) {
        const std::uint16_t id = row.at(col).style;
        Shown cell = shown(engine, row, col, from, to);
        const bool wide = cell.width == 2;
        if (spans.empty() || id != style_id || spans.back().wide != wide || spans.back().cluster ||
            cell.cluster) {
            Span& span = spans.emplace_back();
            span.col = col;
            span.wide = wide;
            span.cluster = cell.cluster;
            span.style = engine.styles()[id];
            span.link = engine.links().target(span.style.link);
            span.style.link = 0;
            style_id = id;
        }
        spans.back().text.append(cell.text);
        spans.back().width += cell.width;
        col += cell.width;
    }
    while (!spans.empty() && spans.back().style == Style{} && spans.back().link.empty()) {
        Span& last = spans.back();
        const auto end = last.text.find_last_not_of(' ');
        const auto kept = end == std::string::npos ? 0 : end + 1;
        last.width -= static_cast<int>(last.text.size() - kept);
        last.text.resize(kept);
        if (!last.text.empty()) {
            break;
        }
        spans.pop_back();
    }
    return spans;
}

} // namespace kept::vt
