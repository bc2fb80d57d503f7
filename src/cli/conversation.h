#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <re2/re2.h>
#include <string>
#include <vector>

namespace kept::cli {

/// A tool that must have been called, with at least these arguments.
struct ExpectedCall {
    std::string name;
    nlohmann::json arguments; ///< null: any
};

/// What a turn has to be like. An error fails it unless one is expected.
struct Expectations {
    std::vector<std::string> contains;
    std::vector<std::string> lacks;
    std::vector<std::shared_ptr<const re2::RE2>> matches;
    std::vector<ExpectedCall> calls;
    bool no_calls = false;
    std::optional<std::string> handoff;
    std::optional<bool> silent;
    std::optional<std::string> error; ///< a part of it; empty: any
    std::optional<double> within_s;
};

struct TestTurn {
    int line = 0; ///< where it begins in the file, from 1
    std::string say;
    Expectations expect;
};

/// One file of `k agent test`.
struct Conversation {
    std::string file;
    std::string entrypoint; ///< empty: look for one
    std::vector<TestTurn> turns;
};

/// Reads a conversation; otherwise `FILE:LINE: what is wrong`. An entrypoint named in it is
/// relative to the file.
std::expected<Conversation, std::string> load_conversation(const std::string& file);

/// How a turn came out.
struct TurnOutcome {
    bool ran = false;
    nlohmann::ordered_json result; ///< what `say --json` printed; an empty object if nothing
    std::int64_t duration_ms = 0;
    std::vector<std::string> failures;
};

struct Outcome {
    std::string error; ///< why the agent did not start, or did not stop
    std::int64_t duration_ms = 0;
    std::vector<TurnOutcome> turns; ///< as many as the conversation has

    [[nodiscard]] bool passed() const;
    [[nodiscard]] std::size_t failed_turns() const;
};

struct RunOptions {
    std::string entrypoint; ///< for files that name none
    std::int64_t turn_limit_s = 120;
    std::int64_t grace_s = 0; ///< for the agent's shutdown callbacks
    int stop = -1;            ///< a descriptor, readable once no further turn is to begin; -1: none
};

/// Runs a conversation against an agent of its own: starts it, takes the turns, stops it. Blocks;
/// several may run in threads of one process.
Outcome run_conversation(const Conversation& conversation, const RunOptions& options);

/// Whether everything is to stop.
bool is_stopped(const RunOptions& options);

/// What is wrong with a turn, by what `say --json` printed about it; empty when nothing is.
std::vector<std::string> judge(const Expectations& expect, const nlohmann::ordered_json& result,
                               std::int64_t duration_ms);

/// The paragraph about one file; the object with all files; a JUnit document with a suite per file.
std::string report_text(const Conversation& conversation, const Outcome& outcome);
std::string report_json(const std::vector<Conversation>& conversations,
                        const std::vector<Outcome>& outcomes);
std::string report_junit(const std::vector<Conversation>& conversations,
                         const std::vector<Outcome>& outcomes);

} // namespace kept::cli
