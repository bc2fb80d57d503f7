#pragma once

#include "base/error.h"

#include <filesystem>
#include <string_view>

namespace kept::agent {

/// How an agent's project is run.
enum class ProjectType {
    node,
    uv,  ///< Python, by `uv run`
    pip, ///< Python, by the interpreter of its environment
};

std::string_view to_string(ProjectType type);

enum class ProjectError {
    entrypoint_not_found,   ///< the file that was asked for does not exist
    unsupported_entrypoint, ///< neither Python nor JavaScript
    no_project,             ///< nothing here says what it is
    no_entrypoint,          ///< none of the usual files exists
};

struct Project {
    ProjectType type = ProjectType::node;
    std::filesystem::path root;       ///< absolute; the agent's working directory
    std::filesystem::path entrypoint; ///< relative to `root` when inside it

    bool is_typescript() const;
};

/// Finds the project of `entrypoint` (a file or a directory, relative to `cwd`), or of `cwd` when
/// it is empty, walking up from there. A `.py` or JavaScript entrypoint decides the language in a
/// repository that has both.
base::Result<Project, ProjectError> detect_project(const std::filesystem::path& cwd,
                                                   std::string_view entrypoint);

/// `Detected Node.js agent (agent.js in DIR)`.
std::string describe(const Project& project);

} // namespace kept::agent
