#include "mcp/tools.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "mcp/tool_agent.h"
#include "mcp/tool_cells.h"
#include "mcp/tool_sessions.h"

namespace kept::mcp {

namespace {

#define KEPT_CELL_SCHEMA                                                                           \
    R"({"type":"object","properties":{"cell_id":{"type":"string"},"status":{"type":"string","enum":["fired","running","waiting","done","timeout","error"]},"output":{"type":"string"},"exit_code":{"type":"integer"},"input":{"type":"object"},"error":{"type":"string"}},"required":["cell_id","status"]})"

// Texts are short because every client's model reads all of them at every start.
constexpr std::array kTools{
    Tool{
        "session_new", "New session",
        "Start an interactive program (default: bash) that lives on until session_close.",
        R"({"name":{"type":"string"},"command":{"type":"string","description":"shell, REPL, debugger, TUI, ssh ..."},"cwd":{"type":"string"},"env":{"type":"object","additionalProperties":{"type":"string"}},"size":{"type":"string","description":"COLSxROWS"}})",
        R"(["name"])",
        R"({"type":"object","properties":{"session":{"type":"string"},"status":{"type":"string"}},"required":["session","status"]})",
        false, false, true, new_session},
    Tool{
        "session_list", "List sessions", "The sessions there are, and what each does.", "{}", "",
        R"({"type":"object","properties":{"sessions":{"type":"array","items":{"type":"object"}}},"required":["sessions"]})",
        true, false, true, list_sessions},
    Tool{
        "session_close", "Close session",
        "End a session and its program, and delete what it keeps.",
        R"({"session":{"type":"string"}})", R"(["session"])",
        R"({"type":"object","properties":{"session":{"type":"string"},"status":{"type":"string"}},"required":["session","status"]})",
        false, true, true, close_session},
    Tool{
        "run", "Run code",
        "Run code in a session and wait for its end. Status `done` has the exit_code; `waiting`: "
        "the program wants input (see input.prompt), answer with send; `timeout`: it goes on, use "
        "poll. One cell at a time.",
        R"({"session":{"type":"string"},"code":{"type":"string"},"timeout_s":{"type":"integer","default":30},"max_bytes":{"type":"integer","default":16000}})",
        R"(["session","code"])", KEPT_CELL_SCHEMA, false, true, false, run_code},
    Tool{"fire", "Start code",
         "Start code in a session and return its cell_id at once. For servers, builds and other "
         "long work.",
         R"({"session":{"type":"string"},"code":{"type":"string"}})", R"(["session","code"])",
         KEPT_CELL_SCHEMA, false, true, false, fire_code},
    Tool{
        "poll", "Poll a cell",
        "How a cell (default: the latest) stands, and its output so far. With wait_s: returns when "
        "it ends or wants input.",
        R"({"session":{"type":"string"},"cell_id":{"type":"string"},"wait_s":{"type":"integer","default":0},"max_bytes":{"type":"integer","default":16000}})",
        R"(["session"])", KEPT_CELL_SCHEMA, true, false, true, poll_cell},
    Tool{
        "output", "Read output", "A part of a cell's output, by bytes.",
        R"({"session":{"type":"string"},"cell_id":{"type":"string"},"offset":{"type":"integer"},"limit":{"type":"integer","default":16000}})",
        R"(["session","cell_id"])",
        R"({"type":"object","properties":{"output":{"type":"string"}},"required":["output"]})",
        true, false, true, read_output},
    Tool{
        "send", "Type",
        "Type text (and Enter) or press keys at the program in a session. secret: for passwords, "
        "recorded nowhere.",
        R"({"session":{"type":"string"},"text":{"type":"string"},"enter":{"type":"boolean","default":true},"keys":{"type":"string","description":"e.g. C-c Up F5 Enter*3"},"secret":{"type":"boolean"}})",
        R"(["session"])",
        R"({"type":"object","properties":{"session":{"type":"string"},"status":{"type":"string"}},"required":["status"]})",
        false, true, false, send_input},
    Tool{
        "interrupt", "Interrupt", "Ctrl-C; with kill, end the foreground program by force.",
        R"({"session":{"type":"string"},"kill":{"type":"boolean"}})", R"(["session"])",
        R"({"type":"object","properties":{"session":{"type":"string"},"status":{"type":"string"}},"required":["status"]})",
        false, true, false, interrupt_cell},
    Tool{
        "screen", "See the screen",
        "What a person would see: text, with the cursor; image: as a picture too.",
        R"({"session":{"type":"string"},"image":{"type":"boolean"}})", R"(["session"])",
        R"({"type":"object","properties":{"text":{"type":"string"},"cursor":{"type":"object"}},"required":["text"]})",
        true, false, true, see_screen},
    Tool{
        "wait", "Wait for the screen",
        "Wait until text, or a regex, stands on the screen, or it has been still for idle_ms.",
        R"({"session":{"type":"string"},"text":{"type":"string"},"regex":{"type":"string"},"idle_ms":{"type":"integer"},"timeout_s":{"type":"integer","default":30}})",
        R"(["session"])",
        R"({"type":"object","properties":{"met":{"type":"boolean"}},"required":["met"]})", true,
        false, true, wait_for},
    Tool{
        "agent_say", "Say to an agent",
        "Say one text turn to a LiveKit agent session and get its reply and tool calls.",
        R"({"session":{"type":"string"},"text":{"type":"string"},"timeout_s":{"type":"integer","default":120}})",
        R"(["session","text"])",
        R"({"type":"object","properties":{"reply":{"type":"string"},"events":{"type":"array","items":{"type":"object"}},"error":{"type":"string"},"cell_id":{"type":"string"}}})",
        false, true, false, say_to_agent},
};

#undef KEPT_CELL_SCHEMA

} // namespace

std::span<const Tool> tools() {
    return kTools;
}

const Tool* find_tool(std::string_view name) {
    const auto found = std::ranges::find(kTools, name, &Tool::name);
    return found == kTools.end() ? nullptr : &*found;
}

Json describe(const Tool& tool) {
    Json input{{"type", "object"}, {"properties", Json::parse(tool.input)}};
    if (!tool.required.empty()) {
        input["required"] = Json::parse(tool.required);
    }
    input["additionalProperties"] = false;
    Json hints{{"readOnlyHint", tool.read_only}};
    if (!tool.read_only) {
        hints["destructiveHint"] = tool.destructive;
        hints["idempotentHint"] = tool.idempotent;
    }
    return {{"name", tool.name},
            {"title", tool.title},
            {"description", tool.description},
            {"inputSchema", std::move(input)},
            {"outputSchema", Json::parse(tool.output)},
            {"annotations", std::move(hints)}};
}

Json to_json(const ToolResult& result) {
    Json content = Json::array({{{"type", "text"}, {"text", result.text}}});
    if (!result.png.empty()) {
        content.push_back(
            {{"type", "image"}, {"data", base::base64(result.png)}, {"mimeType", "image/png"}});
    }
    Json json{{"content", std::move(content)}};
    if (!result.data.is_null() && !result.failed) {
        json["structuredContent"] = result.data;
    }
    if (result.failed) {
        json["isError"] = true;
    }
    return json;
}

ToolResult failure(std::string text) {
    ToolResult result;
    result.text = std::move(text);
    result.failed = true;
    return result;
}

} // namespace kept::mcp
