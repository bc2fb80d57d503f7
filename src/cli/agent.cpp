#include "cli/agent.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/ids.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/json_writer.h"
#include "cli/nearest.h"
#include "cli/writer.h"

namespace kept::cli {

namespace {

constexpr int kDefaultPort = 8775;

constexpr std::array kAgentVerbs{
    Verb{"agent start", "[entrypoint] [--name S] [-- runtime args...]",
         "start an agent and return when it is ready", "", agent_start},
    Verb{"agent say", "[--json] <text...>", "one turn: say something and print what happens", "",
         agent_say},
    Verb{"agent stop", "", "end the session and the agent", "", agent_stop},
    Verb{"agent status", "[--json]", "how the session is", "", agent_ask},
    Verb{"agent history", "[--json]", "the conversation so far, as the agent has it", "",
         agent_ask},
    Verb{"agent events", "[-n N] [-f]", "everything that happened, one JSON object a line", "",
         agent_ask},
    Verb{"agent logs", "[-n N] [-f]", "the agent's own output", "", agent_ask},
    Verb{"agent restart", "", "the same entrypoint again, with a new conversation", "", agent_ask},
    Verb{"agent info", "[--json]", "its instructions, its tools, its SDK", "", agent_ask},
    Verb{"agent usage", "[--json]", "tokens per model", "", agent_ask},
    Verb{"agent test", "FILE.yaml...", "conversations as tests, with an agent for each file", "",
         agent_test},
};

/// The names that the reference's releases used for the same commands.
constexpr std::array kAliases{"daemon", "debugger", "dbg", "session"};

std::string agent_usage() {
    std::string text = "k agent: a LiveKit agent in text mode, without audio\n\n";
    for (const Verb& verb : kAgentVerbs) {
        std::string line = "  k ";
        line.append(verb.name).append(" ").append(verb.arguments);
        line.resize(std::max<std::size_t>(line.size() + 1, 62), ' ');
        text.append(line).append(verb.about).append("\n");
    }
    text.append(
        "\nThe session is the one on port 8775 (--port N or $LK_SESSION_PORT: another), or the\n"
        "one of that --name. It is a session like any other: k ls, k run bot \"hi\", k fire,\n"
        "k poll, km bot and k kill bot work too; a turn is a cell.\n"
        "`k agent VERB --help` tells more about one.\n"
        "Exit codes of say: 0 answered (also by silence), 1 an error, 124 no answer in time.\n");
    return text;
}

int no_verb(const std::string& typed) {
    out().put(agent_usage());
    out().flush();
    std::vector<std::string_view> names;
    names.reserve(kAgentVerbs.size());
    for (const Verb& verb : kAgentVerbs) {
        names.push_back(verb.name.substr(std::string_view("agent ").size()));
    }
    const auto like = nearest(typed, names);
    say("k agent: there is no '" + typed + "'" +
        (like.empty() ? std::string() : "; did you mean: k agent " + std::string(like)));
    return 1;
}

} // namespace

std::span<const Verb> agent_verbs() {
    return kAgentVerbs;
}

int agent_command(const Verb& /*verb*/, Arguments arguments) {
    bool session_alias = false;
    if (!arguments.empty() && std::ranges::find(kAliases, arguments.front()) != kAliases.end()) {
        session_alias = arguments.front() == "session";
        arguments = arguments.subspan(1);
    }
    if (arguments.empty() || arguments.front() == "-h" || arguments.front() == "--help" ||
        arguments.front() == "help") {
        out().put(agent_usage());
        return 0;
    }
    std::string name = arguments.front();
    if (name == "serve") {
        say("k agent serve is an internal entrypoint: run `k agent start <entrypoint>`");
        return 2;
    }
    if (session_alias && name == "end") {
        name = "stop";
    }
    const auto found = std::ranges::find(kAgentVerbs, "agent " + name, &Verb::name);
    return found == kAgentVerbs.end() ? no_verb(name) : found->run(*found, arguments.subspan(1));
}

void AgentChoice::declare(Options& options) {
    options.text("--port", port, "N", "The session on that port (8775)")
        .text("--name", name, "S", "The session of that name");
}

std::expected<AgentTarget, int> find_agent(const Options& options, const AgentChoice& choice) {
    if (choice.port && choice.name) {
        return std::unexpected(options.wrong("--port and --name exclude each other"));
    }
    std::string name;
    int port = 0;
    if (choice.name) {
        name = *choice.name;
        if (!base::is_session_name(name)) {
            return std::unexpected(invalid_name(name, {}));
        }
    } else {
        const char* variable = ::getenv("LK_SESSION_PORT");
        const bool from_variable = !choice.port && variable != nullptr && *variable != '\0';
        const std::string text = choice.port     ? *choice.port
                                 : from_variable ? std::string(variable)
                                                 : std::to_string(kDefaultPort);
        const auto number = base::parse_integer(text, 1, 65535);
        if (!number) {
            return std::unexpected(
                options.wrong(std::string(from_variable ? "LK_SESSION_PORT" : "--port") +
                              " wants a port number, 1 to 65535, not '" + text + "'"));
        }
        port = static_cast<int>(*number);
        name = "agent-" + std::to_string(port);
    }
    auto paths = os::Paths::open();
    if (!paths) {
        return std::unexpected(agent_failure({paths.error().message(), {}, {}}, false));
    }
    return AgentTarget{{std::move(*paths), std::move(name)}, port};
}

int agent_failure(const Failure& failure, bool json) {
    if (failure.said) {
        return 1;
    }
    if (json) {
        JsonWriter writer(out());
        writer.begin_object();
        writer.text("error", failure.text);
        writer.end_object();
        writer.end_line();
        out().flush();
    }
    say(failure.text);
    if (!failure.hint.empty()) {
        say(failure.hint);
    }
    return 1;
}

Failure no_agent(const AgentTarget& agent) {
    if (agent.port == 0) {
        return {"no session named '" + agent.target.name +
                    "' running (run \"k agent start --name " + agent.target.name + "\" first)",
                {},
                {}};
    }
    return {"no session running on 127.0.0.1:" + std::to_string(agent.port) +
                " (run \"k agent start\" first)",
            {},
            {}};
}

std::expected<control::Client, Failure> open_agent(const AgentTarget& agent, bool dead_too) {
    auto client = open_daemon(agent.target);
    if (!client && dead_too) {
        client = open_reader(agent.target);
    }
    if (!client) {
        return std::unexpected(client.error().code == control::ControlErrc::no_daemon
                                   ? no_agent(agent)
                                   : explain(agent.target.name, client.error()));
    }
    return std::move(*client);
}

std::expected<void, Failure> print_answer(control::Client& client, const std::string& session) {
    while (true) {
        auto frame = client.receive();
        if (!frame) {
            out().flush();
            return std::unexpected(explain(session, frame.error()));
        }
        if (frame->type == control::FrameType::bytes) {
            out().put(frame->payload);
            out().flush();
            continue;
        }
        const auto answer = control::decode_answer(frame->payload);
        if (!answer) {
            return std::unexpected(explain(session, answer.error()));
        }
        if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
            return std::unexpected(explain(session, *refusal));
        }
        if (std::holds_alternative<control::ReportEnd>(*answer)) {
            return {};
        }
    }
}

} // namespace kept::cli
