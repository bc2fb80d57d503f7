#pragma once

#include <string>
#include <vector>

namespace kept::bench {

/// A command that writes much, and how much it writes into a pipe.
struct Workload {
    std::string name;
    std::string command;
};

/// The streams whose throughput is measured; makes the file that one of them reads.
std::vector<Workload> workloads(const std::string& directory);

} // namespace kept::bench
