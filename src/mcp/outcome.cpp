#include "mcp/outcome.h"

#include <algorithm>

#include "base/text.h"

namespace kept::mcp {

namespace {

/// What a call said on standard error, without the line about the usage of a command.
std::string said(const Outcome& outcome) {
    std::string text = base::to_utf8(base::trimmed(outcome.errors));
    if (const auto usage = text.find("\nusage: k "); usage != std::string::npos) {
        text.resize(usage);
    }
    return text;
}

} // namespace

Json printed_json(const Outcome& outcome) {
    Json json = Json::parse(outcome.output, nullptr, false);
    return json.is_discarded() ? Json(nullptr) : json;
}

std::string_view next_step(std::string_view why) {
    if (why.starts_with("no session named ")) {
        return "session_list shows the sessions there are; that command can be run in one of a "
               "shell.";
    }
    if (why.starts_with("no session ")) {
        return "session_list shows the sessions there are, session_new starts one.";
    }
    if (why.ends_with(" is a terminal, not an agent")) {
        return "run and send are for terminals.";
    }
    if (why.starts_with("active cell ")) {
        return "One cell at a time: poll it with wait_s, send it input, or interrupt it.";
    }
    if (why.starts_with("send failed: the program reads single keys")) {
        return "screen shows what it asks; send the text without secret, or keys.";
    }
    if (why == "session exited") {
        return "Its output can still be polled; session_new with the same name starts afresh.";
    }
    if (why == "unknown cell") {
        return "poll without a cell_id shows the latest cell.";
    }
    if (why.starts_with("interrupt failed")) {
        return "interrupt with kill ends the foreground program by force, session_close the "
               "session.";
    }
    return {};
}

std::string text_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

ToolResult failed_because(std::string why) {
    if (const auto advice = next_step(why); !advice.empty()) {
        why.append("\n").append(advice);
    }
    return failure(std::move(why));
}

ToolResult failed_call(const Outcome& outcome) {
    const Json json = printed_json(outcome);
    const bool told = json.is_object();
    const std::string why =
        told ? text_of(json, "output") : base::to_utf8(base::trimmed(outcome.output));
    std::string text = why.starts_with("ERR ") ? why.substr(4) : why;
    const auto advice = next_step(text);
    if (!advice.empty()) {
        text.resize(std::min(text.find("; "), text.size())); // advice for people is behind it
    }
    // What a command says on standard error besides a known failure is which command helps.
    if (const auto more = said(outcome); !more.empty() && advice.empty()) {
        text.append(text.empty() ? "" : "\n").append(more);
    }
    if (!advice.empty()) {
        text.append("\n").append(advice);
    } else if (told && json.contains("hint")) {
        text.append("\n").append(text_of(json, "hint"));
    }
    if (text.empty()) {
        text = "the call failed with exit code " + std::to_string(outcome.exit_code);
    }
    return failure(std::move(text));
}

Course simple_call(Invocation invocation, std::function<std::string(const Json&)> text) {
    return Step{std::move(invocation), [text = std::move(text)](const Outcome& outcome) -> Course {
                    Json json = printed_json(outcome);
                    if (outcome.exit_code != 0 || !json.is_object()) {
                        return failed_call(outcome);
                    }
                    ToolResult result;
                    result.text = text(json);
                    result.data = std::move(json);
                    return result;
                }};
}

} // namespace kept::mcp
