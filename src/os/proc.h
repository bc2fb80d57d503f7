#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace kept::os {

/// Facts about processes from Linux's /proc (proc(5)). Each is empty when the kernel does not tell
/// us.

struct ProcessStat {
    pid_t pid = 0;
    pid_t parent = 0;
    pid_t group = 0;
    pid_t session = 0;
    char state = '?'; ///< R running, S sleeping, D disk, T stopped, t traced, Z zombie
    std::string name; ///< the kernel's 15 bytes of it
};

std::optional<ProcessStat> process_stat(pid_t pid);

/// How long ago a process was forked, in microseconds, as exact as the kernel's clock ticks (10
/// ms); nothing when it is gone (field 22 of /proc/PID/stat, proc(5)).
std::optional<std::int64_t> process_age_us(pid_t pid);

/// All living descendants of a process, itself first, parents before children; at most 4,096.
std::vector<ProcessStat> process_tree(pid_t root);

/// The processes of that group, wherever they stand in the tree; looks at all there are.
std::vector<ProcessStat> group_members(pid_t group);

/// The processes whose session (setsid) is `session`, wherever they have been reparented to.
std::vector<pid_t> session_members(pid_t session);

std::optional<std::string> working_directory(pid_t pid);
std::optional<std::string> executable(pid_t pid);

/// How often a thread of a process has gone to sleep of its own accord; 0 when that is not to be
/// told.
std::uint64_t wakeups(pid_t pid, pid_t thread);

/// How often all threads of a process have left the processor: while this stays the same, none of
/// them has run. Told of other users' processes too; empty when it is not to be told.
std::optional<std::uint64_t> switches(pid_t pid);

/// True when a process has a handler of its own for a signal; false also when it is gone.
bool catches(pid_t pid, int signal);

/// The arguments of a process, each ended by a NUL byte.
std::string command_line(pid_t pid);

/// Command name as `ps -o comm` shows it.
std::string process_name(pid_t pid);

/// What a sleeping thread waits for.
enum class Wait {
    unknown,   ///< not to be told: no permission, or not asleep
    terminal,  ///< input on the terminal, and nothing else from outside
    mixed,     ///< the terminal or something else (a socket, a pipe, changed files)
    pipe,      ///< what another process writes into a pipe, or takes out of it
    dependent, ///< another thread, a child or a signal: it goes on when others do
    elsewhere, ///< something else, which may come at any time: the network, a clock, a disk
    running,   ///< not asleep
};

struct ThreadWait {
    pid_t thread = 0;
    Wait wait = Wait::unknown;
    bool read_call = false; ///< it is in read(2), not asking for the first of several things
    /// It wakes up by itself this long after it has gone to sleep.
    std::optional<std::int64_t> timeout_ms;
};

/// What the threads of a process wait for, one entry a thread. `terminal` names the slave
/// (/dev/pts/N): a blocked read(2), poll(2), select(2) or epoll_wait(2) on a descriptor of it
/// counts as waiting for input.
std::vector<ThreadWait> thread_waits(pid_t pid, const std::string& terminal);

} // namespace kept::os
