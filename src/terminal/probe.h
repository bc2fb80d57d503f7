#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>

#include "control/cell_info.h"
#include "os/pty.h"

namespace kept::terminal {

/// What the kernel tells about the program in a terminal's foreground.
struct Stillness {
    enum class Verdict {
        busy,    ///< it computes, sleeps, or waits for something else
        reading, ///< it is blocked until something is typed
        unknown, ///< the kernel does not tell us
    };
    Verdict verdict = Verdict::unknown;
    bool own = false;      ///< the program that the session started is in the foreground itself
    bool replaced = false; ///< … and has replaced itself by another (exec)
    os::LineMode mode;
    pid_t pid = 0;            ///< of the reader
    bool started_one = false; ///< the reader is the program that the session started
    std::string process;
    std::uint64_t wakeups =
        0;              ///< of the reader so far: it has not run at all while this stays the same
    bool timed = false; ///< it will go on by itself after a time
};

/// Looks at the foreground of a terminal.
class Probe {
public:
    /// `child` is the program that the session started.
    Probe(const os::Pty& pty, pid_t child);

    [[nodiscard]] Stillness look() const;

private:
    const os::Pty& pty_;
    pid_t child_;
    std::string command_line_; ///< of the child as it was started
};

} // namespace kept::terminal
