#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/cell_info.h"
#include "control/messages.h"

namespace kept::session {

/// A cell and what only the session needs to know of it.
struct Cell {
    control::CellInfo info;
    std::int64_t fired_steady_us = 0;
    std::uint64_t fired_seq = 0; ///< its `fired` event
    std::uint64_t last_seq = 0;  ///< the event that ended it
    bool claimed = false;        ///< somebody has been told how it ended
};

/// The cells of a session, oldest first. Memory is bounded: the oldest ended ones are forgotten
/// beyond kMost and found again in the journal's events.
class CellStore {
public:
    static constexpr std::size_t kMost = 1000;

    Cell& add(control::CellInfo info);
    [[nodiscard]] Cell* find(std::string_view id);
    [[nodiscard]] const Cell* find(std::string_view id) const;
    [[nodiscard]] Cell* latest();
    [[nodiscard]] std::vector<control::CellInfo> list() const;

    /// Cells ever added.
    [[nodiscard]] std::uint64_t count() const { return count_; }

    /// Replays one event of a journal.
    void apply(const control::EventInfo& event);

private:
    std::deque<Cell> cells_;
    std::uint64_t count_ = 0;
};

/// A cell as a journal's events tell of it.
std::optional<control::CellInfo> find_in_events(const std::string& directory, std::string_view id);

} // namespace kept::session
