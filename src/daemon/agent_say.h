#pragma once

#include <asio/awaitable.hpp>

#include "agent/agent.h"
#include "control/messages.h"
#include "daemon/connection.h"

namespace kept::daemon {

/// One turn: the cell, the turn as text while it goes on or as one JSON object at its end, the cell
/// as it then is.
asio::awaitable<void> say(Connection& connection, agent::Agent& agent,
                          const control::AgentRequest& request);

} // namespace kept::daemon
