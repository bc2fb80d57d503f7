#include "vt/screen.h"

#include "vt/engine.h"
#include "vt/render.h"

#include <algorithm>
#include <utility>

namespace kept::vt {
namespace {

void drop_trailing_blanks(std::string& text) {
    text.resize(text.find_last_not_of(' ') + 1);
}

} // namespace

Screen::Screen(Size size, Listener* listener, std::uint64_t base_offset,
               std::size_t scrollback_bytes)
    : engine_(std::make_unique<Engine>(clamped(size), listener, base_offset, nullptr,
                                       scrollback_bytes)) {}
Screen::Screen(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Screen::~Screen() = default;
Screen::Screen(Screen&&) noexcept = default;
Screen& Screen::operator=(Screen&&) noexcept = default;

void Screen::feed(std::string_view bytes) {
    engine_->feed(bytes);
}
std::uint64_t Screen::offset() const {
    return engine_->offset();
}

std::uint64_t Screen::complete_offset() const {
    return engine_->complete_offset();
}
bool Screen::between_sequences() const {
    return engine_->at_ground();
}
Size Screen::size() const {
    return engine_->size();
}
void Screen::resize(Size size) {
    engine_->resize(size);
}
Position Screen::cursor() const {
    return engine_->cursor();
}
const Modes& Screen::modes() const {
    return engine_->modes();
}
bool Screen::alternate() const {
    return engine_->alternate();
}
const std::string& Screen::title() const {
    return engine_->title();
}
void Screen::trim() {
    engine_->trim();
}
std::size_t Screen::memory_used() const {
    return sizeof(*this) + engine_->memory_used();
}
std::string Screen::repaint() const {
    return vt::repaint(*engine_);
}

std::size_t Screen::history_lines() const {
    return engine_->scrollback() != nullptr ? engine_->scrollback()->lines() : 0;
}
std::size_t Screen::history_bytes() const {
    return engine_->scrollback() != nullptr ? engine_->scrollback()->bytes() : 0;
}
std::optional<Screen> Screen::history(int rows) const {
    auto engine = engine_->history(std::min(rows, kMaxHistoryRows));
    return engine ? std::optional(Screen(std::move(engine))) : std::nullopt;
}

std::string Screen::row_text(int row) const {
    std::string text;
    if (row >= 0 && row < size().rows) {
        const Row& cells = engine_->grid().row(row);
        append_text(text, *engine_, cells, 0, text_end(cells), Tabs::spaces);
        drop_trailing_blanks(text);
    }
    return text;
}

bool Screen::row_wrapped(int row) const {
    return row >= 0 && row < size().rows && engine_->grid().row(row).wrapped();
}

std::string Screen::text_before_cursor() const {
    const Position at = cursor();
    std::string text;
    append_text(text, *engine_, engine_->grid().row(at.row), 0,
                at.col + (engine_->pending_wrap() ? 1 : 0), Tabs::spaces);
    return text;
}

std::vector<Span> Screen::row_spans(int row, int from, int to) const {
    if (row < 0 || row >= size().rows) {
        return {};
    }
    return spans_of(*engine_, engine_->grid().row(row), from, to);
}

std::string Screen::text() const {
    std::string text;
    std::size_t blank_rows = 0;
    for (int row = 0; row < size().rows; ++row) {
        const std::string line = row_text(row);
        if (line.empty()) {
            ++blank_rows;
            continue;
        }
        if (row > 0) {
            text.append(blank_rows +
                            (text.empty() && blank_rows == static_cast<std::size_t>(row) ? 0 : 1),
                        '\n');
        }
        blank_rows = 0;
        text.append(line);
    }
    return text;
}

Style Screen::style_at(Position position) const {
    if (position.row < 0 || position.row >= size().rows) {
        return {};
    }
    Style style = engine_->styles()[engine_->grid().row(position.row).at(position.col).style];
    style.link = 0;
    return style;
}

std::string Screen::link_at(Position position) const {
    if (position.row < 0 || position.row >= size().rows) {
        return {};
    }
    const Row& row = engine_->grid().row(position.row);
    return std::string(engine_->links().target(engine_->styles()[row.at(position.col).style].link));
}

} // namespace kept::vt
