#include "agent/launch.h"
#include "agent/project.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>

namespace kept::agent {
namespace {

namespace fs = std::filesystem;

class AgentProject : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "kept-project-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        root_ = fs::canonical(pattern);
    }
    void TearDown() override { fs::remove_all(root_); }

    void write(const std::string& name, const std::string& text = "") const {
        fs::create_directories((root_ / name).parent_path());
        std::ofstream(root_ / name) << text;
    }

    void write_program(const std::string& name) const {
        write(name, "#!/bin/sh\n");
        fs::permissions(root_ / name, fs::perms::owner_all);
    }

    void write_node_sdk(const std::string& cli = "--connect-addr") const {
        write("node_modules/@livekit/agents/package.json", R"({"version": "1.9.0"})");
        write("node_modules/@livekit/agents/dist/cli.js", cli);
    }

    void write_venv(const std::string& name, const std::string& version) const {
        write_program(name + "/bin/python");
        fs::create_directories(root_ / name / "lib/python3.11/site-packages" /
                               ("livekit_agents-" + version + ".dist-info"));
    }

    LaunchEnvironment environment() const {
        LaunchEnvironment result;
        result.path = ":/nonexistent:" + (root_ / "bin").string();
        return result;
    }

    fs::path root_;
};

TEST_F(AgentProject, ByFile) {
    write("package.json", "{}");
    write("agent.js");
    const auto project = detect_project(root_, "");
    ASSERT_TRUE(project.has_value());
    EXPECT_EQ(project->type, ProjectType::node);
    EXPECT_EQ(project->root, root_);
    EXPECT_EQ(project->entrypoint, "agent.js");
    EXPECT_EQ(describe(*project), "Detected Node.js agent (agent.js in " + root_.string() + ")");
}

TEST_F(AgentProject, PythonKinds) {
    const std::vector<std::tuple<std::string, std::string, ProjectType>> cases{
        {"uv.lock", "", ProjectType::uv},
        {"poetry.lock", "", ProjectType::pip},
        {"Pipfile.lock", "", ProjectType::pip},
        {"requirements.txt", "", ProjectType::pip},
        {"pyproject.toml", "[project]\n", ProjectType::pip},
        {"pyproject.toml", "[project]\n  [tool.uv]\n", ProjectType::uv},
        {"pyproject.toml", "[tool.uv.sources]\n", ProjectType::uv},
        {"pyproject.toml", "# not [tool.uv]\n", ProjectType::pip},
    };
    int number = 0;
    for (const auto& [file, text, type] : cases) {
        const std::string directory = "p" + std::to_string(number++);
        write(directory + "/" + file, text);
        write(directory + "/agent.py");
        const auto project = detect_project(root_ / directory, "");
        ASSERT_TRUE(project.has_value()) << file;
        EXPECT_EQ(project->type, type) << file << ": " << text;
        EXPECT_TRUE(describe(*project).starts_with("Detected Python agent (agent.py in "));
    }
}

TEST_F(AgentProject, WalksUp) {
    write("package.json", "{}");
    write("src/agent.ts");
    fs::create_directories(root_ / "src/deep");
    const auto here = detect_project(root_ / "src/deep", "");
    ASSERT_TRUE(here.has_value());
    EXPECT_EQ(here->root, root_);
    EXPECT_EQ(here->entrypoint, "src/agent.ts");
    EXPECT_TRUE(here->is_typescript());
    const auto file = detect_project(root_ / "src/deep", "../agent.ts");
    ASSERT_TRUE(file.has_value());
    EXPECT_EQ(file->root, root_);
    EXPECT_EQ(file->entrypoint, "src/agent.ts");
}

TEST_F(AgentProject, EntrypointDecidesInAMixedRepository) {
    write("package.json", "{}");
    write("uv.lock");
    write("agent.py");
    write("index.js");
    EXPECT_EQ(detect_project(root_, "agent.py")->type, ProjectType::uv);
    EXPECT_EQ(detect_project(root_, "index.js")->type, ProjectType::node);
    EXPECT_EQ(detect_project(root_, "")->type, ProjectType::node);
    fs::remove(root_ / "index.js");
    const auto fallback = detect_project(root_, "");
    ASSERT_TRUE(fallback.has_value());
    EXPECT_EQ(fallback->type, ProjectType::uv);
    EXPECT_EQ(fallback->entrypoint, "agent.py");
}

