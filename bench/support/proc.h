#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace kept::bench {

/// What /proc/PID/smaps_rollup says, in KiB.
struct Memory {
    double pss = 0;
    double pss_anonymous = 0;
    double pss_file = 0;
};

Memory memory_of(pid_t pid);

/// How often a process has been scheduled since it began: does not change while it is idle.
std::int64_t wakeups_of(pid_t pid);

std::vector<pid_t> children_of(pid_t parent);

/// "model name" of /proc/cpuinfo, the number of processors, memory and kernel.
std::string machine();

} // namespace kept::bench
