#include "agent/render_json.h"

#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kept::agent {

namespace {

using Json = nlohmann::ordered_json;

/// nlohmann's own dump has no spaces between the parts of a line.
void write(const Json& value, std::string& out) {
    if (value.is_object()) {
        out += '{';
        std::string_view separator;
        for (const auto& [key, entry] : value.items()) {
            out += separator;
            write(Json(key), out);
            out += ": ";
            write(entry, out);
            separator = ", ";
        }
        out += '}';
    } else if (value.is_array()) {
        out += '[';
        std::string_view separator;
        for (const Json& entry : value) {
            out += separator;
            write(entry, out);
            separator = ", ";
        }
        out += ']';
    } else {
        out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
}

std::string dump(const Json& value) {
    std::string out;
    write(value, out);
    return out;
}

/// A whole number as one: 3 tokens, not 3.0.
Json number(double value) {
    constexpr double kExact = 9'007'199'254'740'992.0; // 2^53
    if (std::trunc(value) == value && std::abs(value) < kExact) {
        return static_cast<std::int64_t>(value);
    }
    return value;
}

Json to_json(const DetailValue& value) {
    return std::visit(
        [](const auto& held) -> Json {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, JsonText>) {
                return Json::parse(held.text, nullptr, false);
            } else {
                return held;
            }
        },
        value);
}

Json to_json(const Usage& usage) {
    Json list = Json::array();
    for (const ModelUsage& model : usage) {
        Json entry = {{"kind", model.kind}, {"provider", model.provider}, {"model", model.model}};
        for (const auto& [name, count] : model.counts) {
            entry[name] = number(count);
        }
        list.push_back(std::move(entry));
    }
    return list;
}

void put_text(Json& object, const char* key, const std::string& text) {
    if (!text.empty()) {
        object[key] = text;
    }
}

Json to_json(const Event& event) {
    Json object = {{"type", to_string(event.type)}};
    if (event.type == EventType::message) {
        object["role"] = to_string(event.role);
        object["text"] = event.text;
    } else {
        put_text(object, "text", event.text);
    }
    if (event.type == EventType::tool_call || event.type == EventType::tool_started) {
        object["name"] = event.name;
        object["arguments"] = event.arguments;
    }
    if (event.type == EventType::tool_call && event.has_output) {
        object["output"] = event.output;
        object["is_error"] = event.is_error;
    }
    put_text(object, "from", event.from);
    put_text(object, "to", event.to);
    if (!event.changes.empty()) {
        object["changes"] = event.changes;
    }
    if (!event.metrics.empty()) {
        Json metrics = Json::object();
        for (const auto& [name, value] : event.metrics) {
            metrics[name] = value;
        }
        object["metrics"] = std::move(metrics);
    }
    if (event.interrupted) {
        object["interrupted"] = true;
    }
    if (event.earlier) {
        object["earlier"] = true;
    }
    if (event.type == EventType::usage) {
        object["usage"] = to_json(event.usage);
    }
    put_text(object, "id", event.id);
    put_text(object, "call_id", event.call_id);
    for (const auto& [key, value] : event.details) {
        object[key] = to_json(value);
    }
    if (event.created_ms) {
        object["created_at"] = timestamp(*event.created_ms);
    }
    return object;
}

Json to_json(const std::vector<Event>& events) {
    Json list = Json::array();
    for (const Event& event : events) {
        list.push_back(to_json(event));
    }
    return list;
}

} // namespace

std::string timestamp(std::int64_t unix_ms) {
    using namespace std::chrono;
    const sys_time<milliseconds> time{milliseconds(unix_ms)};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}000+00:00",
                       static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::string event_json(const Event& event) {
    return dump(to_json(event));
}

std::string event_json(const Event& event, std::uint64_t seq, std::string_view cell_id) {
    Json object = to_json(event);
    object["seq"] = seq;
    if (!cell_id.empty()) {
        object["cell_id"] = cell_id;
    }
    return dump(object);
}

std::string say_json(const TurnResult& turn, std::int64_t duration_ms, std::string_view cell_id,
                     const std::vector<std::string>* logs) {
    Json object = {{"text", turn.text}, {"events", to_json(turn.events)}, {"reply", turn.reply}};
    if (turn.silent) {
        object["silent"] = true;
    }
    put_text(object, "error", turn.error);
    object["duration_ms"] = duration_ms;
    if (turn.interrupted) {
        object["interrupted"] = true;
    }
    if (!turn.usage.empty()) {
        object["usage"] = to_json(turn.usage);
    }
    object["cell_id"] = cell_id;
    if (turn.left_out > 0) {
        object["events_left_out"] = turn.left_out;
    }
    if (logs != nullptr) {
        object["logs"] = *logs;
    }
    return dump(object);
}

std::string status_json(const Status& status) {
    Json object = {{"port", status.port},
                   {"pid", status.pid},
                   {"project_dir", status.project_dir},
                   {"entrypoint", status.entrypoint},
                   {"project_type", status.project_type},
                   {"started_at", timestamp(status.started_ms)},
                   {"uptime_seconds", status.uptime_seconds},
                   {"turns", status.turns},
                   {"turn_in_progress", status.turn_in_progress},
                   {"agent_state", status.agent_state}};
    put_text(object, "agent_id", status.agent_id);
    if (!status.tools.empty()) {
        object["tools"] = status.tools;
    }
    put_text(object, "instructions", status.instructions);
    object["log_path"] = status.log_path;
    object["idle_timeout_seconds"] = status.idle_timeout_seconds;
    object["idle_seconds"] = status.idle_seconds;
    object["unseen_events"] = status.unseen_events;
    put_text(object, "sdk", status.sdk);
    put_text(object, "sdk_version", status.sdk_version);
    object["responding"] = status.responding;
    return dump(object);
}

std::string history_json(const std::vector<Event>& items) {
    return dump({{"items", to_json(items)}});
}

std::string info_json(const AgentInfo& info, const Framework& framework) {
    return dump({{"agent_id", info.id},
                 {"instructions", info.instructions},
                 {"tools", info.tools},
                 {"sdk", framework.sdk},
                 {"sdk_version", framework.version}});
}

std::string usage_json(const Usage& usage) {
    return dump({{"usage", to_json(usage)}});
}

std::string usage_text(const Usage& usage) {
    std::string out;
    for (const ModelUsage& model : usage) {
        out += fmt::format("{} {}/{}:", model.kind, model.provider, model.model);
        for (const auto& [name, count] : model.counts) {
            out += fmt::format(" {} {}", name, dump(number(count)));
        }
        out += '\n';
    }
    return out;
}

} // namespace kept::agent
