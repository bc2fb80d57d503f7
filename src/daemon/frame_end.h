#pragma once

#include <asio/awaitable.hpp>
#include <cstdint>
#include <optional>

#include "daemon/connection.h"
#include "daemon/subject.h"

namespace kept::daemon {

/// When a half-drawn screen counts as drawn, in microseconds of the steady clock: while a program
/// draws what is to be seen at once (synchronized output, mode 2026). Nothing if it does not, or
/// has not written for a second: what forgot to end its frame, or has died, is not waited for.
/// Terminals give up after about as long (the specification leaves that to them).
std::optional<std::int64_t> frame_due_us(Subject& subject, std::int64_t now_us);

/// Returns once the screen is a whole one, so that nobody is shown what no person would see.
asio::awaitable<void> wait_for_frame_end(Connection& connection);

} // namespace kept::daemon
