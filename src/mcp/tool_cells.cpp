#include "mcp/tool_cells.h"

#include "mcp/outcome.h"

namespace kept::mcp {

namespace {

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
        return "[" + status + ", cell " + id + "; poll it with wait_s]";
    }
    const std::string why = text_of(cell, "error");
    std::string line = "[" + status + (why.empty() ? "" : ": " + why);
    if (const auto next = next_step(why); !next.empty()) {
        line.append("; ").append(next);
    }
    return line + "]";
}

ToolResult cell_result(const Outcome& outcome) {
    Json cell = printed_json(outcome);
    if (!cell.is_object() || !cell.contains("status") || !cell.contains("cell_id")) {
        return failed_call(outcome);
    }
    // Where the contract of `k poll` has a fixed text, the output so far is the answer here.
    const std::string status = text_of(cell, "status");
    const std::string said = text_of(cell, "output");
    if (cell.contains("partial")) {
        cell["output"] = cell["partial"];
        cell.erase("partial");
    } else if (status == "timeout" || status == "error") {
        cell["output"] = "";
    }
    if (status == "error") {
        cell["error"] = said;
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

Course last_report(const Outcome& outcome) {
    return cell_result(outcome);
}

} // namespace

Course run_code(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    std::string code = arguments.content("code");
    const auto seconds = arguments.integer("timeout_s", 30, 1, kLongestS);
    const auto most = arguments.integer("max_bytes", kUsual, 1, kLargest);
    return Step{{{"run", "--json", "-t", std::to_string(seconds), "--max-bytes",
                  std::to_string(most), "--", session, "-"},
                 std::move(code)},
                last_report};
}

Course fire_code(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    std::string code = arguments.content("code");
    // Nobody waits for it, so its timeout would only be in the way.
    return Step{{{"fire", "-t", std::to_string(kLongestS), "--", session, "-"}, std::move(code)},
                last_report};
}

Course poll_cell(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    const auto cell = arguments.maybe_text("cell_id");
    const auto seconds = arguments.integer("wait_s", 0, 0, kLongestS);
    const auto most = arguments.integer("max_bytes", kUsual, 1, kLargest);
    Invocation invocation{{"poll", "--json", "--partial", "--max-bytes", std::to_string(most)}, {}};
    if (seconds > 0) {
        invocation.words.insert(invocation.words.end(), {"--wait", "-t", std::to_string(seconds)});
    }
    invocation.words.insert(invocation.words.end(), {"--", session});
    if (cell && !cell->empty()) {
        invocation.words.push_back(*cell);
    }
    return Step{std::move(invocation), last_report};
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
    const bool by_force = arguments.flag("kill");
    if (by_force) {
        invocation.words.emplace_back("--kill");
    }
    invocation.words.insert(invocation.words.end(), {"--", session});
    return Step{std::move(invocation), [by_force](const Outcome& outcome) -> Course {
                    Json answer = printed_json(outcome);
                    if (outcome.exit_code != 0 || !answer.is_object()) {
                        // What next_step would say has just been tried.
                        return by_force && text_of(answer, "output").starts_with("interrupt failed")
                                   ? failure("the program goes on all the same; session_close ends "
                                             "the session")
                                   : failed_call(outcome);
                    }
                    ToolResult result;
                    result.text = "interrupted";
                    result.data = std::move(answer);
                    return result;
                }};
}

} // namespace kept::mcp
