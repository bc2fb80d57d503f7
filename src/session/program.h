#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "control/messages.h"

namespace kept::session {

/// The interactive program behind a session, whatever its kind. It reports through its Session.
class Program {
public:
    virtual ~Program() = default;
    Program() = default;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    Program(Program&&) = delete;
    Program& operator=(Program&&) = delete;

    /// Called before a cell is fired. A cell that merely waits at the prompt of an inner program
    /// may be ended here; any other keeps its place. Refuses when code sent now would mix with what
    /// a person is typing.
    virtual std::expected<void, control::Refusal> make_room() { return {}; }

    /// Called before run(): an inner shell that the code is for is made to mark its prompts first.
    virtual void inject() {}

    /// What to answer to prompts of the cell that is fired next; refuses what it does not
    /// understand. No cell is active.
    virtual std::expected<void, control::Refusal>
    expect_prompts(const std::vector<control::PromptAnswer>& answers) {
        if (answers.empty()) {
            return {};
        }
        return std::unexpected(control::Refusal{control::ControlErrc::unsupported,
                                                "this kind of session asks no prompts", ""});
    }

    /// Hands over the code of the cell that has just become active.
    virtual void run(std::string code) = 0;

    /// Interrupts the active cell, or what runs without one; with `kill`, ends the foreground
    /// program by force.
    virtual std::expected<void, control::Refusal> interrupt(bool kill) = 0;

    /// Gets a wedged program back to its prompt and says how it went; false when this kind of
    /// program has none, or when it is being done already.
    // NOLINTNEXTLINE(performance-unnecessary-value-param): what overrides it keeps it
    virtual bool reset(std::function<void(control::ResetInfo)> /*done*/) { return false; }

    /// Types bytes as a person would.
    virtual std::expected<void, control::Refusal> type(std::string bytes) = 0;

    virtual void resize(int cols, int rows) = 0;

    /// Ends the program; Session::closed follows.
    virtual void terminate() = 0;
};

} // namespace kept::session
