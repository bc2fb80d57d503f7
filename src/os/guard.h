#pragma once

#include <functional>
#include <string_view>
#include <sys/types.h>

namespace kept::os {

/// The guard of a program (spawn_guarded): the same binary, run as `kept guard PID` between a
/// daemon and the program. Whatever the program starts becomes a child of the guard when it is left
/// behind, also out of a session of its own, so nothing can get away. Its packets on kGuardControl:
/// to the daemon, the program's pid at the start and its wait(2) status at its end; from the
/// daemon, signals for the program's process group. All are one `int`. When the other end is
/// closed, in whatever way, it kills everything, and ends.
inline constexpr int kGuardControl = 3;

/// What `kept guard PID` does; returns the exit code.
int guard_main(std::string_view program);

/// Kills all processes that this one has started or inherited, and returns when they are dead.
/// `ended` is called with each child's pid and wait(2) status.
void end_descendants(const std::function<void(pid_t, int)>& ended);

} // namespace kept::os
