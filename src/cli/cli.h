#pragma once

#include <string>
#include <vector>

namespace kept::cli {

/// `k`: the words behind the program's name; gives the exit code.
int k_main(const std::vector<std::string>& words);

/// `km`, the monitor.
int km_main(const std::vector<std::string>& words);

} // namespace kept::cli
