#include <algorithm>
#include <chrono>
#include <filesystem>

#include "base/text.h"
#include "cli/agent.h"
#include "cli/json_writer.h"
#include "cli/launch.h"
#include "cli/writer.h"
#include "kept_version.h"

namespace kept::cli {

namespace {

constexpr std::int64_t kDefaultConnectS = 60;
constexpr std::int64_t kDefaultGraceS = 5;
constexpr std::int64_t kLongestS = 10LL * 365 * 86'400;
/// For what a daemon does before and after the agent has connected.
constexpr std::int64_t kAroundMs = 20'000;

void print_started(const AgentTarget& agent, const control::StartReport& report, bool json) {
    if (!json) {
        out().put("Session started. Use `k agent say \"...\"` to talk, `k agent stop` to stop.\n");
        out().put(report.output);
        return;
    }
    JsonWriter writer(out());
    writer.begin_object();
    writer.text("session", agent.target.name);
    writer.text("status", "started");
    if (agent.port != 0) {
        writer.number("port", agent.port);
    }
    if (!report.output.empty()) {
        writer.text("greeting", report.output);
    }
    writer.end_object();
    writer.end_line();
}

} // namespace

int agent_start(const Verb& verb, Arguments arguments) {
    // What follows `--` is for the interpreter and none of our business.
    const auto dashes = std::ranges::find(arguments, "--");
    const std::vector<std::string> own(arguments.begin(), dashes);
    std::vector<std::string> runtime_args;
    if (dashes != arguments.end()) {
        runtime_args.assign(dashes + 1, arguments.end());
    }
    AgentChoice choice;
    std::optional<std::string> limit;
    std::optional<std::string> idle;
    std::optional<std::string> grace;
    bool json = false;
    Options options(verb);
    choice.declare(options);
    options.text("--timeout", limit, "SECONDS", "For the agent to connect (60)")
        .text("--idle-timeout", idle, "SECONDS", "End when nothing was said for so long (0: never)")
        .text("--grace", grace, "SECONDS", "For its shutdown callbacks when it is stopped (5)")
        .flag("-j,--json", json, "Print one JSON object")
        .note("Without an entrypoint the usual files are looked for: main or agent, .ts, .js or "
              ".py.\n"
              "Words behind -- go to the interpreter: k agent start agent.js -- --inspect\n"
              "It returns when the agent is ready for its first turn.");
    auto words = options.parse(own, 0, 1);
    if (!words) {
        return words.error();
    }
    const auto seconds = [&](const std::optional<std::string>& text, const char* name,
                             std::int64_t least,
                             std::int64_t fallback) -> std::expected<std::int64_t, int> {
        if (!text) {
            return fallback;
        }
        const auto number = base::parse_integer(*text, least, kLongestS);
        if (!number) {
            return std::unexpected(
                options.wrong(std::string(name) + " wants whole seconds, not '" + *text + "'"));
        }
        return *number;
    };
    const auto connect_s = seconds(limit, "--timeout", 1, kDefaultConnectS);
    const auto idle_s = seconds(idle, "--idle-timeout", 0, 0);
    const auto grace_s = seconds(grace, "--grace", 0, kDefaultGraceS);
    for (const auto* value : {&connect_s, &idle_s, &grace_s}) {
        if (!*value) {
            return value->error();
        }
    }
    auto agent = find_agent(options, choice);
    if (!agent) {
        return agent.error();
    }
    std::error_code error;
    control::LaunchSpec spec;
    spec.name = agent->target.name;
    spec.kind = "agent";
    spec.cwd = std::filesystem::current_path(error).string();
    if (error) {
        return agent_failure({"cannot tell the current directory: " + error.message(), {}, {}},
                             json);
    }
    spec.agent.entrypoint = words->empty() ? std::string() : words->front();
    spec.agent.runtime_args = std::move(runtime_args);
    spec.agent.port = agent->port;
    spec.agent.connect_limit_ms = *connect_s * 1000;
    spec.agent.stop_grace_ms = *grace_s * 1000;
    spec.agent.idle_limit_s = *idle_s;
    spec.start_timeout_ms = *connect_s * 1000 + kAroundMs;
    spec.version = kVersion;

    auto claimed = claim_session(agent->target, std::chrono::milliseconds(spec.start_timeout_ms));
    if (!claimed) {
        return agent_failure(claimed.error(), json);
    }
    if (!*claimed) {
        return agent_failure(
            {agent->port == 0
                 ? "a session named '" + agent->target.name + "' is already running"
                 : "a session is already running on 127.0.0.1:" + std::to_string(agent->port),
             {},
             {}},
            json);
    }
    auto report = launch(agent->target, spec, std::move(**claimed),
                         [](const std::string& notice) { say(notice); });
    if (!report) {
        return agent_failure(report.error(), json);
    }
    print_started(*agent, *report, json);
    return 0;
}

} // namespace kept::cli
