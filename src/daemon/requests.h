#pragma once

#include <asio/awaitable.hpp>

#include "control/messages.h"
#include "daemon/connection.h"

namespace kept::daemon {

/// Answers one request on its connection.
asio::awaitable<void> handle(Connection& connection, const control::Request& request);

} // namespace kept::daemon
