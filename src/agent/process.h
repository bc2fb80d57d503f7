#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/bounded_log.h"
#include "agent/log_lines.h"
#include "os/spawn.h"
#include "session/loop.h"

namespace kept::agent {

/// An agent's process with all that it has started, under a guard (os/guard.h), and its output,
/// which is always read and kept in a log.
class Process {
public:
    struct Calls {
        /// One line of its output.
        std::function<void(std::string line)> line;
        /// It has ended, and so has all that it had started, save what the kernel cannot end; what
        /// it wrote last has been told before.
        std::function<void(os::ExitStatus)> exited;
    };

    Process(session::Loop& loop, BoundedLog& log, Calls calls);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    Process(Process&&) = delete;
    Process& operator=(Process&&) = delete;

    /// An error in words, or nothing.
    std::optional<std::string> start(const os::Command& command);

    [[nodiscard]] bool running() const { return child_.pid > 0; }
    [[nodiscard]] pid_t pid() const { return child_.pid; }

    /// Ctrl-C, to its whole group.
    void interrupt() const;

    /// Somebody of its processes has a handler for Ctrl-C, and so would do something about it
    /// before the end.
    [[nodiscard]] bool minds_interrupts() const;

    /// SIGKILL to it and everything that it has started, wherever that has moved to.
    void kill_all() const;

    /// True when that socket belongs to the agent or to a process that it has started.
    [[nodiscard]] bool owns_peer(int socket) const;

private:
    void drain();
    void on_guard();
    void finish();

    session::Loop& loop_;
    BoundedLog& log_;
    Calls calls_;
    LogLines lines_;
    os::GuardedChild child_;
    std::optional<os::ExitStatus> status_;
    session::WatchHandle output_watch_;
    session::WatchHandle guard_watch_;
    session::WatchHandle limit_;
};

} // namespace kept::agent
