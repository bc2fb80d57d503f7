#pragma once

#include <asio/awaitable.hpp>

#include "control/messages.h"
#include "daemon/connection.h"

namespace kept::daemon {

/// Waits until the conditions are met, the time is over or the session has ended.
asio::awaitable<void> answer_wait(Connection& connection, const control::WaitRequest& request);

/// Carries out the requests of a batch one after the other, as if each had come alone.
asio::awaitable<void> answer_batch(Connection& connection, const control::BatchRequest& request);

} // namespace kept::daemon
