#pragma once

#include <asio/awaitable.hpp>

#include "control/messages.h"
#include "daemon/connection.h"

namespace kept::daemon {

/// A person's terminal: bytes for it one way, keystrokes and window sizes the other, until either
/// side goes or the session ends.
asio::awaitable<void> attach_person(Connection& connection, control::AttachRequest request);

} // namespace kept::daemon
