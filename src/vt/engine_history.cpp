#include "vt/engine.h"
#include "vt/render.h"

#include <algorithm>
#include <utility>

namespace kept::vt {
namespace {

/// A longer line stays in the scrollback whole, even if its end is on the screen: it would take
/// thousands of rows to lay out anew.
constexpr std::size_t kMaxRecalledBytes = std::size_t{64} << 10;

} // namespace

Scrollback& Engine::scrollback_to_fill() {
    if (!scrollback_) {
        scrollback_ = std::make_unique<Scrollback>(scrollback_limit_);
    }
    return *scrollback_;
}

/// A row of a screen with `cols` columns leaves at the top.
void Engine::give(const Row& row, int cols) {
    if (taker_ != nullptr) {
        taker_->take(row, *this);
    } else if (scrollback_limit_ != 0) {
        line_.clear();
        append_history(line_, *this, row, cols, sequences_);
        scrollback_to_fill().append(line_);
    }
}

/// Whatever goes on in `row` ends above it: the program has put something else there. Above the top
/// row that is a line which has left.
void Engine::end_line_above(int row) {
    if (row > 0) {
        active().row(row - 1).set_wrapped(false);
    } else if (!alternate_ && taker_ != nullptr) {
        taker_->end_line();
    } else if (!alternate_ && scrollback_ && scrollback_->open()) {
        scrollback_->append("\n");
    }
}

/// Before `count` cells at the cursor go: a row of which nothing is left does not continue a line.
void Engine::end_line_if_emptied(int count) {
    if (col_ == 0 && full_width() && count >= current().size()) {
        end_line_above(row_);
    }
}

/// The last column that was left free for a wide character is a blank like any other once something
/// else stands where that went. To be called before rows are joined.
void Engine::drop_stale_spacer(int row) {
    Row& cells = main_.row(row);
    const Cell last = cells.at(size_.cols - 1);
    if (last.kind() == Cell::Kind::wide_spacer && cells.wrapped() && row + 1 < size_.rows &&
        !main_.row(row + 1).at(0).wide()) {
        cells.put(size_.cols - 1, Cell{0, last.style, 0});
    }
}

/// Takes the last line out of the scrollback, laid out in rows of `cols` columns; nothing if it is
/// too long for that. Only the last row of an ended line is not wrapped.
std::vector<Row> Engine::recall_line(int cols) {
    std::vector<Row> rows;
    if (!scrollback_ || scrollback_->empty() ||
        scrollback_->last_line_bytes(kMaxRecalledBytes) >= kMaxRecalledBytes) {
        return rows;
    }
    const bool open = scrollback_->open();
    const std::string line = scrollback_->take_line();
    // No row but the last holds less than cols - 1 columns, and no column less than a byte.
    const auto most = line.size() / static_cast<std::size_t>(std::max(cols - 1, 1)) + 1;
    Engine reader(Size{cols, static_cast<int>(most)}, nullptr, 0, nullptr);
    reader.feed(line);
    for (int index = 0; index <= reader.row_; ++index) {
        rows.push_back(adopt(reader.main_.row(index), reader));
    }
    if (open) {
        if (!reader.pending_ && reader.col_ == cols - 1) { // what goes on did not fit there
            rows.back().put(reader.col_, Cell{Cell::make(Cell::Kind::wide_spacer), 0, 0});
        }
        rows.back().set_wrapped(true);
    }
    return rows;
}

/// Takes up to `count` rows of `cols` columns out of the scrollback, the last ones.
std::vector<Row> Engine::recall(int count, int cols) {
    const std::size_t wanted = static_cast<std::size_t>(std::max(count, 0));
    std::vector<Row> rows;
    while (rows.size() < wanted) {
        std::vector<Row> line = recall_line(cols);
        if (line.empty()) {
            break;
        }
        std::ranges::move(rows, std::back_inserter(line));
        rows = std::move(line);
    }
    if (rows.size() > wanted) {
        const auto first = rows.end() - count;
        std::for_each(rows.begin(), first, [&](const Row& row) { give(row, cols); });
        rows.erase(rows.begin(), first);
    }
    return rows;
}

std::unique_ptr<Engine> Engine::history(int rows) const {
    if (!scrollback_ || scrollback_->empty() || rows <= 0) {
        return nullptr;
    }
    const bool open = scrollback_->open();
    const std::size_t lines = std::min(scrollback_->lines(), static_cast<std::size_t>(rows));
    std::string text = scrollback_->tail(lines);
    if (!open) {
        text.pop_back();
    }
    auto reader = std::make_unique<Engine>(Size{size_.cols, rows}, nullptr, 0, nullptr);
    reader->modes_.newline = true;
    reader->feed(text);
    if (open) {
        reader->main_.row(reader->row_).set_wrapped(true);
    }
    reader->pending_ = false;
    if (reader->row_ + 1 < rows) { // crop without a word: rows below hold nothing
        reader->size_.rows = reader->row_ + 1;
        reader->main_.crop(reader->size_, 0);
        reader->bottom_ = reader->row_;
    }
    reader->modes_.newline = false;
    return reader;
}

/// A copy of another engine's row.
Row Engine::adopt(const Row& row, const Engine& from) {
    Row copy;
    copy.set_wrapped(row.wrapped());
    if (row.size() == 0) {
        return copy;
    }
    if (row.plain()) {
        copy.write(0, row.text(), 0, 0);
        return copy;
    }
    std::ranges::copy(row.cells(), copy.overwrite(0, row.size(), row.complex(), 0));
    std::uint16_t style = 0;
    std::uint16_t ours = 0;
    for (Cell& cell : copy.open_cells()) {
        if (cell.style != style) {
            style = cell.style;
            Style known = from.styles_[style];
            known.link = links_.intern(from.links_.whole(known.link));
            ours = styles_.intern(known);
        }
        cell.style = cell.style == 0 ? std::uint16_t{0} : ours;
        if (cell.kind() == Cell::Kind::cluster) {
            const auto id = clusters_.intern(from.clusters_[cell.payload()]);
            cell.content = id == ClusterTable::kNone
                               ? Cell::make(Cell::Kind::character, kReplacement)
                               : Cell::make(Cell::Kind::cluster, id);
        }
    }
    return copy;
}

} // namespace kept::vt
