#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "cli/failure.h"
#include "cli/options.h"
#include "control/client.h"
#include "os/paths.h"

namespace kept::cli {

/// A session that a command is about, and where its files are.
struct Target {
    os::Paths paths;
    std::string name;
};

/// A known session, and whether its daemon lives.
struct Known {
    std::string name;
    bool live = false;
};

std::vector<Known> known_sessions(const os::Paths& paths);

/// The session meant when none is named: the only live one, else the only one there is.
std::optional<std::string> only_session(const std::vector<Known>& sessions);

/// The session there is whose name is most like this one's; empty when none is.
std::string nearest_session(std::string_view name);

/// Finds the session: the one named, else $K_SESSION, else the only one there is. When there is
/// none, or its name is none, that has been said and the exit code is given. A bad name touches
/// nothing.
std::expected<Target, int> find_session(const std::optional<std::string>& named,
                                        const Manner& manner);

/// What a verb is about that takes a session and options, and how it talks.
struct Addressed {
    Target target;
    Manner manner;
};

/// Reads such a verb's command line, in which `json` is the target of an option, and finds the
/// session; or the exit code, when all has been said.
std::expected<Addressed, int> parse_addressed(Options& options, Arguments arguments,
                                              const bool& json);

/// Says that a name is none; gives the exit code.
int invalid_name(const std::string& name, const Manner& manner);

/// Connects to the session's daemon or, when it is gone, to a reader of its journal.
control::Result<control::Client> open_session(const Target& target);

/// Connects to its daemon only.
control::Result<control::Client> open_daemon(const Target& target);

/// Starts a reader of the journal that a daemon has left; `no_daemon` when there is none.
control::Result<control::Client> open_reader(const Target& target);

} // namespace kept::cli
