#include "control/json_codec.h"
#include "control/launch.h"
#include "control/words.h"

namespace kept::control {

namespace {

using codec::Json;

std::map<std::string, std::string> text_map(const Json& json, const char* key) {
    std::map<std::string, std::string> out;
    if (const Json* object = codec::object(json, key)) {
        for (const auto& [name, value] : object->items()) {
            if (value.is_string()) {
                out[name] = value.get<std::string>();
            }
        }
    }
    return out;
}

std::vector<std::string> text_list(const Json& json, const char* key) {
    std::vector<std::string> out;
    if (const auto list = json.find(key); list != json.end() && list->is_array()) {
        for (const auto& word : *list) {
            if (word.is_string()) {
                out.push_back(word.get<std::string>());
            }
        }
    }
    return out;
}

Json agent_json(const AgentSpec& agent) {
    return Json{{"entrypoint", agent.entrypoint},
                {"port", agent.port},
                {"connect_limit_ms", agent.connect_limit_ms},
                {"stop_grace_ms", agent.stop_grace_ms},
                {"idle_limit_s", agent.idle_limit_s},
                {"runtime_args", agent.runtime_args}};
}

AgentSpec agent_from(const Json& json) {
    AgentSpec agent;
    agent.entrypoint = codec::text(json, "entrypoint");
    agent.port = codec::maybe_int(json, "port").value_or(0);
    agent.connect_limit_ms = codec::integer(json, "connect_limit_ms", agent.connect_limit_ms);
    agent.stop_grace_ms = codec::integer(json, "stop_grace_ms", agent.stop_grace_ms);
    agent.idle_limit_s = codec::integer(json, "idle_limit_s");
    agent.runtime_args = text_list(json, "runtime_args");
    return agent;
}

} // namespace

std::string encode(const LaunchSpec& spec) {
    Json json(Json{{"name", spec.name},
                   {"kind", spec.kind},
                   {"command", spec.command},
                   {"cwd", spec.cwd},
                   {"environment", spec.environment},
                   {"cols", spec.cols},
                   {"rows", spec.rows},
                   {"frame", to_string(spec.frame)},
                   {"prompt", spec.prompt},
                   {"rc", kRcNames.of(spec.rc)},
                   {"use_profile", spec.use_profile},
                   {"labels", spec.labels},
                   {"journal_limit", spec.journal_limit},
                   {"start_timeout_ms", spec.start_timeout_ms},
                   {"created_us", spec.created_us},
                   {"daemon_pid", spec.daemon_pid},
                   {"child_pid", spec.child_pid},
                   {"profile", spec.profile},
                   {"nonce", spec.nonce},
                   {"version", spec.version}});
    if (spec.kind == "agent") {
        json["agent"] = agent_json(spec.agent);
    }
    return codec::dump(json);
}

Result<LaunchSpec> decode_launch_spec(std::string_view text) {
    auto parsed = codec::parse_object(text);
    if (!parsed) {
        return std::unexpected(parsed.error());
    }
    const Json& json = *parsed;
    LaunchSpec spec;
    spec.name = codec::text(json, "name");
    spec.kind = codec::text(json, "kind", spec.kind);
    spec.command = text_list(json, "command");
    if (const Json* agent = codec::object(json, "agent")) {
        spec.agent = agent_from(*agent);
    }
    spec.cwd = codec::text(json, "cwd");
    spec.environment = text_map(json, "environment");
    spec.cols = codec::maybe_int(json, "cols").value_or(spec.cols);
    spec.rows = codec::maybe_int(json, "rows").value_or(spec.rows);
    spec.frame = codec::word(json, "frame", kFrameNames, FrameChoice::automatic);
    spec.prompt = codec::text(json, "prompt");
    spec.rc = codec::word(json, "rc", kRcNames, RcChoice::clean);
    spec.use_profile = codec::text(json, "use_profile");
    spec.labels = text_map(json, "labels");
    spec.journal_limit = codec::natural(json, "journal_limit", spec.journal_limit);
    spec.start_timeout_ms = codec::integer(json, "start_timeout_ms", spec.start_timeout_ms);
    spec.created_us = codec::integer(json, "created_us");
    spec.daemon_pid = codec::maybe_int(json, "daemon_pid").value_or(0);
    spec.child_pid = codec::maybe_int(json, "child_pid").value_or(0);
    spec.profile = codec::text(json, "profile");
    spec.nonce = codec::text(json, "nonce");
    spec.version = codec::text(json, "version");
    return spec;
}

std::string encode(const StartMessage& message) {
    if (const auto* notice = std::get_if<StartNotice>(&message)) {
        return codec::dump(Json{{"notice", notice->text}});
    }
    const auto& report = std::get<StartReport>(message);
    return codec::dump(
        Json{{"ready", report.ready}, {"message", report.message}, {"output", report.output}});
}

Result<StartMessage> decode_start_message(std::string_view text) {
    auto parsed = codec::parse_object(text);
    if (!parsed) {
        return std::unexpected(parsed.error());
    }
    if (parsed->contains("notice")) {
        return StartNotice{codec::text(*parsed, "notice")};
    }
    return StartReport{codec::flag(*parsed, "ready"), codec::text(*parsed, "message"),
                       codec::text(*parsed, "output")};
}

} // namespace kept::control
