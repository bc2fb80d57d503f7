#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kept::control {

/// What `wait` can wait for.
enum class WaitKind {
    text,    ///< stands on the screen, or has gone by in a line since
    regex,   ///< the same, of a match within one line
    gone,    ///< is not on the screen
    idle,    ///< nothing written for so long
    stable,  ///< the screen has shown the same for so long
    cursor,  ///< is there
    exit,    ///< the program has ended
    cell,    ///< has ended
    waiting, ///< the active cell waits for input
};

struct WaitCondition {
    WaitKind kind = WaitKind::text;
    std::string text;    ///< text, regex, gone: what; cell: its id, or empty for the latest
    std::int64_t ms = 0; ///< idle, stable
    int x = 0;           ///< cursor
    int y = 0;

    friend bool operator==(const WaitCondition&, const WaitCondition&) = default;
};

inline constexpr std::size_t kMostConditions = 64;

struct WaitRequest {
    std::vector<WaitCondition> conditions;
    bool any = false; ///< one of them is enough
    std::int64_t timeout_ms = 30'000;
};

/// How one condition stood at the end.
struct WaitOutcome {
    bool met = false;
    std::string line; ///< that matched; waiting: the prompt
    std::optional<int> row;
};

struct WaitInfo {
    bool met = false;
    std::int64_t waited_ms = 0;
    std::vector<WaitOutcome> outcomes; ///< in the order of the conditions
    std::optional<int> exit_code;      ///< of the program, when it has ended
    std::optional<int> signal;
};

/// Several requests in one: their frames, one behind the other, in the `B` frames that follow.
struct BatchRequest {
    std::size_t bytes = 0;
    bool keep_going = false; ///< also after a step that failed
};

/// Ends the answers of one step of a batch.
struct StepEnd {
    bool failed = false;
    bool stopped = false; ///< no further step is carried out
};

} // namespace kept::control
