#pragma once

#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "os/errors.h"

namespace kept::os {

using Environment = std::vector<std::pair<std::string, std::string>>;

/// This process's environment.
Environment current_environment();

/// Sets, or replaces, one variable.
void set_variable(Environment& environment, const std::string& name, const std::string& value);
void unset_variable(Environment& environment, const std::string& name);
[[nodiscard]] const std::string* find_variable(const Environment& environment,
                                               const std::string& name);

struct Command {
    std::vector<std::string> argv; ///< argv[0] is looked up in the environment's PATH
    Environment environment;
    std::string cwd;
    std::string program = {}; ///< what is executed, when that is not argv[0]
};

/// A child process and a pidfd(2) that becomes readable when it has ended.
struct Child {
    pid_t pid = -1;
    base::Fd pidfd;
};

/// A pidfd(2) of a child that was started in another way; invalid when there can be none.
base::Fd watch_child(pid_t pid);

/// How a child ended; exactly one of both is set.
struct ExitStatus {
    int code = 0;
    int signal = 0;
};

/// Starts a program as the leader of a new session whose controlling terminal, standard input,
/// output and error are `slave`, with default signals and no other descriptor. Fails when the
/// program cannot be executed.
Result<Child> spawn_on_terminal(const Command& command, int slave);

/// A child whose standard input is ours to write (non-blocking); its output goes nowhere.
struct ChildWithInput {
    Child child;
    base::Fd input;
};

Result<ChildWithInput> spawn_with_input(const Command& command);

/// A child whose standard output and error are ours to read (non-blocking, one pipe); its input is
/// empty. It leads a session of its own, and is killed when this process ends, however that happens
/// (PR_SET_PDEATHSIG, prctl(2)).
struct ChildWithOutput {
    Child child;
    base::Fd output;
};

Result<ChildWithOutput> spawn_with_output(const Command& command);

/// A child with these descriptors as its standard streams. It leads a session of its own, and is
/// killed when this process ends, however that happens.
Result<Child> spawn_with_streams(const Command& command, int input, int output, int error);

/// A program under a *guard*: a process of its own between us and the program, which ends the
/// program and all that it has started as soon as we are gone or say so (os/guard.h).
struct GuardedChild {
    pid_t pid = -1;   ///< of the program, which leads a session of its own
    pid_t guard = -1; ///< our child
    base::Fd control; ///< to the guard, non-blocking
    base::Fd output;  ///< the program's standard output and error, non-blocking
};

/// Like spawn_with_output, with a guard.
Result<GuardedChild> spawn_guarded(const Command& command);

/// Collects a child that has ended; waits for it.
ExitStatus reap(pid_t pid);

/// The status that wait(2) gives, in words of ours.
ExitStatus exit_status(int wait_status);

/// Starts `argv` (argv[0] a path) in a session of its own, away from the caller's terminal:
/// standard streams are /dev/null, `log` (or /dev/null when negative) for standard error, and
/// `passed[i]` becomes descriptor 3 + i.
Result<pid_t> spawn_detached(const std::vector<std::string>& argv, const std::vector<int>& passed,
                             int log);

/// Path of this executable, fit for exec(3) even when the file was replaced meanwhile.
std::string own_executable();

} // namespace kept::os
