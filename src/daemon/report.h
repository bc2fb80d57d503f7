#pragma once

#include <asio/awaitable.hpp>
#include <cstdint>

#include "control/messages.h"
#include "daemon/connection.h"

namespace kept::daemon {

/// How much of a cell's output is wanted.
struct Wanted {
    control::Form form = control::Form::text;
    std::uint64_t max_bytes = 0; ///< all when 0; else the head and the tail, each half of it
    std::uint64_t offset = 0;    ///< of the rendered output
    std::uint64_t limit = 0;     ///< all when 0
    bool body = true;
};

/// Sends a report: the cell, its output as wanted, the end. Output is read and rendered piece by
/// piece, as fast as the peer takes it.
asio::awaitable<void> send_report(Connection& connection, control::CellInfo cell, Wanted wanted);

} // namespace kept::daemon
