#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kept::daemon {

/// What `kept serve` was asked to do.
struct ServeArgs {
    enum class Role {
        session, ///< `serve NAME`: run a new session; descriptors as control/launch.h says
        reader,  ///< `serve --read NAME`: answer from the journal on descriptor 3
    };
    Role role = Role::session;
    std::string name;
};

/// Reads the words after `serve`; empty when they are none of ours.
std::optional<ServeArgs> parse_serve_args(const std::vector<std::string_view>& words);

} // namespace kept::daemon
