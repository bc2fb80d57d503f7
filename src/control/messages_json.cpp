#include <array>

#include "control/json_codec.h"
#include "control/messages.h"
#include "control/words.h"

namespace kept::control {

namespace {

using codec::Json;

template <class... Visitors> struct Overloaded : Visitors... {
    using Visitors::operator()...;
};
template <class... Visitors> Overloaded(Visitors...) -> Overloaded<Visitors...>;

Json request_json(const Request& request) {
    return std::visit(
        Overloaded{
            [](const RunRequest& run) {
                Json json{{"op", "run"},
                          {"bytes", run.bytes},
                          {"timeout_ms", run.timeout_ms},
                          {"wait", run.wait},
                          {"through", run.through},
                          {"stream", run.stream},
                          {"inject", run.inject},
                          {"form", kFormNames.of(run.form)},
                          {"max_bytes", run.max_bytes}};
                for (const PromptAnswer& answer : run.answers) {
                    json["answers"].push_back(
                        Json{{"pattern", answer.pattern}, {"text", answer.text}});
                }
                return json;
            },
            [](const PollRequest& poll) {
                return Json{{"op", "poll"},
                            {"cell", poll.cell},
                            {"wait", poll.wait},
                            {"form", kFormNames.of(poll.form)},
                            {"max_bytes", poll.max_bytes},
                            {"through", poll.through},
                            {"timeout_ms", poll.timeout_ms}};
            },
            [](const OutputRequest& output) {
                return Json{{"op", "output"},
                            {"cell", output.cell},
                            {"offset", output.offset},
                            {"limit", output.limit},
                            {"form", kFormNames.of(output.form)}};
            },
            [](const CellsRequest&) { return Json{{"op", "cells"}}; },
            [](const StatusRequest&) { return Json{{"op", "status"}}; },
            [](const InterruptRequest& interrupt) {
                return Json{{"op", "interrupt"}, {"kill", interrupt.kill}};
            },
            [](const ResetRequest&) { return Json{{"op", "reset"}}; },
            [](const KillRequest&) { return Json{{"op", "kill"}}; },
            [](const NotifyRequest& notify) {
                return Json{{"op", "notify"}, {"from", notify.from}, {"message", notify.message}};
            },
            [](const SendRequest& send) {
                return Json{{"op", "send"},
                            {"bytes", send.bytes},
                            {"as", kSendFormNames.of(send.form)},
                            {"enter", send.enter},
                            {"on_text", send.on_text}};
            },
            [](const ResizeRequest& resize) {
                return Json{{"op", "resize"}, {"cols", resize.cols}, {"rows", resize.rows}};
            },
            [](const SubscribeRequest& subscribe) {
                return Json{{"op", "subscribe"},
                            {"cell", subscribe.cell},
                            {"replay", subscribe.replay},
                            {"output", subscribe.output},
                            {"tail_lines", subscribe.tail_lines},
                            {"follow", subscribe.follow},
                            {"changes_ms", subscribe.changes_ms}};
            },
            [](const AttachRequest& attach) {
                return Json{{"op", "attach"},        {"cols", attach.cols},
                            {"rows", attach.rows},   {"read_only", attach.read_only},
                            {"rules", attach.rules}, {"user", attach.user},
                            {"tty", attach.tty}};
            },
            [](const CastRequest& cast) {
                return Json{{"op", "cast"},
                            {"version", cast.version},
                            {"from", cast.from},
                            {"to", cast.to},
                            {"idle_limit_ms", cast.idle_limit_ms},
                            {"input", cast.input}};
            },
            [](const AgentRequest& agent) {
                return Json{{"op", "agent"},          {"verb", agent.verb},
                            {"bytes", agent.bytes},   {"timeout_ms", agent.timeout_ms},
                            {"json", agent.json},     {"metrics", agent.metrics},
                            {"logs", agent.logs},     {"colours", agent.colours},
                            {"follow", agent.follow}, {"lines", agent.lines}};
            },
            [](const ScreenRequest& screen) {
                const Region& region = screen.region;
                return Json{{"op", "screen"},
                            {"scrollback", screen.scrollback},
                            {"region", Json::array({region.x, region.y, region.w, region.h})},
                            {"since", screen.since}};
            },
            [](const WaitRequest& wait) { return codec::to_json(wait); },
            [](const BatchRequest& batch) {
                return Json{
                    {"op", "batch"}, {"bytes", batch.bytes}, {"keep_going", batch.keep_going}};
            },
        },
        request);
}

Json guest_json(const GuestInfo& guest) {
    return Json{{"pid", guest.pid},          {"user", guest.user}, {"tty", guest.tty},
                {"cols", guest.cols},        {"rows", guest.rows}, {"read_only", guest.read_only},
                {"since_us", guest.since_us}};
}

GuestInfo guest_from(const Json& json) {
    GuestInfo guest;
    guest.pid = codec::maybe_int(json, "pid").value_or(0);
    guest.user = codec::text(json, "user");
    guest.tty = codec::text(json, "tty");
    guest.cols = codec::maybe_int(json, "cols").value_or(0);
    guest.rows = codec::maybe_int(json, "rows").value_or(0);
    guest.read_only = codec::flag(json, "read_only");
    guest.since_us = codec::integer(json, "since_us");
    return guest;
}

Json status_json(const StatusInfo& status) {
    Json json{{"name", status.name},
              {"kind", status.kind},
              {"state", to_string(status.state)},
              {"pid", status.pid},
              {"child_pid", status.child_pid},
              {"command", status.command},
              {"cwd", status.cwd},
              {"profile", status.profile},
              {"frame", status.frame},
              {"created_us", status.created_us},
              {"cols", status.cols},
              {"rows", status.rows},
              {"labels", status.labels},
              {"active", status.active},
              {"cells", status.cells},
              {"output_bytes", status.output_bytes},
              {"journal_bytes", status.journal_bytes},
              {"subscribers", status.subscribers}};
    if (status.input) {
        json["input"] = codec::to_json(*status.input);
    }
    if (status.exit_code) {
        json["exit_code"] = *status.exit_code;
    }
    if (status.signal) {
        json["signal"] = *status.signal;
    }
    for (const GuestInfo& guest : status.attached) {
        json["attached"].push_back(guest_json(guest));
    }
    return Json{{"status", std::move(json)}};
}

StatusInfo status_from(const Json& json) {
    StatusInfo status;
    status.name = codec::text(json, "name");
    status.kind = codec::text(json, "kind", "terminal");
    status.state = codec::word(json, "state", kSessionStateNames, SessionState::lost);
    status.pid = codec::maybe_int(json, "pid").value_or(0);
    status.child_pid = codec::maybe_int(json, "child_pid").value_or(0);
    if (const auto command = json.find("command"); command != json.end() && command->is_array()) {
        for (const auto& word : *command) {
            if (word.is_string()) {
                status.command.push_back(word.get<std::string>());
            }
        }
    }
    status.cwd = codec::text(json, "cwd");
    status.profile = codec::text(json, "profile");
    status.frame = codec::text(json, "frame");
    status.created_us = codec::integer(json, "created_us");
    status.cols = codec::maybe_int(json, "cols").value_or(0);
    status.rows = codec::maybe_int(json, "rows").value_or(0);
    if (const Json* labels = codec::object(json, "labels")) {
        for (const auto& [key, value] : labels->items()) {
            if (value.is_string()) {
                status.labels[key] = value.get<std::string>();
            }
        }
    }
    status.exit_code = codec::maybe_int(json, "exit_code");
    status.signal = codec::maybe_int(json, "signal");
    status.active = codec::text(json, "active");
    status.input = codec::maybe_input(json, "input");
    status.cells = codec::natural(json, "cells");
    status.output_bytes = codec::natural(json, "output_bytes");
    status.journal_bytes = codec::natural(json, "journal_bytes");
    status.subscribers = codec::maybe_int(json, "subscribers").value_or(0);
    if (const auto guests = json.find("attached"); guests != json.end() && guests->is_array()) {
        for (const auto& guest : *guests) {
            if (guest.is_object()) {
                status.attached.push_back(guest_from(guest));
            }
        }
    }
    return status;
}

/// `region`: four integers, x, y, w, h.
Region region_from(const Json& json) {
    std::array<int, 4> numbers{};
    if (const auto list = json.find("region"); list != json.end() && list->is_array()) {
        for (std::size_t i = 0; i < numbers.size() && i < list->size(); ++i) {
            const Json one{{"n", (*list)[i]}};
            numbers.at(i) = codec::maybe_int(one, "n").value_or(0);
        }
    }
    return {numbers[0], numbers[1], numbers[2], numbers[3]};
}

Json answer_json(const Answer& answer) {
    return std::visit(
        Overloaded{
            [](const Hello& hello) {
                return Json{{"kept", hello.protocol}, {"version", hello.version}};
            },
            [](const Ok&) { return Json{{"ok", Json::object()}}; },
            [](const Refusal& refusal) {
                Json error{{"code", to_string(refusal.code)}, {"message", refusal.message}};
                if (!refusal.cell.empty()) {
                    error["cell_id"] = refusal.cell;
                }
                return Json{{"error", std::move(error)}};
            },
            [](const CellInfo& cell) { return Json{{"cell", codec::to_json(cell)}}; },
            [](const CellsInfo& cells) {
                Json list = Json::array();
                for (const auto& cell : cells.cells) {
                    list.push_back(codec::to_json(cell));
                }
                return Json{{"cells", std::move(list)}};
            },
            [](const StatusInfo& status) { return status_json(status); },
            [](const EventInfo& event) { return Json{{"event", codec::to_json(event)}}; },
            [](const ResetInfo& reset) {
                return Json{{"reset",
                             {{"prompt", reset.prompt}, {"text", reset.text}, {"did", reset.did}}}};
            },
            [](const ReportEnd& end) {
                Json json{{"bytes", end.bytes}};
                if (end.gap_bytes > 0) {
                    json["gap_at"] = end.gap_at;
                    json["gap_bytes"] = end.gap_bytes;
                }
                return Json{{"end", std::move(json)}};
            },
            [](const ScreenInfo& screen) { return Json{{"screen", codec::to_json(screen)}}; },
            [](const WaitInfo& wait) { return Json{{"wait", codec::to_json(wait)}}; },
            [](const StepEnd& step) {
                return Json{{"step_end", {{"failed", step.failed}, {"stopped", step.stopped}}}};
            },
            [](const ScreenRows& rows) { return Json{{"screen_rows", codec::to_json(rows)}}; },
        },
        answer);
}

} // namespace

std::string encode(const Request& request) {
    return codec::dump(request_json(request));
}

std::string encode(const Answer& answer) {
    return codec::dump(answer_json(answer));
}

Result<Request> decode_request(std::string_view text) {
    auto parsed = codec::parse_object(text);
    if (!parsed) {
        return std::unexpected(parsed.error());
    }
    const Json& json = *parsed;
    const std::string op = codec::text(json, "op");
    const auto form = codec::word(json, "form", kFormNames, Form::text);
    if (const auto bytes = json.find("bytes");
        bytes != json.end() && !bytes->is_number_unsigned()) {
        return base::fail(ControlErrc::malformed, "'bytes' is no count of bytes");
    }
    if (op == "run") {
        RunRequest run;
        run.bytes = codec::natural(json, "bytes");
        run.timeout_ms = codec::integer(json, "timeout_ms", run.timeout_ms);
        run.wait = codec::flag(json, "wait");
        run.through = codec::flag(json, "through");
        run.stream = codec::flag(json, "stream");
        run.inject = codec::flag(json, "inject");
        run.form = form;
        run.max_bytes = codec::natural(json, "max_bytes");
        if (const auto answers = json.find("answers");
            answers != json.end() && answers->is_array()) {
            for (const Json& answer : *answers) {
                if (answer.is_object()) {
                    run.answers.push_back(
                        {codec::text(answer, "pattern"), codec::text(answer, "text")});
                }
            }
        }
        return run;
    }
    if (op == "poll") {
        return PollRequest{codec::text(json, "cell"),
                           codec::flag(json, "wait"),
                           form,
                           codec::natural(json, "max_bytes"),
                           codec::flag(json, "through"),
                           codec::integer(json, "timeout_ms")};
    }
    if (op == "output") {
        return OutputRequest{codec::text(json, "cell"), codec::natural(json, "offset"),
                             codec::natural(json, "limit"), form};
    }
    if (op == "cells") {
        return CellsRequest{};
    }
    if (op == "status") {
        return StatusRequest{};
    }
    if (op == "interrupt") {
        return InterruptRequest{codec::flag(json, "kill")};
    }
    if (op == "reset") {
        return ResetRequest{};
    }
    if (op == "kill") {
        return KillRequest{};
    }
    if (op == "notify") {
        return NotifyRequest{codec::text(json, "from"), codec::text(json, "message")};
    }
    if (op == "send") {
        return SendRequest{codec::natural(json, "bytes"),
                           codec::word(json, "as", kSendFormNames, SendForm::text),
                           codec::flag(json, "enter"), codec::text(json, "on_text")};
    }
    if (op == "resize") {
        return ResizeRequest{codec::maybe_int(json, "cols").value_or(0),
                             codec::maybe_int(json, "rows").value_or(0)};
    }
    if (op == "subscribe") {
        SubscribeRequest subscribe;
        subscribe.cell = codec::text(json, "cell");
        subscribe.replay = codec::flag(json, "replay", true);
        subscribe.output = codec::flag(json, "output");
        subscribe.tail_lines = codec::natural(json, "tail_lines");
        subscribe.follow = codec::flag(json, "follow", true);
        subscribe.changes_ms = codec::natural(json, "changes_ms");
        return subscribe;
    }
    if (op == "attach") {
        AttachRequest attach;
        attach.cols = codec::maybe_int(json, "cols").value_or(0);
        attach.rows = codec::maybe_int(json, "rows").value_or(0);
        attach.read_only = codec::flag(json, "read_only");
        attach.rules = codec::flag(json, "rules");
        attach.user = codec::text(json, "user");
        attach.tty = codec::text(json, "tty");
        return attach;
    }
    if (op == "cast") {
        CastRequest cast;
        cast.version = codec::maybe_int(json, "version").value_or(cast.version);
        cast.from = codec::text(json, "from");
        cast.to = codec::text(json, "to");
        cast.idle_limit_ms = codec::integer(json, "idle_limit_ms");
        cast.input = codec::flag(json, "input");
        return cast;
    }
    if (op == "agent") {
        AgentRequest agent;
        agent.verb = codec::text(json, "verb");
        agent.bytes = codec::natural(json, "bytes");
        agent.timeout_ms = codec::integer(json, "timeout_ms", agent.timeout_ms);
        agent.json = codec::flag(json, "json");
        agent.metrics = codec::flag(json, "metrics");
        agent.logs = codec::flag(json, "logs");
        agent.colours = codec::flag(json, "colours");
        agent.follow = codec::flag(json, "follow");
        agent.lines = codec::natural(json, "lines");
        return agent;
    }
    if (op == "screen") {
        return ScreenRequest{codec::natural(json, "scrollback"), region_from(json),
                             codec::text(json, "since")};
    }
    if (op == "wait") {
        auto wait = codec::wait_request_from(json);
        if (!wait) {
            return std::unexpected(wait.error());
        }
        return std::move(*wait);
    }
    if (op == "batch") {
        return BatchRequest{codec::natural(json, "bytes"), codec::flag(json, "keep_going")};
    }
    return base::fail(ControlErrc::malformed, "unknown request '" + op + "'");
}

Result<Answer> decode_answer(std::string_view text) {
    auto parsed = codec::parse_object(text);
    if (!parsed) {
        return std::unexpected(parsed.error());
    }
    const Json& json = *parsed;
    if (const auto protocol = codec::maybe_int(json, "kept")) {
        return Hello{*protocol, codec::text(json, "version")};
    }
    if (codec::object(json, "ok") != nullptr) {
        return Ok{};
    }
    if (const Json* error = codec::object(json, "error")) {
        return Refusal{control_errc(codec::text(*error, "code")), codec::text(*error, "message"),
                       codec::text(*error, "cell_id")};
    }
    if (const Json* cell = codec::object(json, "cell")) {
        return codec::cell_from(*cell);
    }
    if (const Json* status = codec::object(json, "status")) {
        return status_from(*status);
    }
    if (const Json* event = codec::object(json, "event")) {
        return codec::event_from(*event);
    }
    if (const auto reset = json.find("reset"); reset != json.end() && reset->is_object()) {
        ResetInfo info{codec::flag(*reset, "prompt"), codec::text(*reset, "text"), {}};
        if (const auto did = reset->find("did"); did != reset->end() && did->is_array()) {
            for (const Json& step : *did) {
                info.did.push_back(step.is_string() ? step.get<std::string>() : std::string());
            }
        }
        return info;
    }
    if (const Json* end = codec::object(json, "end")) {
        return ReportEnd{codec::natural(*end, "bytes"), codec::natural(*end, "gap_at"),
                         codec::natural(*end, "gap_bytes")};
    }
    if (const auto cells = json.find("cells"); cells != json.end() && cells->is_array()) {
        CellsInfo info;
        for (const auto& cell : *cells) {
            if (cell.is_object()) {
                info.cells.push_back(codec::cell_from(cell));
            }
        }
        return info;
    }
    if (const Json* screen = codec::object(json, "screen")) {
        return codec::screen_from(*screen);
    }
    if (const Json* wait = codec::object(json, "wait")) {
        return codec::wait_info_from(*wait);
    }
    if (const Json* step = codec::object(json, "step_end")) {
        return StepEnd{codec::flag(*step, "failed"), codec::flag(*step, "stopped")};
    }
    if (json.contains("screen_rows")) {
        return codec::rows_from(json);
    }
    return base::fail(ControlErrc::malformed, "an answer of unknown kind");
}

} // namespace kept::control
