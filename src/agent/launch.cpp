#include "agent/launch.h"

#include "agent/package_json.h"

#include <charconv>
#include <fmt/format.h>
#include <unistd.h>

namespace kept::agent {

namespace fs = std::filesystem;

namespace {

using Result = base::Result<Launch, LaunchError>;
using Check = base::Result<void, LaunchError>;

/// The first Node.js that runs TypeScript by --experimental-strip-types.
constexpr Version kNodeForTypescript{22, 6, 0};
/// The first livekit-agents whose console mode dials out.
constexpr Version kPythonSdk{1, 6, 0};

/// A link in a virtual environment may point to nowhere: only what can be run counts.
bool is_executable(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

std::optional<fs::path> find_upwards(fs::path directory, const fs::path& name) {
    while (true) {
        std::error_code error;
        if (fs::exists(directory / name, error)) {
            return directory / name;
        }
        const fs::path parent = directory.parent_path();
        if (parent == directory || parent.empty()) {
            return std::nullopt;
        }
        directory = parent;
    }
}

std::optional<std::string> query(const LaunchEnvironment& environment,
                                 const std::vector<std::string>& argv, const fs::path& directory) {
    return environment.query ? environment.query(argv, directory) : std::nullopt;
}

std::string trimmed(std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) {
        return {};
    }
    return std::string(text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1));
}

Check check_node_version(const Project& project, const LaunchEnvironment& environment,
                         const fs::path& node) {
    const std::string text =
        trimmed(query(environment, {node.string(), "--version"}, project.root).value_or(""));
    const auto version = parse_version(text);
    if (!version || *version < kNodeForTypescript) {
        return base::fail(LaunchError::runtime_too_old,
                          fmt::format("{} is TypeScript, which needs Node.js 22.6 or newer, and {} "
                                      "is {}; build it to JavaScript or install a newer Node.js",
                                      project.entrypoint.string(), node.string(),
                                      text.empty() ? "of an unknown version" : text));
    }
    return {};
}

Check check_node_sdk(const Project& project) {
    const auto package = find_upwards(project.root, "node_modules/@livekit/agents/package.json");
    if (!package) {
        return base::fail(LaunchError::sdk_missing,
                          fmt::format("@livekit/agents is not installed in {}: run `npm install "
                                      "@livekit/agents` there (or install the project's packages)",
                                      project.root.string()));
    }
    // No release number says it: console mode came to the package at different times than to its
    // documentation. Its command line does.
    const fs::path dist = package->parent_path() / "dist";
    const std::string cli = read_small_file(dist / "cli.js").value_or("");
    if (cli.find("connect-addr") == std::string::npos &&
        cli.find("connectAddr") == std::string::npos) {
        const auto json = read_package_json(*package);
        return base::fail(
            LaunchError::sdk_too_old,
            fmt::format("@livekit/agents {} in {} has no console mode: run `npm install "
                        "@livekit/agents@latest`",
                        json ? json->version : "(unknown version)", project.root.string()));
    }
    return {};
}

Result launch_node(const Project& project, const LaunchEnvironment& environment,
                   const std::vector<std::string>& runtime_args) {
    const auto node = find_program("node", environment.path);
    if (!node) {
        return base::fail(LaunchError::runtime_missing,
                          "node not found in PATH: a Node.js agent needs Node.js");
    }
    if (project.is_typescript()) {
        if (const auto check = check_node_version(project, environment, *node); !check) {
            return std::unexpected(check.error());
        }
    }
    if (const auto check = check_node_sdk(project); !check) {
        return std::unexpected(check.error());
    }
    Launch launch{{node->string()}, project.root};
    if (project.is_typescript()) {
        launch.argv.emplace_back("--experimental-strip-types");
    }
    launch.argv.insert(launch.argv.end(), runtime_args.begin(), runtime_args.end());
    launch.argv.insert(launch.argv.end(),
                       {project.entrypoint.string(), "console", "--connect-addr"});
    return launch;
}

Check check_python_sdk(const Project& project, const std::string& version,
                       std::string_view remedy) {
    if (version.empty()) {
        return base::fail(LaunchError::sdk_missing,
                          fmt::format("livekit-agents is not installed for {}: run `{}`",
                                      project.root.string(), remedy));
    }
    const auto parsed = parse_version(version);
    if (!parsed || *parsed < kPythonSdk) {
        return base::fail(LaunchError::sdk_too_old,
                          fmt::format("livekit-agents {} is too old, console mode needs 1.6.0 or "
                                      "newer: run `{}`",
                                      version, remedy));
    }
    return {};
}

void add_python_command(Launch& launch, const Project& project,
                        const std::vector<std::string>& runtime_args) {
    launch.argv.insert(launch.argv.end(), runtime_args.begin(), runtime_args.end());
    launch.argv.insert(launch.argv.end(), {"-m", "livekit.agents", "console",
                                           project.entrypoint.string(), "--connect-addr"});
}

Result launch_uv(const Project& project, const LaunchEnvironment& environment,
                 const std::vector<std::string>& runtime_args) {
    const auto uv = find_program("uv", environment.path);
    if (!uv) {
        return base::fail(LaunchError::runtime_missing,
                          fmt::format("uv not found in PATH, and {} is a uv project: install uv",
                                      project.root.string()));
    }
    fs::path venv = project.root / ".venv";
    if (!environment.uv_project_environment.empty()) {
        venv = project.root / environment.uv_project_environment;
    } else if (const auto above = find_upwards(project.root, ".venv")) {
        venv = *above; // a member of a uv workspace
    }
    if (!is_executable(venv / "bin/python")) {
        return base::fail(LaunchError::not_synced,
                          fmt::format("the uv project in {} is not synced, {} does not exist: run "
                                      "`uv sync` there",
                                      project.root.string(), venv.string()));
    }
    const std::string version = installed_version(venv, "livekit_agents").value_or("");
    if (const auto check = check_python_sdk(
            project, version, version.empty() ? "uv sync" : "uv add 'livekit-agents>=1.6'");
        !check) {
        return std::unexpected(check.error());
    }
    Launch launch{{uv->string(), "run", "--no-sync", "python"}, project.root};
    add_python_command(launch, project, runtime_args);
    return launch;
}

Result launch_pip(const Project& project, const LaunchEnvironment& environment,
                  const std::vector<std::string>& runtime_args) {
    const auto python = find_python(project, environment);
    if (!python) {
        return base::fail(
            LaunchError::runtime_missing,
            fmt::format("no Python found for {}: neither $VIRTUAL_ENV, .venv nor venv, nor python3 "
                        "in PATH",
                        project.root.string()));
    }
    std::optional<std::string> version =
        installed_version(python->parent_path().parent_path(), "livekit_agents");
    if (!version) {
        // Not in the interpreter's own site-packages; it may still be on its path.
        version = query(environment,
                        {python->string(), "-c",
                         "import importlib.metadata as m; print(m.version('livekit-agents'))"},
                        project.root);
    }
    const std::string remedy =
        fmt::format("{} -m pip install 'livekit-agents>=1.6'", python->string());
    if (const auto check = check_python_sdk(project, trimmed(version.value_or("")), remedy);
        !check) {
        return std::unexpected(check.error());
    }
    Launch launch{{python->string()}, project.root};
    add_python_command(launch, project, runtime_args);
    return launch;
}

} // namespace

