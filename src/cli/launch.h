#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <optional>

#include "cli/failure.h"
#include "cli/find_session.h"
#include "control/launch.h"
#include "os/lock.h"

namespace kept::cli {

/// Takes the session's lock, so that we may start its daemon; empty when a daemon is there already
/// and answers. Waits for one that is just starting, so long (15 s) and, with a time given, also
/// when that one does not answer meanwhile, which is said on standard error.
std::expected<std::optional<os::SessionLock>, Failure>
claim_session(const Target& target,
              std::optional<std::chrono::milliseconds> slow_start = std::nullopt);

/// Starts the daemon and returns when it is ready. Whatever a finished session of that name has
/// left goes first; when the start fails nothing is left. `notice` is called with what the daemon
/// tells meanwhile. Gives what it reported in the end.
std::expected<control::StartReport, Failure>
launch(const Target& target, const control::LaunchSpec& spec, os::SessionLock lock,
       const std::function<void(const std::string&)>& notice = {});

} // namespace kept::cli
