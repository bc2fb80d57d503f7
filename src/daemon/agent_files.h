#pragma once

#include <asio/awaitable.hpp>
#include <cstdint>
#include <string>

#include "agent/agent.h"
#include "daemon/connection.h"

namespace kept::daemon {

/// Sends the lines of a bounded log: all that are kept, or the last `lines`; then, with an agent
/// whose log it is, whatever is appended, until either side goes. Read from the file at the
/// caller's pace, so that nothing is held for him and nothing lost, unless he falls a whole file
/// behind.
asio::awaitable<void> send_log(Connection& connection, const std::string& path, agent::Agent* agent,
                               const agent::BoundedLog* live, std::uint64_t lines);

} // namespace kept::daemon
