#pragma once

#include <asio/awaitable.hpp>

#include "control/messages.h"
#include "daemon/connection.h"

namespace kept::daemon {

/// Sends a journal as an asciicast recording, piece by piece.
asio::awaitable<void> send_cast(Connection& connection, control::CastRequest request);

} // namespace kept::daemon