TEST_F(AgentProject, OrderOfNodeEntrypoints) {
    write("package.json", R"({"main": "./lib/../lib/start.js"})");
    write("lib/start.js");
    EXPECT_EQ(detect_project(root_, "")->entrypoint, "lib/start.js");
    for (const char* name : {"index.js", "src/agent.js", "src/agent.ts", "agent.js", "agent.ts",
                             "src/main.js", "src/main.ts", "main.js", "main.ts"}) {
        write(name);
        EXPECT_EQ(detect_project(root_, "")->entrypoint, name);
    }
}

TEST_F(AgentProject, OrderOfPythonEntrypoints) {
    write("requirements.txt");
    for (const char* name : {"main.py", "src/agent.py", "agent.py"}) {
        write(name);
        EXPECT_EQ(detect_project(root_, "")->entrypoint, name);
    }
}

TEST_F(AgentProject, FileWithoutAProject) {
    write("lonely.py");
    const auto project = detect_project(root_, "lonely.py");
    ASSERT_TRUE(project.has_value());
    EXPECT_EQ(project->type, ProjectType::pip);
    EXPECT_EQ(project->root, root_);
}

TEST_F(AgentProject, Errors) {
    auto missing = detect_project(root_, "no/agent.py");
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ProjectError::entrypoint_not_found);
    EXPECT_EQ(missing.error().message(), "entrypoint file not found: no/agent.py");

    EXPECT_EQ(detect_project(root_, "").error().code, ProjectError::no_project);

    write("agent.rb");
    EXPECT_EQ(detect_project(root_, "agent.rb").error().code, ProjectError::unsupported_entrypoint);

    write("package.json", "not json");
    auto none = detect_project(root_, "");
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error().code, ProjectError::no_entrypoint);
    EXPECT_NE(none.error().message().find("src/agent.ts"), std::string::npos);
}

TEST_F(AgentProject, DirectoryAsEntrypoint) {
    write("bot/package.json", "{}");
    write("bot/agent.js");
    for (const char* name : {"bot", "bot/", "./bot"}) {
        const auto project = detect_project(root_, name);
        ASSERT_TRUE(project.has_value()) << name;
        EXPECT_EQ(project->root, root_ / "bot");
    }
}

TEST_F(AgentProject, NodeCommand) {
    write("package.json", "{}");
    write("agent.js");
    write_program("bin/node");
    write_node_sdk();
    const auto launch = prepare_launch(*detect_project(root_, ""), environment(), {"--inspect"});
    ASSERT_TRUE(launch.has_value()) << launch.error().message();
    EXPECT_EQ(launch->directory, root_);
    EXPECT_EQ(launch->argv, (std::vector<std::string>{(root_ / "bin/node").string(), "--inspect",
                                                      "agent.js", "console", "--connect-addr"}));
}

TEST_F(AgentProject, TypescriptNeedsNode22) {
    write("package.json", "{}");
    write("agent.mts");
    write_program("bin/node");
    write_node_sdk();
    auto env = environment();
    const auto project = *detect_project(root_, "agent.mts");
    for (const char* version : {"v20.20.2\n", "v22.5.9\n", ""}) {
        env.query = [version](const auto&, const auto&) { return version; };
        const auto launch = prepare_launch(project, env, {});
        ASSERT_FALSE(launch.has_value()) << version;
        EXPECT_EQ(launch.error().code, LaunchError::runtime_too_old);
        EXPECT_NE(launch.error().message().find("22.6"), std::string::npos);
    }
    env.query = nullptr;
    EXPECT_FALSE(prepare_launch(project, env, {}).has_value());
    env.query = [](const std::vector<std::string>& argv, const auto&) {
        return argv.at(1) == "--version" ? std::optional<std::string>("v22.6.0\n") : std::nullopt;
    };
    const auto launch = prepare_launch(project, env, {});
    ASSERT_TRUE(launch.has_value());
    EXPECT_EQ(launch->argv.at(1), "--experimental-strip-types");
}

TEST_F(AgentProject, NodeGates) {
    write("package.json", "{}");
    write("agent.js");
    const auto project = *detect_project(root_, "");
    EXPECT_EQ(prepare_launch(project, environment(), {}).error().code,
              LaunchError::runtime_missing);
    write_program("bin/node");
    const auto missing = prepare_launch(project, environment(), {});
    EXPECT_EQ(missing.error().code, LaunchError::sdk_missing);
    EXPECT_NE(missing.error().message().find("npm install"), std::string::npos);
    write_node_sdk("no such mode");
    const auto old = prepare_launch(project, environment(), {});
    EXPECT_EQ(old.error().code, LaunchError::sdk_too_old);
    EXPECT_NE(old.error().message().find("1.9.0"), std::string::npos);
}

