#pragma once

#include <asio/awaitable.hpp>

#include "control/messages.h"
#include "daemon/connection.h"

namespace kept::daemon {

/// Answers a request that only a session of kind `agent` can answer. The journal of one that has
/// ended still has its events and its log.
asio::awaitable<void> answer_agent(Connection& connection, const control::AgentRequest& request);

} // namespace kept::daemon
