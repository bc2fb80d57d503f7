#include "mcp/tool_agent.h"

#include "base/text.h"
#include "mcp/outcome.h"

namespace kept::mcp {

namespace {

/// Each tool call of the turn in a line: what the agent did before it spoke.
std::string tool_lines(const Json& turn) {
    constexpr std::size_t kShown = 300; // bytes of arguments and output; all are in the data
    std::string text;
    const auto events = turn.find("events");
    if (events == turn.end() || !events->is_array()) {
        return text;
    }
    for (const Json& event : *events) {
        if (text_of(event, "type") == "tool_call") {
            text.append("[tool ").append(text_of(event, "name")).append("(");
            text.append(base::utf8_prefix(text_of(event, "arguments"), kShown)).append("): ");
            text.append(base::utf8_prefix(text_of(event, "output"), kShown)).append("]\n");
        }
    }
    return text;
}

} // namespace

Course say_to_agent(ToolArguments& arguments) {
    const std::string session = arguments.text("session");
    std::string said = arguments.content("text");
    const auto seconds = arguments.integer("timeout_s", 120, 1, kLongestS);
    return Step{{{"agent", "say", "--json", "--name", session, "-t", std::to_string(seconds), "-"},
                 std::move(said)},
                [](const Outcome& outcome) -> Course {
                    Json turn = printed_json(outcome);
                    if (!turn.is_object() || turn.value("status", "") == "error") {
                        return failed_call(outcome);
                    }
                    if (!turn.contains("cell_id") && turn.contains("error")) {
                        return failed_because(text_of(turn, "error")); // there has been no turn
                    }
                    constexpr int kTimedOut = 124;
                    ToolResult result;
                    result.text = tool_lines(turn) + text_of(turn, "reply");
                    if (outcome.exit_code == kTimedOut) {
                        result.text += "[no answer in time; the turn goes on: poll it]";
                    } else if (const auto why = text_of(turn, "error"); !why.empty()) {
                        result.text += "[error: " + why + "]";
                    } else if (result.text.empty()) {
                        result.text = "[the agent says nothing]";
                    }
                    result.data = std::move(turn);
                    return result;
                }};
}

} // namespace kept::mcp
