#include "daemon/agent_requests.h"

#include <chrono>
#include <optional>

#include "agent/agent.h"
#include "agent/encode.h"
#include "agent/render_json.h"
#include "agent/render_text.h"
#include "daemon/agent_files.h"
#include "daemon/agent_say.h"

namespace kept::daemon {

namespace {

using control::ControlErrc;
using Encode = std::function<std::string(std::string_view)>;

constexpr std::chrono::milliseconds kAnswerLimit{5000};
/// A ping is answered in a millisecond, unless the agent's event loop is blocked.
constexpr std::chrono::milliseconds kPingLimit{1000};

/// A question to the agent and its answer; empty when it gives none in time.
asio::awaitable<std::optional<agent::Response>>
ask(Connection& connection, agent::Agent& agent, const Encode& encode,
    std::chrono::milliseconds limit = kAnswerLimit) {
    struct State {
        explicit State(asio::io_context& context) : signal(context) {}
        Signal signal;
        std::optional<agent::Response> response;
        bool answered = false;
    };
    auto state = std::make_shared<State>(connection.context());
    agent.ask(
        encode,
        [state](const agent::Response* response) {
            if (response != nullptr) {
                state->response = *response;
            }
            state->answered = true;
            state->signal.notify();
        },
        limit);
    while (!state->answered) {
        co_await state->signal.wait();
    }
    co_return std::move(state->response);
}

void print(Connection& connection, const std::string& text) {
    connection.queue_bytes(text);
    connection.queue(control::ReportEnd{text.size(), 0, 0});
}

void no_answer(Connection& connection) {
    connection.refuse(ControlErrc::internal,
                      "the agent does not answer: its event loop may be blocked, or it is "
                      "starting or stopping");
}

std::string history_text(const std::vector<agent::Event>& items, bool colours) {
    std::string out;
    for (const agent::Event& item : items) {
        out += agent::render_text(item, {.colours = colours, .metrics = false});
    }
    return out;
}

std::string info_text(const agent::AgentInfo& info, const agent::Framework& framework) {
    std::string out =
        "agent: " + info.id + "\nsdk: " + framework.sdk + " " + framework.version + "\ntools: ";
    for (std::size_t i = 0; i < info.tools.size(); ++i) {
        out.append(i == 0 ? "" : ", ").append(info.tools[i]);
    }
    return agent::printable(out + "\ninstructions: " + info.instructions) + "\n";
}

std::string status_text(const agent::Status& status) {
    std::string out = "project: " + status.project_dir + " (" + status.project_type + ")\n";
    out += "entrypoint: " + status.entrypoint + "\n";
    out += "pid: " + std::to_string(status.pid) + "\n";
    if (status.port != 0) {
        out += "port: " + std::to_string(status.port) + "\n";
    }
    out += "agent: " + status.agent_id + " (" + status.agent_state +
           (status.responding ? ")\n" : "; it does not answer: its event loop may be blocked)\n");
    out += "turns: " + std::to_string(status.turns) +
           (status.turn_in_progress ? ", one in progress\n" : "\n");
    out += "up: " + std::to_string(status.uptime_seconds) +
           " s, idle: " + std::to_string(status.idle_seconds) + " s\n";
    out += "unseen events: " + std::to_string(status.unseen_events) + "\n";
    out += "log: " + status.log_path + "\n";
    return agent::printable(out);
}

asio::awaitable<void> status(Connection& connection, agent::Agent& agent,
                             const control::AgentRequest& request) {
    agent::Status status = agent.status(); // as it is now, however long the ping takes
    const Encode encode = agent::encode_ping;
    const auto pong = co_await ask(connection, agent, encode, kPingLimit);
    status.responding = pong.has_value();
    print(connection, request.json ? agent::status_json(status) + "\n" : status_text(status));
}

asio::awaitable<void> history(Connection& connection, agent::Agent& agent,
                              const control::AgentRequest& request) {
    const Encode encode = agent::encode_get_chat_history;
    const auto answer = co_await ask(connection, agent, encode);
    if (!answer) {
        no_answer(connection);
        co_return;
    }
    print(connection, request.json ? agent::history_json(answer->items) + "\n"
                                   : history_text(answer->items, request.colours));
}

asio::awaitable<void> info(Connection& connection, agent::Agent& agent,
                           const control::AgentRequest& request) {
    const Encode encode_facts = agent::encode_get_agent_info;
    const auto facts = co_await ask(connection, agent, encode_facts);
    const Encode encode_framework = agent::encode_get_framework_info;
    const auto framework = co_await ask(connection, agent, encode_framework);
    if (!facts || !framework) {
        no_answer(connection);
        co_return;
    }
    print(connection, request.json ? agent::info_json(facts->info, framework->framework) + "\n"
                                   : info_text(facts->info, framework->framework));
}

asio::awaitable<void> usage(Connection& connection, agent::Agent& agent,
                            const control::AgentRequest& request) {
    const Encode encode = agent::encode_get_session_usage;
    const auto answer = co_await ask(connection, agent, encode);
    if (!answer) {
        no_answer(connection);
        co_return;
    }
    print(connection, request.json ? agent::usage_json(answer->usage) + "\n"
                                   : agent::usage_text(answer->usage));
}

asio::awaitable<void> restart(Connection& connection, agent::Agent& agent, bool json) {
    struct State {
        explicit State(asio::io_context& context) : signal(context) {}
        Signal signal;
        std::optional<agent::Agent::Started> started;
    };
    auto state = std::make_shared<State>(connection.context());
    agent.restart([state](const agent::Agent::Started& started) {
        state->started = started;
        state->signal.notify();
    });
    while (!state->started) {
        co_await state->signal.wait();
    }
    if (state->started->error.empty()) {
        print(connection, json ? "" : "Session restarted.\n" + state->started->greeting);
    } else {
        connection.refuse(ControlErrc::internal,
                          state->started->error + (state->started->last_words.empty()
                                                       ? ""
                                                       : "\n" + state->started->last_words));
    }
}

asio::awaitable<void> file(Connection& connection, const agent::BoundedLog* live,
                           std::string_view name, const control::AgentRequest& request) {
    const std::string path = connection.subject().directory() + std::string(name);
    const agent::BoundedLog* followed = request.follow ? live : nullptr;
    co_await send_log(connection, path, connection.subject().agent(), followed, request.lines);
    if (!connection.peer_gone()) {
        connection.queue(control::ReportEnd{});
    }
}

} // namespace

asio::awaitable<void> answer_agent(Connection& connection, const control::AgentRequest& request) {
    Subject& subject = connection.subject();
    agent::Agent* agent = subject.agent();
    if (subject.spec().kind != "agent") {
        connection.refuse(ControlErrc::unsupported,
                          "'" + subject.spec().name + "' is a terminal, not an agent");
    } else if (request.verb == "events") {
        const agent::BoundedLog* live = agent == nullptr ? nullptr : &agent->events();
        co_await file(connection, live, agent::kEventsFile, request);
    } else if (request.verb == "logs") {
        const agent::BoundedLog* live = agent == nullptr ? nullptr : &agent->log();
        co_await file(connection, live, agent::kLogFile, request);
    } else if (agent == nullptr) {
        connection.refuse(ControlErrc::exited, "session exited");
    } else if (request.verb == "say") {
        co_await say(connection, *agent, request);
    } else if (request.verb == "status") {
        co_await status(connection, *agent, request);
    } else if (request.verb == "history") {
        co_await history(connection, *agent, request);
    } else if (request.verb == "info") {
        co_await info(connection, *agent, request);
    } else if (request.verb == "usage") {
        co_await usage(connection, *agent, request);
    } else if (request.verb == "restart") {
        co_await restart(connection, *agent, request.json);
    } else {
        connection.refuse(ControlErrc::malformed, "unknown agent verb '" + request.verb + "'");
    }
}

} // namespace kept::daemon
