#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kept::agent {

/// What a happening in a session is. The first five are the conversation; the rest is told to
/// whoever asks for all events.
enum class EventType {
    message,      ///< role, text, interrupted, metrics
    tool_call,    ///< name, arguments, output, is_error
    handoff,      ///< from, to
    config,       ///< changes
    error,        ///< text
    log,          ///< text: one line of the agent's own output
    state,        ///< from, to: of the agent
    user_state,   ///< from, to: of the user
    usage,        ///< usage: totals of the session
    transcript,   ///< text, details: what the agent heard
    tool_started, ///< name, arguments, call_id
    tool_update,  ///< details, text: progress of a tool or of its reply
    interruption, ///< details: speech over speech, real or false
    prediction,   ///< details: end of turn, answering machine
    debug,        ///< details: a payload of the agent's own
    unknown,      ///< details: what a newer SDK sent
};

enum class Role { developer, system, user, assistant };

/// JSON text, to be embedded as it is.
struct JsonText {
    std::string text;
    bool operator==(const JsonText&) const = default;
};

using DetailValue = std::variant<bool, std::int64_t, double, std::string, JsonText>;
using Details = std::vector<std::pair<std::string, DetailValue>>;

/// Named measurements of one message. Delays in seconds, times as Unix seconds.
using Metrics = std::vector<std::pair<std::string, double>>;

/// What one model has used since the session began. `counts` are tokens, characters or requests;
/// names ending in `_duration` are seconds.
struct ModelUsage {
    std::string kind; ///< llm, tts, stt, interruption or eot
    std::string provider;
    std::string model;
    std::vector<std::pair<std::string, double>> counts;
    bool operator==(const ModelUsage&) const = default;
};

using Usage = std::vector<ModelUsage>;

/// `now` minus `before`, model by model: what was used in between. Models without a change are left
/// out.
Usage usage_since(const Usage& before, const Usage& now);

/// Which channel told an event. The SDKs tell most things twice, as an event and in the response of
/// the turn, in either order.
enum class Source {
    stream,   ///< an event of its own
    tools,    ///< function_tools_executed: calls without item ids
    response, ///< the items of a response
};

/// One happening. Which fields apply depends on `type`; the others are empty.
struct Event {
    EventType type = EventType::unknown;
    Source source = Source::stream;
    std::string id;      ///< of the chat item, unique in the session; may be empty
    std::string call_id; ///< of a tool call, given by the model: may repeat between turns
    std::optional<std::int64_t> created_ms; ///< Unix milliseconds, by the agent's clock
    Role role = Role::assistant;
    std::string text;
    std::string name;
    std::string arguments;
    std::string output; ///< as a person reads it: a JSON string is decoded
    bool has_output = false;
    bool output_only = false; ///< a tool_call of which only the output was told
    bool is_error = false;
    bool interrupted = false;
    bool earlier = false; ///< happened before the turn that it is told in
    std::string from;
    std::string to;
    std::vector<std::string> changes;
    Metrics metrics;
    Usage usage;
    Details details;
};

/// The names used in JSON.
std::string_view to_string(EventType type);
std::string_view to_string(Role role);

/// What the agent says about itself.
struct AgentInfo {
    std::string id;
    std::string instructions;
    std::vector<std::string> tools;
};

struct SessionState {
    std::string agent_state;
    std::string user_state;
    std::string agent_id;
    std::vector<std::pair<std::string, std::string>> options; ///< sorted by name
    std::optional<std::int64_t> created_ms;
};

struct Framework {
    std::string sdk; ///< "js" or "python"
    std::string version;
};

enum class ResponseKind {
    pong,
    chat_history,
    run_input,
    agent_info,
    session_state,
    rtc_stats,
    session_usage,
    framework_info,
    update_io,
    finalize_simulation,
    none, ///< no variant that is known here; `error` may be set
};

/// The answer to one request.
struct Response {
    std::string request_id;
    std::optional<std::string> error;
    ResponseKind kind = ResponseKind::none;
    std::vector<Event> items; ///< run_input and chat_history; calls and outputs are one event
    AgentInfo info;
    SessionState state;
    Usage usage;
    Framework framework;
};

/// The agent has sent what it wanted played and waits to be told that it was.
struct PlaybackFlush {};
/// Audio and its control, of no use in text mode.
struct Ignored {};

/// One frame of the agent, understood. A frame may carry several events.
using Incoming = std::variant<std::vector<Event>, Response, PlaybackFlush, Ignored>;

} // namespace kept::agent
