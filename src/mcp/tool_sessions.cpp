#include "mcp/tool_sessions.h"

#include <fmt/format.h>

#include "mcp/outcome.h"

namespace kept::mcp {

namespace {

/// So many sessions are told all about; of more, a list has the names and states alone.
constexpr std::size_t kDescribed = 50;

std::string session_line(const Json& session) {
    std::string line = text_of(session, "session") + ": " + text_of(session, "status");
    if (const std::string active = text_of(session, "active"); !active.empty()) {
        line += ", cell " + active;
    }
    if (const auto command = session.find("command");
        command != session.end() && command->is_array()) {
        line += ",";
        for (const Json& word : *command) {
            line += " " + (word.is_string() ? word.get<std::string>() : std::string());
        }
    }
    return line;
}

/// The rows of `k screen --json` as lines.
std::string screen_lines(const Json& screen) {
    std::string text;
    std::int64_t next = 0;
    const auto rows = screen.find("rows");
    if (rows == screen.end() || !rows->is_array()) {
        return text;
    }
    for (const Json& row : *rows) {
        const std::int64_t y = row.value("y", next);
        for (; next < y; ++next) {
            text += '\n';
        }
        text += text_of(row, "text") + "\n";
        next = y + 1;
    }
    while (text.ends_with("\n\n")) {
        text.pop_back();
    }
    return text;
}

} // namespace

Course new_session(ToolArguments& arguments) {
    const std::string name = arguments.text("name");
    Invocation invocation{{"new", "--json"}, {}};
    const auto option = [&](const char* key, const char* name_of_it) {
        if (auto value = arguments.maybe_text(key)) {
            invocation.words.push_back(std::string(name_of_it) + "=" + *value);
        }
    };
    option("cwd", "--cwd");
    option("size", "--size");
    for (const auto& [key, value] : arguments.pairs("env")) {
        invocation.words.push_back(fmt::format("--env={}={}", key, value));
    }
    invocation.words.insert(invocation.words.end(), {"--", name});
    if (auto command = arguments.maybe_text("command"); command && !command->empty()) {
        invocation.words.push_back(std::move(*command));
    }
    return simple_call(std::move(invocation), [](const Json& session) {
        return "session " + text_of(session, "session") + ": " + text_of(session, "status");
    });
}

Course list_sessions(ToolArguments& /*arguments*/) {
    return Step{{{"ls", "--json"}, {}}, [](const Outcome& outcome) -> Course {
                    Json sessions = printed_json(outcome);
                    if (outcome.exit_code != 0 || !sessions.is_array()) {
                        return failed_call(outcome);
                    }
                    ToolResult result;
                    std::size_t count = 0;
                    for (Json& session : sessions) {
                        result.text += session_line(session) + "\n";
                        if (++count > kDescribed) {
                            session = Json{{"session", session.value("session", Json())},
                                           {"status", session.value("status", Json())}};
                        }
                    }
                    if (result.text.empty()) {
                        result.text = "no sessions; session_new starts one";
                    }
                    result.data = Json{{"sessions", std::move(sessions)}};
                    return result;
                }};
}

Course close_session(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    return simple_call({{"kill", "--json", "--", session}, {}}, [](const Json& answer) {
        const std::string hint = text_of(answer, "hint");
        return text_of(answer, "status") + (hint.empty() ? "" : ": " + hint);
    });
}

Course send_input(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    const auto text = arguments.maybe_content("text");
    const auto keys = arguments.maybe_text("keys");
    const bool secret = arguments.flag("secret");
    const bool enter = arguments.flag("enter", true);
    if (text.has_value() == keys.has_value()) {
        return failure("give either text or keys");
    }
    Invocation invocation{{"send", "--json"}, {}};
    if (keys) {
        invocation.words.insert(invocation.words.end(), {"--keys=" + *keys, "--", session});
    } else {
        if (!enter) {
            invocation.words.emplace_back("-n");
        }
        if (secret) {
            invocation.words.emplace_back("--password-stdin");
        }
        invocation.words.insert(invocation.words.end(), {"--", session});
        if (!secret) {
            invocation.words.emplace_back("-");
        }
        invocation.input = *text;
    }
    return simple_call(std::move(invocation), [](const Json& /*answer*/) {
        return std::string("sent; poll or screen shows what came of it");
    });
}

Course see_screen(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    const bool image = arguments.flag("image");
    return Step{{{"screen", "--json", "--", session}, {}}, [=](const Outcome& outcome) -> Course {
                    const Json screen = printed_json(outcome);
                    if (outcome.exit_code != 0 || !screen.is_object()) {
                        return failed_call(outcome);
                    }
                    ToolResult result;
                    result.text = screen_lines(screen);
                    result.data = Json{{"text", result.text}};
                    for (const char* key : {"cols", "rows_total", "cursor", "title", "hash"}) {
                        if (const auto found = screen.find(key); found != screen.end()) {
                            result.data[key] = *found;
                        }
                    }
                    if (!image) {
                        return result;
                    }
                    return Step{{{"screen", "--png", "/dev/stdout", "--", session}, {}},
                                [result](Outcome picture) mutable -> Course {
                                    if (picture.exit_code != 0) {
                                        return failed_call(picture);
                                    }
                                    result.png = std::move(picture.output);
                                    return result;
                                }};
                }};
}

Course wait_for(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    const auto seconds = arguments.integer("timeout_s", 30, 1, kLongestS);
    const auto idle = arguments.integer("idle_ms", 0, 0, kLongestS * 1000);
    Invocation invocation{{"wait", "--json", "--any", "-t", std::to_string(seconds)}, {}};
    bool any = idle > 0;
    if (idle > 0) {
        invocation.words.push_back("--idle=" + std::to_string(idle));
    }
    for (const char* key : {"text", "regex"}) {
        if (auto value = arguments.maybe_text(key)) {
            invocation.words.push_back(std::string("--") + key + "=" + *value);
            any = true;
        }
    }
    if (!any) {
        return failure("say what to wait for: text, regex or idle_ms");
    }
    invocation.words.insert(invocation.words.end(), {"--", session});
    return Step{std::move(invocation), [](const Outcome& outcome) -> Course {
                    const Json answer = printed_json(outcome);
                    constexpr int kTimedOut = 124;
                    if (outcome.exit_code != 0 && outcome.exit_code != kTimedOut) {
                        return failed_call(outcome);
                    }
                    ToolResult result;
                    const bool met = outcome.exit_code == 0;
                    result.data = answer.is_object() ? answer : Json::object();
                    result.data["met"] = met;
                    const std::string line = text_of(result.data, "line");
                    result.text = met ? (line.empty() ? "met" : "met: " + line)
                                      : "not met in time; screen shows how it is";
                    return result;
                }};
}

} // namespace kept::mcp
