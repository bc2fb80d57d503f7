#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace kept::control {

/// The codes of PROTOCOL.md, and what happens on the way to a daemon.
enum class ControlErrc {
    version,
    malformed,
    too_large,
    busy,
    prompt_in_use, ///< a person is typing there
    unknown_cell,
    no_cell,
    send_failed,
    not_running,
    interrupt_failed,
    exited,
    unsupported,
    slow,
    internal,
    // not on the wire
    no_daemon, ///< nobody listens
    lost,      ///< the connection ended before the answer did
    timeout,   ///< the peer stopped answering
};

std::string_view to_string(ControlErrc code);
ControlErrc control_errc(std::string_view text);

using ControlError = base::Error<ControlErrc>;
template <class T> using Result = base::Result<T, ControlErrc>;

} // namespace kept::control
