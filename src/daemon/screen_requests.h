#pragma once

#include <asio/awaitable.hpp>

#include "control/messages.h"
#include "daemon/connection.h"

namespace kept::daemon {

/// What the screen shows, in one answer and the rows after it.
asio::awaitable<void> answer_screen(Connection& connection, const control::ScreenRequest& request);

/// Types at the program: text, keys, a paste, a password or what the mouse does.
asio::awaitable<void> answer_send(Connection& connection, const control::SendRequest& request);

/// Makes the terminal another size.
asio::awaitable<void> answer_resize(Connection& connection, const control::ResizeRequest& request);

} // namespace kept::daemon
