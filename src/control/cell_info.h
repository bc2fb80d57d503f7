#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kept::control {

enum class CellState { running, waiting, done, error };

/// Which evidence ended a cell's frame.
enum class Completion { none, marks, prompt, hook, quiet, repeat, exit, response };

/// What kind of input a program waits for.
/// `stopped` is none: the program was stopped by a signal and does nothing until it is continued.
enum class InputKind { line, password, key, screen, continuation, repl, stopped };

/// How we know that it waits.
enum class Evidence { marks, kernel, quiet };

struct InputInfo {
    InputKind kind = InputKind::line;
    std::string prompt; ///< the text before the cursor
    std::string process;
    int pid = 0;
    Evidence evidence = Evidence::kernel;

    friend bool operator==(const InputInfo&, const InputInfo&) = default;
};

/// A stretch of a session's output, as offsets of its first byte and just past its last.
struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;

    [[nodiscard]] std::uint64_t size() const { return end - begin; }
    friend bool operator==(const Range&, const Range&) = default;
};

/// What is known of one cell.
struct CellInfo {
    std::string id;
    CellState state = CellState::running;
    bool timed_out = false;
    bool timeout_reported = false; ///< a caller has been told of the timeout before
    std::string error;             ///< why, in state error
    std::optional<int> exit_code;
    std::string cwd;
    Completion completion = Completion::none;
    std::int64_t fired_us = 0; ///< Unix time
    std::int64_t duration_us = 0;
    std::optional<InputInfo> input;
    /// Where its output stands in the session's; more than one piece when prompts and echoed lines
    /// lie between.
    std::vector<Range> output;
    std::uint64_t dropped = 0; ///< bytes of it that the bounded journal no longer has
    std::string code;          ///< how it begins, at most kCodePreview characters

    [[nodiscard]] std::uint64_t output_bytes() const {
        std::uint64_t sum = 0;
        for (const Range& piece : output) {
            sum += piece.size();
        }
        return sum;
    }

    [[nodiscard]] bool ended() const {
        return state == CellState::done || state == CellState::error;
    }
};

inline constexpr std::size_t kCodePreview = 200;

std::string_view to_string(CellState state);
std::string_view to_string(Completion completion);
std::string_view to_string(InputKind kind);
std::string_view to_string(Evidence evidence);

} // namespace kept::control
