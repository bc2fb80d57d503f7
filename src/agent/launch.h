#pragma once

#include "agent/project.h"
#include "base/error.h"

#include <compare>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kept::agent {

enum class LaunchError {
    runtime_missing, ///< no node, uv or python to run it with
    runtime_too_old, ///< Node.js cannot run TypeScript
    sdk_missing,     ///< the agents SDK is not installed in the project
    sdk_too_old,     ///< it is, without console mode
    not_synced,      ///< a uv project whose environment does not exist
};

/// What is looked at besides the project's files.
struct LaunchEnvironment {
    std::string path;                   ///< PATH
    std::string virtual_env;            ///< VIRTUAL_ENV
    std::string uv_project_environment; ///< UV_PROJECT_ENVIRONMENT
    /// Runs a short command in a directory and returns its standard output, or nothing when it
    /// cannot be run or fails. Called only where the files do not say it.
    std::function<std::optional<std::string>(const std::vector<std::string>& argv,
                                             const std::filesystem::path& directory)>
        query;
};

/// Everything needed to start the agent but the address.
struct Launch {
    std::vector<std::string> argv; ///< ends in `--connect-addr`; the address follows
    std::filesystem::path directory;
};

/// Checks that the project can run and says how. `runtime_args` go to the interpreter.
base::Result<Launch, LaunchError> prepare_launch(const Project& project,
                                                 const LaunchEnvironment& environment,
                                                 const std::vector<std::string>& runtime_args);

/// A version by its numbers; what follows them (`rc1`, `-beta.2`) is dropped.
struct Version {
    int major = 0;
    int minor = 0;
    int patch = 0;
    auto operator<=>(const Version&) const = default;
};

/// `v22.6.0`, `1.6`, `1.6.0rc1`; nothing without a leading number.
std::optional<Version> parse_version(std::string_view text);

/// The file that a command of this name would run, or nothing.
std::optional<std::filesystem::path> find_program(std::string_view name, std::string_view path);

/// The interpreter of a project without uv: $VIRTUAL_ENV, .venv here or above, venv, python3,
/// python.
std::optional<std::filesystem::path> find_python(const Project& project,
                                                 const LaunchEnvironment& environment);

/// The version of a distribution installed in the environment of `python` (`…/bin/python`), from
/// the names in its site-packages; nothing when it is not there.
std::optional<std::string> installed_version(const std::filesystem::path& environment,
                                             std::string_view distribution);

} // namespace kept::agent
