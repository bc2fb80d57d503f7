#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace kept::agent {

/// Runs a short command in a directory and gives its standard output; nothing when it cannot be
/// run, fails, or takes longer than a few seconds. Blocks.
std::optional<std::string> query_command(const std::vector<std::string>& argv,
                                         const std::filesystem::path& directory);

} // namespace kept::agent
