#pragma once

#include <asio/awaitable.hpp>

#include "control/messages.h"
#include "daemon/connection.h"

namespace kept::daemon {

/// No caller means to wait longer, and the clock's arithmetic stays far from its end.
inline constexpr std::int64_t kLongestTimeoutMs = 10LL * 365 * 24 * 3600 * 1000;

/// Answers one request on its connection.
asio::awaitable<void> handle(Connection& connection, const control::Request& request);

} // namespace kept::daemon
