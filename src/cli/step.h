#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "cli/failure.h"
#include "cli/find_session.h"
#include "cli/verbs.h"
#include "control/client.h"

namespace kept::cli {

/// One request to a session and what becomes of its answer: a command of its own, or a line of
/// `k batch`.
struct Step {
    std::optional<std::string> session; ///< if one was named
    control::Request request;
    std::string bytes; ///< that follow the request
    Manner manner;

    /// Receives the answer and prints it; gives the exit code.
    std::function<int(control::Client& client, const Target& target)> take;
};

/// A step, or the exit code when the words were wrong and all has been said.
using ParsedStep = std::expected<Step, int>;

/// How steps are read from words. In a batch they speak JSON and name no session.
struct StepReading {
    bool in_batch = false;
};

ParsedStep send_step(const Verb& verb, Arguments arguments, StepReading reading);
ParsedStep screen_step(const Verb& verb, Arguments arguments, StepReading reading);
ParsedStep wait_step(const Verb& verb, Arguments arguments, StepReading reading);
ParsedStep resize_step(const Verb& verb, Arguments arguments, StepReading reading);

/// Finds the session, asks, and shows the answer; gives the exit code.
int carry_out(ParsedStep step);

/// The next answer; a refusal is a failure in words.
std::expected<control::Answer, Failure> next_answer(control::Client& client,
                                                    const std::string& session);

/// Receives an `ok` and says so, as `OK` or as {"session": …, "status": …}.
std::function<int(control::Client&, const Target&)> take_ok(Manner manner, std::string_view status);

} // namespace kept::cli
