#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "control/launch.h"
#include "os/spawn.h"
#include "profiles/profile.h"

namespace kept::terminal {

/// A command made ready to start: what runs, and how much of it we know.
struct Prepared {
    os::Command command;
    std::string profile;                    ///< its name, or empty
    bool bash = false;                      ///< bash, which needs no profile to be read
    bool marked = false;                    ///< it will print our marks at its prompts
    std::optional<profiles::Profile> known; ///< unless `bash`
    std::vector<std::string> scratch;       ///< files to remove once it runs
};

/// Turns a specification into a command. A program we have a profile for gets the arguments,
/// variables and files that make it mark its frames; what the user asked for stays in force. Files
/// go into `directory`. The error is a sentence for a person.
std::expected<Prepared, std::string> prepare(const control::LaunchSpec& spec,
                                             const std::string& directory);

/// The environment of every terminal program: the caller's, `spec.environment` on top, and what
/// makes sense on a terminal of ours.
os::Environment terminal_environment(const control::LaunchSpec& spec);

} // namespace kept::terminal
