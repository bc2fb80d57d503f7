#include "session/cell_store.h"

#include <algorithm>
#include <ranges>

#include "session/event_log.h"

namespace kept::session {

Cell& CellStore::add(control::CellInfo info) {
    if (cells_.size() >= kMost && cells_.front().info.ended()) {
        cells_.pop_front();
    }
    ++count_;
    return cells_.emplace_back(Cell{.info = std::move(info)});
}

Cell* CellStore::find(std::string_view id) {
    return const_cast<Cell*>(std::as_const(*this).find(id));
}

const Cell* CellStore::find(std::string_view id) const {
    // The wanted cell is nearly always among the latest.
    for (const Cell& cell : std::views::reverse(cells_)) {
        if (cell.info.id == id) {
            return &cell;
        }
    }
    return nullptr;
}

Cell* CellStore::latest() {
    return cells_.empty() ? nullptr : &cells_.back();
}

std::vector<control::CellInfo> CellStore::list() const {
    std::vector<control::CellInfo> out;
    out.reserve(cells_.size());
    for (const Cell& cell : cells_) {
        out.push_back(cell.info);
    }
    return out;
}

void CellStore::apply(const control::EventInfo& event) {
    if (!event.cell) {
        return;
    }
    Cell* cell = find(event.cell->id);
    if (cell == nullptr) {
        cell = &add(*event.cell);
    } else {
        cell->info = *event.cell;
    }
    if (event.type == control::EventType::fired) {
        cell->fired_seq = event.seq;
    }
    cell->last_seq = event.seq;
}

std::optional<control::CellInfo> find_in_events(const std::string& directory, std::string_view id) {
    std::optional<control::CellInfo> found;
    read_events(directory, [&](const control::EventInfo& event) {
        if (event.cell && event.cell->id == id) {
            found = event.cell;
        }
    });
    return found;
}

} // namespace kept::session
