#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

#include "control/cell_info.h"
#include "os/proc.h"
#include "os/pty.h"

namespace kept::terminal {

/// What the kernel tells about the program in a terminal's foreground.
struct Stillness {
    enum class Verdict {
        busy,    ///< it computes, sleeps, or waits for something else
        reading, ///< it is blocked until something is typed, or until what the doubts below say
        stopped, ///< it has been stopped, and nobody is about to continue it
        unknown, ///< the kernel does not tell us
    };
    Verdict verdict = Verdict::unknown;
    bool own = false;      ///< the program that the session started is in the foreground itself
    bool replaced = false; ///< … and has replaced itself by another (exec)
    os::LineMode mode;
    pid_t pid = 0;            ///< of the reader
    bool started_one = false; ///< the reader is the program that the session started
    pid_t thread = 0;
    std::string process;
    std::uint64_t wakeups =
        0; ///< of the reading thread so far: it has not run at all while this stays the same

    // Doubts about `reading`
    std::optional<std::int64_t> timeout_ms; ///< it will go on by itself after a time
    bool company = false;                   ///< others of the foreground may be working
    [[nodiscard]] bool doubtful() const { return timeout_ms || company; }

    /// With `unknown`: it reads the terminal, but other things that come from outside wake it too.
    bool mixed = false;

    /// How often anything of the foreground has left the processor; only where there is a doubt.
    std::optional<std::uint64_t> activity;

    bool certain = false; ///< that it waits: see Certainty
    [[nodiscard]] bool at_input() const { return verdict == Verdict::reading; }
};

/// Looks at the foreground of a terminal.
class Probe {
public:
    /// `child` is the program that the session started.
    Probe(const os::Pty& pty, pid_t child);

    [[nodiscard]] Stillness look() const;

private:
    struct Findings;
    void look_into(const os::ProcessStat& process, Findings& found) const;
    void judge(Stillness& still, const Findings& found) const;

    const os::Pty& pty_;
    pid_t child_;
    std::string command_line_; ///< of the child as it was started
};

} // namespace kept::terminal
