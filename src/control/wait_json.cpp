#include "control/json_codec.h"
#include "control/words.h"

namespace kept::control::codec {

namespace {

Json to_json(const WaitCondition& condition) {
    Json json{{"kind", kWaitKindNames.of(condition.kind)}};
    if (!condition.text.empty()) {
        json["text"] = condition.text;
    }
    if (condition.ms != 0) {
        json["ms"] = condition.ms;
    }
    if (condition.kind == WaitKind::cursor) {
        json["x"] = condition.x;
        json["y"] = condition.y;
    }
    return json;
}

} // namespace

Json to_json(const WaitRequest& wait) {
    Json conditions = Json::array();
    for (const WaitCondition& condition : wait.conditions) {
        conditions.push_back(to_json(condition));
    }
    return Json{{"op", "wait"},
                {"conditions", std::move(conditions)},
                {"any", wait.any},
                {"timeout_ms", wait.timeout_ms}};
}

Result<WaitRequest> wait_request_from(const Json& json) {
    WaitRequest wait;
    wait.any = flag(json, "any");
    wait.timeout_ms = integer(json, "timeout_ms", wait.timeout_ms);
    bool known = true;
    each_object(json, "conditions", [&](const Json& one) {
        const auto kind = kWaitKindNames.find(text(one, "kind"));
        known = known && kind.has_value();
        wait.conditions.push_back({kind.value_or(WaitKind::text), text(one, "text"),
                                   integer(one, "ms"), maybe_int(one, "x").value_or(0),
                                   maybe_int(one, "y").value_or(0)});
    });
    if (!known || wait.conditions.empty() || wait.conditions.size() > kMostConditions) {
        return base::fail(ControlErrc::malformed, "'conditions' are 1 to 64 of a known kind");
    }
    return wait;
}

Json to_json(const WaitInfo& wait) {
    Json outcomes = Json::array();
    for (const WaitOutcome& outcome : wait.outcomes) {
        Json one{{"met", outcome.met}};
        if (!outcome.line.empty()) {
            one["line"] = outcome.line;
        }
        if (outcome.row) {
            one["row"] = *outcome.row;
        }
        outcomes.push_back(std::move(one));
    }
    Json json{{"met", wait.met}, {"waited_ms", wait.waited_ms}, {"outcomes", std::move(outcomes)}};
    if (wait.exit_code) {
        json["exit_code"] = *wait.exit_code;
    }
    if (wait.signal) {
        json["signal"] = *wait.signal;
    }
    return json;
}

WaitInfo wait_info_from(const Json& json) {
    WaitInfo wait;
    wait.met = flag(json, "met");
    wait.waited_ms = integer(json, "waited_ms");
    each_object(json, "outcomes", [&](const Json& one) {
        wait.outcomes.push_back({flag(one, "met"), text(one, "line"), maybe_int(one, "row")});
    });
    wait.exit_code = maybe_int(json, "exit_code");
    wait.signal = maybe_int(json, "signal");
    return wait;
}

} // namespace kept::control::codec
