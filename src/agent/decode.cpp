#include "agent/decode.h"

#include "agent/decode_usage.h"
#include "agent/wire_names.h"
#include "base/text.h"

#include "agent_session.pb.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

namespace kept::agent {

namespace {

namespace pb = livekit::agent;
using Json = nlohmann::ordered_json;

/// A Struct may nest without end; the stack may not.
constexpr int kMaxStructDepth = 64;

/// How much of an unknown variant is told, in bytes.
constexpr std::size_t kMaxUnknownBytes = 4096;

/// Text as it may be shown: the agent's bytes are not sure to be UTF-8.
std::string clean(const std::string& bytes) {
    return base::to_utf8(bytes);
}

std::vector<std::string> clean(const google::protobuf::RepeatedPtrField<std::string>& texts) {
    std::vector<std::string> result;
    for (const std::string& text : texts) {
        result.push_back(clean(text));
    }
    return result;
}

std::vector<std::pair<std::string, std::string>>
sorted(const google::protobuf::RepeatedPtrField<pb::Entry>& entries) {
    std::vector<std::pair<std::string, std::string>> result;
    for (const pb::Entry& entry : entries) {
        result.emplace_back(clean(entry.key()), clean(entry.value()));
    }
    std::ranges::sort(result);
    return result;
}

std::optional<std::int64_t> milliseconds_of(const pb::Timestamp& time) {
    // Beyond year 9999 it is no time, and the product below would overflow.
    constexpr std::int64_t kMaxSeconds = 253'402'300'799;
    if (time.seconds() < 0 || time.seconds() > kMaxSeconds || time.nanos() < 0 ||
        time.nanos() > 999'999'999) {
        return std::nullopt;
    }
    return time.seconds() * 1000 + time.nanos() / 1'000'000;
}

double seconds_of(const pb::Timestamp& time) {
    return static_cast<double>(time.seconds()) + static_cast<double>(time.nanos()) / 1e9;
}

double seconds_of(const pb::Duration& time) {
    return static_cast<double>(time.seconds()) + static_cast<double>(time.nanos()) / 1e9;
}

template <typename Message> std::optional<std::int64_t> created(const Message& message) {
    return message.has_created_at() ? milliseconds_of(message.created_at()) : std::nullopt;
}

Role role_of(pb::ChatRole role) {
    switch (role) {
    case pb::DEVELOPER:
        return Role::developer;
    case pb::SYSTEM:
        return Role::system;
    case pb::USER:
        return Role::user;
    default:
        return Role::assistant;
    }
}

Json to_json(const pb::Value& value, int depth);

Json to_json(const pb::Struct& payload, int depth) {
    // The order of a map on the wire is chance.
    std::map<std::string, const pb::Value*> fields;
    for (const pb::StructField& entry : payload.fields()) {
        fields[clean(entry.key())] = &entry.value();
    }
    Json result = Json::object();
    for (const auto& [key, value] : fields) {
        result[key] = to_json(*value, depth);
    }
    return result;
}

Json to_json(const pb::Value& value, int depth) {
    if (depth > kMaxStructDepth) {
        return "…";
    }
    switch (value.kind_case()) {
    case pb::Value::kNumberValue:
        return value.number_value();
    case pb::Value::kStringValue:
        return clean(value.string_value());
    case pb::Value::kBoolValue:
        return value.bool_value();
    case pb::Value::kStructValue:
        return to_json(value.struct_value(), depth + 1);
    case pb::Value::kListValue: {
        Json list = Json::array();
        for (const pb::Value& entry : value.list_value().values()) {
            list.push_back(to_json(entry, depth + 1));
        }
        return list;
    }
    default:
        return nullptr;
    }
}

Metrics metrics_of(const pb::MetricsReport& report) {
    Metrics metrics;
    const auto add = [&metrics](const char* name, bool present, double value) {
        if (present && std::isfinite(value)) {
            metrics.emplace_back(name, value);
        }
    };
    // The short names are those of the reference's debugger; the others are the protocol's.
    add("llm_ttft", report.has_llm_node_ttft(), report.llm_node_ttft());
    add("tts_ttfb", report.has_tts_node_ttfb(), report.tts_node_ttfb());
    add("e2e_latency", report.has_e2e_latency(), report.e2e_latency());
    add("llm_tps", report.has_llm_node_tps(), report.llm_node_tps());
    add("llm_ttfs", report.has_llm_node_ttfs(), report.llm_node_ttfs());
    add("transcription_delay", report.has_transcription_delay(), report.transcription_delay());
    add("end_of_turn_delay", report.has_end_of_turn_delay(), report.end_of_turn_delay());
    add("on_user_turn_completed_delay", report.has_on_user_turn_completed_delay(),
        report.on_user_turn_completed_delay());
    add("started_speaking_at", report.has_started_speaking_at(),
        seconds_of(report.started_speaking_at()));
    add("stopped_speaking_at", report.has_stopped_speaking_at(),
        seconds_of(report.stopped_speaking_at()));
    return metrics;
}

Event call_event(const pb::FunctionCall& call, EventType type) {
    Event event;
    event.type = type;
    event.id = clean(call.id());
    event.call_id = clean(call.call_id());
    event.created_ms = created(call);
    event.name = clean(call.name());
    event.arguments = clean(call.arguments());
    return event;
}

void add_output(Event& event, const pb::FunctionCallOutput& output) {
    event.output = plain_output(clean(output.output()));
    event.has_output = true;
    event.is_error = output.is_error();
}

/// An output whose call was not in the same message: the conversation joins the two by call_id.
Event lone_output(const pb::FunctionCallOutput& output) {
    Event event;
    event.type = EventType::tool_call;
    event.call_id = clean(output.call_id());
    event.created_ms = created(output);
    event.id = clean(output.id());
    event.name = clean(output.name());
    event.output_only = true;
    add_output(event, output);
    return event;
}

/// The event of a call that still waits for an output of this call_id: the oldest one.
Event* open_call(std::vector<Event>& events, const std::string& call_id) {
    const auto found = std::ranges::find_if(events, [&](const Event& event) {
        return event.type == EventType::tool_call && !event.has_output && event.call_id == call_id;
    });
    return found == events.end() ? nullptr : &*found;
}

Event message_event(const pb::ChatMessage& message) {
    Event event;
    event.type = EventType::message;
    event.id = clean(message.id());
    event.created_ms = created(message);
    event.role = role_of(message.role());
    event.interrupted = message.interrupted();
    for (const auto& part : message.content()) {
        if (!part.has_text()) {
            continue;
        }
        if (!event.text.empty()) {
            event.text += '\n';
        }
        event.text += clean(part.text());
    }
    event.metrics = metrics_of(message.metrics());
    if (message.has_transcript_confidence()) {
        event.details.emplace_back("transcript_confidence", message.transcript_confidence());
    }
    if (message.extra_size() > 0) {
        Json object = Json::object();
        for (const auto& [key, value] : sorted(message.extra())) {
            object[key] = value;
        }
        event.details.emplace_back("extra", JsonText{object.dump()});
    }
    return event;
}

Event config_event(const pb::AgentConfigUpdate& update) {
    Event event;
    event.type = EventType::config;
    event.id = clean(update.id());
    event.created_ms = created(update);
    if (update.has_instructions()) {
        event.changes.emplace_back("instructions updated");
        event.text = clean(update.instructions());
    }
    if (update.tools_added_size() > 0) {
        event.changes.push_back(
            fmt::format("tools added: {}", fmt::join(clean(update.tools_added()), ", ")));
    }
    if (update.tools_removed_size() > 0) {
        event.changes.push_back(
            fmt::format("tools removed: {}", fmt::join(clean(update.tools_removed()), ", ")));
    }
    return event;
}

/// `bytes` are the message around the variant, which the schema here has no name for.
Event unknown_event(std::string_view what, std::string_view bytes) {
    Event event;
    event.type = EventType::unknown;
    event.text = what;
    event.details.emplace_back("bytes", static_cast<std::int64_t>(bytes.size()));
    std::string hex;
    for (const char c : bytes.substr(0, kMaxUnknownBytes)) {
        hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
    }
    event.details.emplace_back("data", std::move(hex));
    return event;
}

void append_item(std::vector<Event>& events, const pb::ChatItem& item) {
    switch (item.item_case()) {
    case pb::ChatItem::kMessage:
        events.push_back(message_event(item.message()));
        return;
    case pb::ChatItem::kFunctionCall:
        events.push_back(call_event(item.function_call(), EventType::tool_call));
        return;
    case pb::ChatItem::kFunctionCallOutput:
        if (Event* call = open_call(events, clean(item.function_call_output().call_id()))) {
            add_output(*call, item.function_call_output());
        } else {
            events.push_back(lone_output(item.function_call_output()));
        }
        return;
    case pb::ChatItem::kAgentHandoff: {
        Event event;
        event.type = EventType::handoff;
        event.id = clean(item.agent_handoff().id());
        event.created_ms = created(item.agent_handoff());
        event.from = clean(item.agent_handoff().old_agent_id());
        event.to = clean(item.agent_handoff().new_agent_id());
        events.push_back(std::move(event));
        return;
    }
    case pb::ChatItem::kAgentConfigUpdate:
        events.push_back(config_event(item.agent_config_update()));
        return;
    case pb::ChatItem::ITEM_NOT_SET:
        events.push_back(unknown_event("chat item", item.SerializeAsString()));
        return;
    }
}

template <typename Items> std::vector<Event> items_of(const Items& items) {
    std::vector<Event> events;
    for (const pb::ChatItem& item : items) {
        append_item(events, item);
    }
    for (Event& event : events) {
        event.source = Source::response;
    }
    return events;
}

std::vector<Event> executed(const pb::AgentSessionEvent::FunctionToolsExecuted& tools) {
    std::vector<Event> events;
    for (const pb::FunctionCall& call : tools.function_calls()) {
        events.push_back(call_event(call, EventType::tool_call));
    }
    for (const pb::FunctionCallOutput& output : tools.function_call_outputs()) {
        if (Event* call = open_call(events, clean(output.call_id()))) {
            add_output(*call, output);
        } else {
            events.push_back(lone_output(output));
        }
    }
    // The SDKs leave out the output of a tool that returned nothing for the model: it has ended.
    for (Event& event : events) {
        event.has_output = true;
        event.source = Source::tools;
    }
    return events;
}

Event tool_update(const pb::AgentSessionEvent::ToolExecutionUpdated& update) {
    using Update = pb::AgentSessionEvent::ToolExecutionUpdated;
    Event event;
    event.type = EventType::tool_update;
    switch (update.update_case()) {
    case Update::kStarted:
        return call_event(update.started().function_call(), EventType::tool_started);
    case Update::kCallUpdated:
        event.id = clean(update.call_updated().id());
        event.call_id = clean(update.call_updated().call_id());
        event.text = clean(update.call_updated().message());
        event.details.emplace_back("status", "running");
        return event;
    case Update::kReplyUpdated:
        event.details.emplace_back("reply_status", name_of(update.reply_updated().status()));
        event.details.emplace_back("speech_id", clean(update.reply_updated().speech_id()));
        event.details.emplace_back(
            "update_ids", JsonText{Json(clean(update.reply_updated().update_ids())).dump()});
        return event;
    case Update::kEnded:
        event.id = clean(update.ended().id());
        event.call_id = clean(update.ended().call_id());
        event.text = clean(update.ended().message());
        event.details.emplace_back("status", name_of(update.ended().status()));
        return event;
    case Update::UPDATE_NOT_SET:
        break;
    }
    return unknown_event("tool update", update.SerializeAsString());
}

template <typename Change> Event state_event(EventType type, const Change& change) {
    Event event;
    event.type = type;
    event.from = name_of(change.old_state());
    event.to = name_of(change.new_state());
    return event;
}

Event simple_event(EventType type, std::string text, Details details = {}) {
    Event event;
    event.type = type;
    event.text = std::move(text);
    event.details = std::move(details);
    return event;
}

std::vector<Event> events_of(const pb::AgentSessionEvent& wire) {
    using Wire = pb::AgentSessionEvent;
    std::vector<Event> events;
    switch (wire.event_case()) {
    case Wire::kAgentStateChanged:
        events.push_back(state_event(EventType::state, wire.agent_state_changed()));
        break;
    case Wire::kUserStateChanged:
        events.push_back(state_event(EventType::user_state, wire.user_state_changed()));
        break;
    case Wire::kConversationItemAdded:
        append_item(events, wire.conversation_item_added().item());
        break;
    case Wire::kUserInputTranscribed: {
        const auto& heard = wire.user_input_transcribed();
        Event event = simple_event(EventType::transcript, clean(heard.transcript()),
                                   {{"is_final", heard.is_final()}});
        if (heard.has_language()) {
            event.details.emplace_back("language", clean(heard.language()));
        }
        events.push_back(std::move(event));
        break;
    }
    case Wire::kFunctionToolsExecuted:
        events = executed(wire.function_tools_executed());
        break;
    case Wire::kFunctionToolsStarted:
        for (const pb::FunctionCall& call : wire.function_tools_started().function_calls()) {
            events.push_back(call_event(call, EventType::tool_started));
        }
        break;
    case Wire::kError:
        events.push_back(simple_event(EventType::error, clean(wire.error().message())));
        break;
    case Wire::kOverlappingSpeech:
        events.push_back(
            simple_event(EventType::interruption, "overlapping speech",
                         {{"is_interruption", wire.overlapping_speech().is_interruption()},
                          {"detection_delay", wire.overlapping_speech().detection_delay()}}));
        break;
    case Wire::kAgentFalseInterruption:
        events.push_back(simple_event(EventType::interruption, "false interruption",
                                      {{"resumed", wire.agent_false_interruption().resumed()}}));
        break;
    case Wire::kSessionUsageUpdated: {
        Event event = simple_event(EventType::usage, "");
        event.usage = usage_of(wire.session_usage_updated().usage());
        events.push_back(std::move(event));
        break;
    }
    case Wire::kAmdPrediction: {
        const auto& amd = wire.amd_prediction();
        events.push_back(simple_event(EventType::prediction, clean(amd.transcript()),
                                      {{"prediction", "answering_machine"},
                                       {"category", name_of(amd.category())},
                                       {"reason", clean(amd.reason())},
                                       {"speech_duration", seconds_of(amd.speech_duration())},
                                       {"delay", seconds_of(amd.delay())}}));
        break;
    }
    case Wire::kEotPrediction: {
        const auto& eot = wire.eot_prediction();
        events.push_back(simple_event(EventType::prediction, "",
                                      {{"prediction", "end_of_turn"},
                                       {"probability", static_cast<double>(eot.probability())},
                                       {"threshold", static_cast<double>(eot.threshold())},
                                       {"inference_duration", seconds_of(eot.inference_duration())},
                                       {"delay", seconds_of(eot.delay())}}));
        break;
    }
    case Wire::kDebugMessage:
        events.push_back(simple_event(
            EventType::debug, "",
            {{"payload",
              JsonText{to_json(wire.debug_message().payload(), 0)
                           .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)}}}));
        break;
    case Wire::kToolExecutionUpdated:
        events.push_back(tool_update(wire.tool_execution_updated()));
        break;
    case Wire::EVENT_NOT_SET:
        events.push_back(unknown_event("event", wire.SerializeAsString()));
        break;
    }
    for (Event& event : events) {
        if (!event.created_ms) {
            event.created_ms = created(wire);
        }
    }
    return events;
}

Response response_of(const pb::SessionResponse& wire) {
    using Wire = pb::SessionResponse;
    Response response;
    response.request_id = clean(wire.request_id());
    if (wire.has_error()) {
        response.error = clean(wire.error());
    }
    switch (wire.response_case()) {
    case Wire::kPong:
        response.kind = ResponseKind::pong;
        break;
    case Wire::kGetChatHistory:
        response.kind = ResponseKind::chat_history;
        response.items = items_of(wire.get_chat_history().items());
        break;
    case Wire::kRunInput:
        response.kind = ResponseKind::run_input;
        response.items = items_of(wire.run_input().items());
        break;
    case Wire::kGetAgentInfo: {
        const auto& info = wire.get_agent_info();
        response.kind = ResponseKind::agent_info;
        response.info = {clean(info.id()), clean(info.instructions()), clean(info.tools())};
        break;
    }
    case Wire::kGetSessionState: {
        const auto& state = wire.get_session_state();
        response.kind = ResponseKind::session_state;
        response.state = {name_of(state.agent_state()), name_of(state.user_state()),
                          clean(state.agent_id()), sorted(state.options()), created(state)};
        break;
    }
    case Wire::kGetRtcStats:
        response.kind = ResponseKind::rtc_stats;
        break;
    case Wire::kGetSessionUsage:
        response.kind = ResponseKind::session_usage;
        response.usage = usage_of(wire.get_session_usage().usage());
        break;
    case Wire::kGetFrameworkInfo:
        response.kind = ResponseKind::framework_info;
        response.framework = {clean(wire.get_framework_info().sdk()),
                              clean(wire.get_framework_info().sdk_version())};
        break;
    case Wire::kUpdateIo:
        response.kind = ResponseKind::update_io;
        break;
    case Wire::kFinalizeSimulation:
        response.kind = ResponseKind::finalize_simulation;
        break;
    case Wire::RESPONSE_NOT_SET:
        break;
    }
    return response;
}

} // namespace

std::expected<Incoming, DecodeError> decode(std::string_view payload) {
    pb::AgentSessionMessage message;
    if (payload.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
        !message.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
        return std::unexpected(DecodeError::malformed);
    }
    switch (message.message_case()) {
    case pb::AgentSessionMessage::kEvent:
        return events_of(message.event());
    case pb::AgentSessionMessage::kResponse:
        return response_of(message.response());
    case pb::AgentSessionMessage::kAudioPlaybackFlush:
        return PlaybackFlush{};
    case pb::AgentSessionMessage::MESSAGE_NOT_SET:
        return std::vector<Event>{unknown_event("message", message.SerializeAsString())};
    default:
        return Ignored{};
    }
}

} // namespace kept::agent
