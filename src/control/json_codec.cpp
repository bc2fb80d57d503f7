#include "control/json_codec.h"

#include <limits>

#include "control/words.h"

namespace kept::control::codec {

namespace {

bool too_deep(std::string_view text) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > kMaxDepth) {
                return true;
            }
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

} // namespace

Result<Json> parse_object(std::string_view text) {
    if (too_deep(text)) {
        return base::fail(ControlErrc::malformed,
                          "JSON nested deeper than " + std::to_string(kMaxDepth) + " levels");
    }
    Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) {
        return base::fail(ControlErrc::malformed, "not a JSON object");
    }
    return json;
}

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text(const Json& object, const char* key, std::string fallback) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>()
                                                       : std::move(fallback);
}

bool flag(const Json& object, const char* key, bool fallback) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : fallback;
}

std::int64_t integer(const Json& object, const char* key, std::int64_t fallback) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>()
                                                               : fallback;
}

std::uint64_t natural(const Json& object, const char* key, std::uint64_t fallback) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>()
                                                                : fallback;
}

std::optional<int> maybe_int(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer()) {
        return std::nullopt;
    }
    const auto value = found->get<std::int64_t>();
    if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max() ||
        (found->is_number_unsigned() && value < 0)) {
        return std::nullopt;
    }
    return static_cast<int>(value);
}

const Json* object(const Json& from, const char* key) {
    const auto found = from.find(key);
    return found != from.end() && found->is_object() ? &*found : nullptr;
}

Json to_json(const InputInfo& input) {
    return Json{{"kind", to_string(input.kind)},
                {"prompt", input.prompt},
                {"process", input.process},
                {"pid", input.pid},
                {"evidence", to_string(input.evidence)}};
}

std::optional<InputInfo> maybe_input(const Json& json, const char* key) {
    const Json* input = object(json, key);
    if (input == nullptr) {
        return std::nullopt;
    }
    return InputInfo{word(*input, "kind", kInputKindNames, InputKind::line), text(*input, "prompt"),
                     text(*input, "process"), maybe_int(*input, "pid").value_or(0),
                     word(*input, "evidence", kEvidenceNames, Evidence::kernel)};
}

Json to_json(const CellInfo& cell) {
    Json json{{"id", cell.id},
              {"state", to_string(cell.state)},
              {"fired_us", cell.fired_us},
              {"duration_us", cell.duration_us},
              {"output", Json::array()},
              {"code", cell.code}};
    for (const Range& piece : cell.output) {
        json["output"].push_back(Json::array({piece.begin, piece.end}));
    }
    if (cell.timed_out) {
        json["timed_out"] = true;
    }
    if (cell.timeout_reported) {
        json["timeout_reported"] = true;
    }
    if (!cell.error.empty()) {
        json["error"] = cell.error;
    }
    if (cell.exit_code) {
        json["exit_code"] = *cell.exit_code;
    }
    if (!cell.cwd.empty()) {
        json["cwd"] = cell.cwd;
    }
    if (cell.completion != Completion::none) {
        json["completion"] = to_string(cell.completion);
    }
    if (cell.input) {
        json["input"] = to_json(*cell.input);
    }
    if (cell.dropped > 0) {
        json["dropped"] = cell.dropped;
    }
    return json;
}

CellInfo cell_from(const Json& json) {
    CellInfo cell;
    cell.id = text(json, "id");
    cell.state = word(json, "state", kCellStateNames, CellState::running);
    cell.timed_out = flag(json, "timed_out");
    cell.timeout_reported = flag(json, "timeout_reported");
    cell.error = text(json, "error");
    cell.exit_code = maybe_int(json, "exit_code");
    cell.cwd = text(json, "cwd");
    cell.completion = word(json, "completion", kCompletionNames, Completion::none);
    cell.fired_us = integer(json, "fired_us");
    cell.duration_us = integer(json, "duration_us");
    if (const auto pieces = json.find("output"); pieces != json.end() && pieces->is_array()) {
        for (const auto& piece : *pieces) {
            if (piece.is_array() && piece.size() == 2 && piece[0].is_number_unsigned() &&
                piece[1].is_number_unsigned() && piece[0] <= piece[1]) {
                cell.output.push_back(
                    {piece[0].get<std::uint64_t>(), piece[1].get<std::uint64_t>()});
            }
        }
    }
    cell.dropped = natural(json, "dropped");
    cell.code = text(json, "code");
    cell.input = maybe_input(json, "input");
    return cell;
}

Json to_json(const EventInfo& event) {
    Json json{{"seq", event.seq},
              {"ts_us", event.ts_us},
              {"type", to_string(event.type)},
              {"offset", event.offset}};
    if (event.cell) {
        json["cell"] = to_json(*event.cell);
    }
    if (!event.from.empty()) {
        json["from"] = event.from;
    }
    if (!event.message.empty()) {
        json["message"] = event.message;
    }
    if (event.exit_code) {
        json["exit_code"] = *event.exit_code;
    }
    if (event.signal) {
        json["signal"] = *event.signal;
    }
    return json;
}

bool is_event(const Json& json) {
    return kEventNames.find(text(json, "type")).has_value();
}

EventInfo event_from(const Json& json) {
    EventInfo event;
    event.seq = natural(json, "seq");
    event.ts_us = integer(json, "ts_us");
    event.type = word(json, "type", kEventNames, EventType::fired);
    event.offset = natural(json, "offset");
    if (const Json* cell = object(json, "cell")) {
        event.cell = cell_from(*cell);
    }
    event.from = text(json, "from");
    event.message = text(json, "message");
    event.exit_code = maybe_int(json, "exit_code");
    event.signal = maybe_int(json, "signal");
    return event;
}

} // namespace kept::control::codec