TEST_F(AgentProject, UvCommand) {
    write("uv.lock");
    write("agent.py");
    const auto project = *detect_project(root_, "");
    EXPECT_EQ(prepare_launch(project, environment(), {}).error().code,
              LaunchError::runtime_missing);
    write_program("bin/uv");
    const auto unsynced = prepare_launch(project, environment(), {});
    EXPECT_EQ(unsynced.error().code, LaunchError::not_synced);
    EXPECT_NE(unsynced.error().message().find("uv sync"), std::string::npos);
    write_venv(".venv", "1.8.9");
    const auto launch = prepare_launch(project, environment(), {"-X", "dev"});
    ASSERT_TRUE(launch.has_value()) << launch.error().message();
    EXPECT_EQ(launch->argv,
              (std::vector<std::string>{(root_ / "bin/uv").string(), "run", "--no-sync", "python",
                                        "-X", "dev", "-m", "livekit.agents", "console", "agent.py",
                                        "--connect-addr"}));
}

TEST_F(AgentProject, PipCommandAndItsInterpreter) {
    write("requirements.txt");
    write("agent.py");
    const auto project = *detect_project(root_, "");
    EXPECT_EQ(prepare_launch(project, environment(), {}).error().code,
              LaunchError::runtime_missing);
    const auto python_of = [&](const LaunchEnvironment& env) {
        return fs::path(prepare_launch(project, env, {})->argv.at(0)).lexically_relative(root_);
    };
    auto env = environment();
    env.query = [](const auto&, const auto&) { return "1.7.0\n"; };
    write_program("bin/python");
    EXPECT_EQ(python_of(env), "bin/python");
    write_program("bin/python3");
    EXPECT_EQ(python_of(env), "bin/python3");
    write_venv("venv", "1.6.0");
    EXPECT_EQ(python_of(env), "venv/bin/python");
    write_venv(".venv", "1.6.0rc1");
    EXPECT_EQ(python_of(env), ".venv/bin/python");
    // uv may know of another environment; an interpreter that is in none is not asked for.
    write_program("bin/uv");
    write_venv("managed", "1.6.0");
    env.query = [&](const std::vector<std::string>& argv, const fs::path& directory) {
        EXPECT_EQ(argv, (std::vector<std::string>{(root_ / "bin/uv").string(), "python", "find",
                                                  "--offline"}));
        EXPECT_EQ(directory, root_);
        return (root_ / "managed/bin/python").string() + "\n";
    };
    EXPECT_EQ(python_of(env), ".venv/bin/python");
    write("managed/pyvenv.cfg");
    EXPECT_EQ(python_of(env), "managed/bin/python");
    write_venv("active", "2.0.0");
    env.virtual_env = (root_ / "active").string();
    EXPECT_EQ(python_of(env), "active/bin/python");
    EXPECT_EQ(
        prepare_launch(project, env, {"-O"})->argv,
        (std::vector<std::string>{(root_ / "active/bin/python").string(), "-O", "-m",
                                  "livekit.agents", "console", "agent.py", "--connect-addr"}));
}

TEST_F(AgentProject, PythonGates) {
    write("requirements.txt");
    write("agent.py");
    const auto project = *detect_project(root_, "");
    write_program("bin/python3");
    EXPECT_EQ(prepare_launch(project, environment(), {}).error().code, LaunchError::sdk_missing);
    write_venv(".venv", "1.5.14");
    const auto old = prepare_launch(project, environment(), {});
    EXPECT_EQ(old.error().code, LaunchError::sdk_too_old);
    EXPECT_NE(old.error().message().find("1.5.14"), std::string::npos);
}

TEST(AgentVersion, Parse) {
    EXPECT_EQ(parse_version("v22.6.0"), (Version{22, 6, 0}));
    EXPECT_EQ(parse_version("1.6"), (Version{1, 6, 0}));
    EXPECT_EQ(parse_version("1.10.0rc1"), (Version{1, 10, 0}));
    EXPECT_EQ(parse_version("abc"), std::nullopt);
    EXPECT_EQ(parse_version(""), std::nullopt);
    EXPECT_LT((Version{1, 9, 9}), (Version{1, 10, 0}));
}

} // namespace
} // namespace kept::agent