Result prepare_launch(const Project& project, const LaunchEnvironment& environment,
                      const std::vector<std::string>& runtime_args) {
    switch (project.type) {
    case ProjectType::node:
        return launch_node(project, environment, runtime_args);
    case ProjectType::uv:
        return launch_uv(project, environment, runtime_args);
    case ProjectType::pip:
        break;
    }
    return launch_pip(project, environment, runtime_args);
}

std::optional<Version> parse_version(std::string_view text) {
    if (text.starts_with('v')) {
        text.remove_prefix(1);
    }
    Version version;
    int* const parts[] = {&version.major, &version.minor, &version.patch};
    for (std::size_t i = 0; i < std::size(parts); ++i) {
        const auto [end, error] =
            std::from_chars(text.data(), text.data() + text.size(), *parts[i]);
        if (error != std::errc()) {
            return i == 0 ? std::nullopt : std::optional(version);
        }
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (!text.starts_with('.')) {
            break;
        }
        text.remove_prefix(1);
    }
    return version;
}

std::optional<fs::path> find_program(std::string_view name, std::string_view path) {
    while (!path.empty()) {
        const std::size_t end = path.find(':');
        const std::string_view directory = path.substr(0, end);
        // An empty entry means the current directory: nothing to run an agent with.
        if (!directory.empty() && is_executable(fs::path(directory) / name)) {
            return fs::path(directory) / name;
        }
        path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
    }
    return std::nullopt;
}

std::optional<fs::path> find_python(const Project& project, const LaunchEnvironment& environment) {
    if (!environment.virtual_env.empty()) {
        fs::path python = fs::path(environment.virtual_env) / "bin/python";
        if (is_executable(python)) {
            return python;
        }
    }
    if (const auto uv = find_program("uv", environment.path)) {
        fs::path python =
            trimmed(query(environment, {uv->string(), "python", "find", "--offline"}, project.root)
                        .value_or(""));
        std::error_code error;
        if (is_executable(python) &&
            fs::exists(python.parent_path().parent_path() / "pyvenv.cfg", error)) {
            return python;
        }
    }
    if (const auto python = find_upwards(project.root, ".venv/bin/python");
        python && is_executable(*python)) {
        return python;
    }
    if (fs::path python = project.root / "venv/bin/python"; is_executable(python)) {
        return python;
    }
    if (auto python = find_program("python3", environment.path)) {
        return python;
    }
    return find_program("python", environment.path);
}

std::optional<std::string> installed_version(const fs::path& environment,
                                             std::string_view distribution) {
    const std::string prefix = fmt::format("{}-", distribution);
    constexpr std::string_view kSuffix = ".dist-info";
    std::error_code error;
    for (const auto& python : fs::directory_iterator(environment / "lib", error)) {
        std::error_code inner;
        for (const auto& entry : fs::directory_iterator(python.path() / "site-packages", inner)) {
            const std::string name = entry.path().filename().string();
            if (name.starts_with(prefix) && name.ends_with(kSuffix) &&
                name.size() > prefix.size() + kSuffix.size()) {
                return name.substr(prefix.size(), name.size() - prefix.size() - kSuffix.size());
            }
        }
    }
    return std::nullopt;
}

} // namespace kept::agent
