#include "agent/project.h"

#include "agent/package_json.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <vector>

namespace kept::agent {

namespace fs = std::filesystem;

namespace {

enum class Language { any, node, python };

constexpr std::array kNodeEntrypoints{"main.ts",      "main.js",      "src/main.ts",
                                      "src/main.js",  "agent.ts",     "agent.js",
                                      "src/agent.ts", "src/agent.js", "index.js"};
constexpr std::array kPythonEntrypoints{"agent.py", "src/agent.py", "main.py"};
constexpr std::array kNodeExtensions{".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"};
constexpr std::array kTypescriptExtensions{".ts", ".mts", ".cts"};

bool is_file(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

template <typename Names> bool has_extension(const fs::path& path, const Names& names) {
    return std::ranges::find(names, path.extension().string()) != names.end();
}

bool mentions_uv(const fs::path& pyproject) {
    const std::string text = read_small_file(pyproject).value_or("");
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = rest.find('\n');
        std::string_view line = rest.substr(0, end);
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        if (line.starts_with("[tool.uv]") || line.starts_with("[tool.uv.") ||
            line.starts_with("[[tool.uv.")) {
            return true;
        }
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return false;
}

std::optional<ProjectType> python_type(const fs::path& directory) {
    if (is_file(directory / "uv.lock")) {
        return ProjectType::uv;
    }
    if (is_file(directory / "poetry.lock") || is_file(directory / "Pipfile.lock") ||
        is_file(directory / "requirements.txt")) {
        return ProjectType::pip;
    }
    if (is_file(directory / "pyproject.toml")) {
        return mentions_uv(directory / "pyproject.toml") ? ProjectType::uv : ProjectType::pip;
    }
    return std::nullopt;
}

/// What the files of `directory` say, in order of preference.
std::vector<ProjectType> types_of(const fs::path& directory, Language language) {
    std::vector<ProjectType> types;
    if (language != Language::python && is_file(directory / "package.json")) {
        types.push_back(ProjectType::node);
    }
    if (language != Language::node) {
        if (const auto type = python_type(directory)) {
            types.push_back(*type);
        }
    }
    return types;
}

std::optional<fs::path> usual_entrypoint(const fs::path& root, ProjectType type) {
    const auto first_of = [&root](const auto& names) -> std::optional<fs::path> {
        const auto found =
            std::ranges::find_if(names, [&](const char* name) { return is_file(root / name); });
        return found == names.end() ? std::nullopt : std::optional<fs::path>(*found);
    };
    if (type != ProjectType::node) {
        return first_of(kPythonEntrypoints);
    }
    if (auto usual = first_of(kNodeEntrypoints)) {
        return usual;
    }
    const auto package = read_package_json(root / "package.json");
    if (package && !package->main.empty() && is_file(root / package->main)) {
        return fs::path(package->main).lexically_normal();
    }
    return std::nullopt;
}

/// Calls `visit` for `directory` and each one above it until it returns true.
template <typename Visit> bool walk_up(fs::path directory, Visit visit) {
    while (true) {
        if (visit(directory)) {
            return true;
        }
        const fs::path parent = directory.parent_path();
        if (parent == directory || parent.empty()) {
            return false;
        }
        directory = parent;
    }
}

fs::path relative_to(const fs::path& file, const fs::path& root) {
    const fs::path relative = file.lexically_relative(root);
    return relative.empty() || relative.begin()->string() == ".." ? file : relative;
}

base::Result<Project, ProjectError> project_of_file(const fs::path& file) {
    const bool node = has_extension(file, kNodeExtensions);
    if (!node && file.extension() != ".py") {
        return base::fail(ProjectError::unsupported_entrypoint,
                          fmt::format("cannot run {}: an agent's entrypoint is a .py, .js, .mjs, "
                                      ".cjs, .ts, .mts or .cts file",
                                      file.string()));
    }
    // Without any project file the entrypoint's own directory is the project.
    Project project{node ? ProjectType::node : ProjectType::pip, file.parent_path(), {}};
    walk_up(file.parent_path(), [&](const fs::path& directory) {
        const auto types = types_of(directory, node ? Language::node : Language::python);
        if (types.empty()) {
            return false;
        }
        project.type = types.front();
        project.root = directory;
        return true;
    });
    project.entrypoint = relative_to(file, project.root);
    return project;
}

base::Result<Project, ProjectError> project_of_directory(const fs::path& start) {
    std::optional<Project> project;
    const bool found = walk_up(start, [&](const fs::path& directory) {
        const auto types = types_of(directory, Language::any);
        for (const ProjectType type : types) {
            if (const auto entrypoint = usual_entrypoint(directory, type)) {
                project = Project{type, directory, *entrypoint};
                return true;
            }
        }
        if (!types.empty()) {
            project = Project{types.front(), directory, {}};
        }
        return !types.empty();
    });
    if (!found) {
        return base::fail(
            ProjectError::no_project,
            fmt::format("no agent project found in {} or above: no package.json, pyproject.toml, "
                        "uv.lock or requirements.txt; name the agent's file: "
                        "k agent start <entrypoint>",
                        start.string()));
    }
    if (project->entrypoint.empty()) {
        const bool node = project->type == ProjectType::node;
        return base::fail(
            ProjectError::no_entrypoint,
            fmt::format("no agent entrypoint found in {}: looked for {}{}; name the file: "
                        "k agent start <entrypoint>",
                        project->root.string(),
                        node ? fmt::format("{}", fmt::join(kNodeEntrypoints, ", "))
                             : fmt::format("{}", fmt::join(kPythonEntrypoints, ", ")),
                        node ? " and package.json \"main\"" : ""));
    }
    return *project;
}

} // namespace

std::string_view to_string(ProjectType type) {
    switch (type) {
    case ProjectType::node:
        return "node";
    case ProjectType::uv:
        return "uv";
    case ProjectType::pip:
        break;
    }
    return "pip";
}

bool Project::is_typescript() const {
    return has_extension(entrypoint, kTypescriptExtensions);
}

base::Result<Project, ProjectError> detect_project(const fs::path& cwd,
                                                   std::string_view entrypoint) {
    if (entrypoint.empty()) {
        return project_of_directory(cwd.lexically_normal());
    }
    const fs::path path = (cwd / entrypoint).lexically_normal();
    std::error_code error;
    if (fs::is_directory(path, error)) {
        return project_of_directory(path.has_filename() ? path : path.parent_path());
    }
    if (!is_file(path)) {
        return base::fail(ProjectError::entrypoint_not_found,
                          fmt::format("entrypoint file not found: {}", entrypoint));
    }
    return project_of_file(path);
}

std::string describe(const Project& project) {
    return fmt::format("Detected {} agent ({} in {})",
                       project.type == ProjectType::node ? "Node.js" : "Python",
                       project.entrypoint.string(), project.root.string());
}

} // namespace kept::agent
