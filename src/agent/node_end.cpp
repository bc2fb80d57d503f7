#include "agent/node_end.h"

#include <algorithm>
#include <fmt/format.h>

#include "integration/files.h"
#include "os/files.h"

namespace kept::agent {

void end_with_console_mode(os::Environment& environment, const std::string& directory,
                           const std::vector<std::string>& runtime_args) {
    constexpr const char* kOptions = "NODE_OPTIONS";
    constexpr std::string_view kScript = "agent.cjs";
    const std::string* found = os::find_variable(environment, kOptions);
    const std::string before = found == nullptr ? std::string() : *found;
    const auto restricts = [](const std::string& options) {
        return options.find("--permission") != std::string::npos ||
               options.find("--experimental-permission") != std::string::npos;
    };
    const std::string path = fmt::format("{}/{}", directory, kScript);
    // Node reads quotes and backslashes in its own way; such a directory is rare.
    if (restricts(before) || std::ranges::any_of(runtime_args, restricts) ||
        path.find_first_of("\"\\") != std::string::npos ||
        !os::replace_file(path, integration::file(kScript))) {
        return;
    }
    os::set_variable(environment, kOptions, fmt::format("{} --require \"{}\"", before, path));
}

} // namespace kept::agent
