#pragma once

#include <functional>
#include <string>

namespace kept::bench {

/// Calls `measure` in a process of its own with a fresh private directory, and afterwards, however
/// that process ended (a signal to either of them included), kills every process that it left
/// behind and removes the directory. Returns the exit code: what `measure` returned, or 1.
/// Linux only: orphans are collected with PR_SET_CHILD_SUBREAPER, prctl(2).
int in_sandbox(const std::function<int(const std::string& directory)>& measure);

} // namespace kept::bench
