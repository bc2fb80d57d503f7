#pragma once

#include <asio/awaitable.hpp>
#include <string>

#include "control/messages.h"
#include "daemon/connection.h"

namespace kept::daemon {

/// Sends what has happened (as asked) and what happens, until either side goes. A subscriber that
/// falls too far behind is told so and dropped.
asio::awaitable<void> stream_events(Connection& connection, control::SubscribeRequest subscribe);

/// Sends the lines of a cell's output as they come, until the cell has ended, timed out, or waits
/// for input.
asio::awaitable<void> stream_cell(Connection& connection, std::string id, control::Form form,
                                  bool through);

} // namespace kept::daemon
