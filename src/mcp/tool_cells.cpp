#include "mcp/tool_cells.h"

#include "mcp/outcome.h"

namespace kept::mcp {

namespace {

constexpr std::int64_t kLongest_s = 86'400;
constexpr std::int64_t kLargest = 4 * 1024 * 1024; ///< bytes of output in one answer
constexpr std::int64_t kUsual = 16'000;

/// One line about how a cell is and what to do next.
std::string state_line(const Json& cell) {
    const std::string status = text_of(cell, "status");
    const std::string id = text_of(cell, "cell_id");
    if (status == "done") {
        const auto code = cell.find("exit_code");
        return code == cell.end() ? "[done]" : "[done, exit code " + code->dump() + "]";
    }
    if (status == "waiting") {
        const Json input = cell.value("input", Json::object());
        return "[waiting for input (" + text_of(input, "kind") + "), prompt: " +
               Json(text_of(input, "prompt")).dump(-1, ' ', false, Json::error_handler_t::replace) +
               "; answer with send; cell " + id + "]";
    }
    if (status == "timeout") {
        return "[still running: poll cell " + id + " with wait_s, or interrupt]";
    }
    if (status == "running" || status == "fired") {
        return "[" + status + ", cell " + id + "]";
    }
    return "[" + status + "]";
}

ToolResult cell_result(const Outcome& outcome) {
    Json cell = printed_json(outcome);
    if (!cell.is_object() || !cell.contains("status") || !cell.contains("cell_id")) {
        return failed_call(outcome);
    }
    // Where the contract of `k poll` has a fixed text, the output so far is the answer here.
    if (cell.contains("partial")) {
        cell["output"] = cell["partial"];
        cell.erase("partial");
    } else if (text_of(cell, "status") == "timeout") {
        cell["output"] = "";
    }
    cell.erase("hint"); // it names commands of the shell
    ToolResult result;
    result.text = text_of(cell, "output");
    if (!result.text.empty() && !result.text.ends_with('\n')) {
        result.text += '\n';
    }
    result.text += state_line(cell);
    if (cell.value("truncated", false)) {
        result.text += " [output cut: the tool output reads the rest]";
    }
    result.data = std::move(cell);
    return result;
}

Course last_report(Outcome outcome) {
    return cell_result(outcome);
}

Invocation poll_words(const std::string& session, const std::string& cell, std::int64_t most) {
    Invocation invocation{{"poll", "--json", "--max-bytes", std::to_string(most), "--", session},
                          {}};
    if (!cell.empty()) {
        invocation.words.push_back(cell);
    }
    return invocation;
}

} // namespace

Course run_code(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    std::string code = arguments.text("code");
    const auto seconds = arguments.integer("timeout_s", 30, 1, kLongest_s);
    const auto most = arguments.integer("max_bytes", kUsual, 1, kLargest);
    return Step{{{"run", "--json", "-t", std::to_string(seconds), "--max-bytes",
                  std::to_string(most), "--", session, "-"},
                 std::move(code)},
                last_report};
}

Course fire_code(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    std::string code = arguments.text("code");
    // Nobody waits for it, so its timeout would only be in the way.
    return Step{{{"fire", "-t", std::to_string(kLongest_s), "--", session, "-"}, std::move(code)},
                last_report};
}

Course poll_cell(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    const std::string cell = arguments.maybe_text("cell_id").value_or("");
    const auto seconds = arguments.integer("wait_s", 0, 0, kLongest_s);
    const auto most = arguments.integer("max_bytes", kUsual, 1, kLargest);
    if (seconds == 0) {
        return Step{poll_words(session, cell, most), last_report};
    }
    const auto wait_then_poll = [=](Outcome outcome) -> Course {
        const Json now = printed_json(outcome);
        const std::string status = text_of(now, "status");
        if (status != "running" && status != "timeout") {
            return cell_result(outcome);
        }
        const std::string id = text_of(now, "cell_id");
        return Step{{{"wait", "--json", "--any", "--cell", id, "--waiting", "-t",
                      std::to_string(seconds), "--", session},
                     {}},
                    [=](const Outcome& /*however it went*/) -> Course {
                        return Step{poll_words(session, id, most), last_report};
                    }};
    };
    return Step{poll_words(session, cell, 1), [=](Outcome outcome) -> Course {
                    Course course = wait_then_poll(outcome);
                    // It has ended, or waits: now with as much output as was asked for.
                    if (const auto* result = std::get_if<ToolResult>(&course);
                        result != nullptr && !result->failed) {
                        return Step{poll_words(session, text_of(result->data, "cell_id"), most),
                                    last_report};
                    }
                    return course;
                }};
}

Course read_output(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    const std::string cell = arguments.text("cell_id");
    const auto offset = arguments.integer("offset", 0, 0, INT64_MAX);
    const auto limit = arguments.integer("limit", kUsual, 1, kLargest);
    return simple_call({{"output", "--json", "--offset", std::to_string(offset), "--limit",
                         std::to_string(limit), "--", session, cell},
                        {}},
                       [](const Json& part) { return text_of(part, "output"); });
}

Course interrupt_cell(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    Invocation invocation{{"int", "--json"}, {}};
    if (arguments.flag("kill")) {
        invocation.words.emplace_back("--kill");
    }
    invocation.words.insert(invocation.words.end(), {"--", session});
    return simple_call(std::move(invocation),
                       [](const Json& /*answer*/) { return std::string("interrupted"); });
}

Course say_to_agent(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    std::string text = arguments.text("text");
    const auto seconds = arguments.integer("timeout_s", 120, 1, kLongest_s);
    return Step{{{"agent", "say", "--json", "--name", session, "-t", std::to_string(seconds), "-"},
                 std::move(text)},
                [](Outcome outcome) -> Course {
                    Json turn = printed_json(outcome);
                    if (!turn.is_object() || turn.value("status", "") == "error") {
                        return failed_call(outcome);
                    }
                    if (!turn.contains("cell_id") && turn.contains("error")) {
                        return failure(text_of(turn, "error")); // there has been no turn
                    }
                    ToolResult result;
                    result.text =
                        turn.contains("reply") ? text_of(turn, "reply") : text_of(turn, "output");
                    if (outcome.exit_code == 124) {
                        result.text += "[no answer in time; the turn goes on: poll it]";
                    }
                    result.data = std::move(turn);
                    return result;
                }};
}

} // namespace kept::mcp
