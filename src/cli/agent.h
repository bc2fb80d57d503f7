#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "cli/failure.h"
#include "cli/find_session.h"
#include "cli/options.h"
#include "control/client.h"

namespace kept::cli {

/// The verbs of `k agent`, one file each.
int agent_start(const Verb& verb, Arguments arguments);
int agent_say(const Verb& verb, Arguments arguments);
int agent_stop(const Verb& verb, Arguments arguments);
/// Status, history, info, usage, restart, events and logs: one question, and the answer as it
/// comes.
int agent_ask(const Verb& verb, Arguments arguments);
/// Conversations out of files, each with an agent of its own.
int agent_test(const Verb& verb, Arguments arguments);

/// All of them, in the order of the help; their names are `agent start` and so on.
std::span<const Verb> agent_verbs();

/// Which agent a command is about, as the command line says it.
struct AgentChoice {
    std::optional<std::string> port;
    std::optional<std::string> name;

    void declare(Options& options);
};

/// An agent's session: the one of that name, or the one whose name its port is.
struct AgentTarget {
    Target target;
    int port = 0; ///< 0: it has a name
};

/// The session meant: by --name, else --port, else $LK_SESSION_PORT, else port 8775. Otherwise all
/// has been said and the exit code is given.
std::expected<AgentTarget, int> find_agent(const Options& options, const AgentChoice& choice);

/// How `k agent` speaks of failures: the text on standard error, and {"error": …} on standard
/// output when JSON was asked for. Gives exit code 1.
int agent_failure(const Failure& failure, bool json);

/// That nobody is there, in the words of the contract.
Failure no_agent(const AgentTarget& agent);

/// Connects to the agent's daemon; with `dead_too`, also to a reader of the journal that it has
/// left.
std::expected<control::Client, Failure> open_agent(const AgentTarget& agent, bool dead_too = false);

/// Prints the `B` frames of an answer as they come, up to its end.
std::expected<void, Failure> print_answer(control::Client& client, const std::string& session);

} // namespace kept::cli
