#include "agent/render_json.h"
#include "agent/render_text.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>

namespace kept::agent {
namespace {

Event message(Role role, std::string text) {
    Event event;
    event.type = EventType::message;
    event.role = role;
    event.text = std::move(text);
    return event;
}

Event tool(std::string arguments, std::string output, bool is_error = false) {
    Event event;
    event.type = EventType::tool_call;
    event.name = "weather";
    event.arguments = std::move(arguments);
    event.output = std::move(output);
    event.has_output = true;
    event.is_error = is_error;
    return event;
}

TEST(AgentRenderText, Messages) {
    EXPECT_EQ(render_text(message(Role::user, "hi")), "\n  ● You\n    hi\n");
    EXPECT_EQ(render_text(message(Role::assistant, "one\n\n  three")),
              "\n  ● Agent\n    one\n    \n      three\n");
    EXPECT_EQ(render_text(message(Role::system, "secret")), "");
}

TEST(AgentRenderText, Marks) {
    Event event = message(Role::assistant, "hi");
    event.interrupted = true;
    event.earlier = true;
    EXPECT_EQ(render_text(event), "\n  ● Agent (before this turn) (interrupted)\n    hi\n");
}

TEST(AgentRenderText, Tools) {
    EXPECT_EQ(render_text(tool("{\"city\": \"Wien\"}", "sonnig, 21 °C")),
              "\n  ● function_tool: weather({\"city\": \"Wien\"})\n    ✓ sonnig, 21 °C\n");
    EXPECT_EQ(render_text(tool("{}", "")), "\n  ● function_tool: weather({})\n");
    EXPECT_EQ(render_text(tool("{}", "on fire\nTraceback", true)),
              "\n  ● function_tool: weather({})\n    ✗ on fire\n");
    EXPECT_EQ(render_text(tool("{}", "", true)), "\n  ● function_tool: weather({})\n    ✗ error\n");
}

TEST(AgentRenderText, HandoffConfigError) {
    Event handoff;
    handoff.type = EventType::handoff;
    handoff.from = "a";
    handoff.to = "b";
    EXPECT_EQ(render_text(handoff), "\n  ● handoff: a → b\n");
    Event config;
    config.type = EventType::config;
    config.changes = {"instructions updated", "tools added: a, b", "tools removed: c"};
    EXPECT_EQ(render_text(config),
              "\n  ● config: instructions updated; tools added: a, b; tools removed: c\n");
    Event error;
    error.type = EventType::error;
    error.text = "local.LLM";
    EXPECT_EQ(render_text(error), "\n  ✗ local.LLM\n");
    Event state;
    state.type = EventType::state;
    EXPECT_EQ(render_text(state), "");
}

TEST(AgentRenderText, Colours) {
    const TextStyle style{.colours = true};
    EXPECT_EQ(render_text(message(Role::user, "hi"), style),
              "\n  \x1b[1;38;2;31;213;249m● You\x1b[0m\n    hi\n");
    EXPECT_EQ(render_text(message(Role::assistant, "hi"), style),
              "\n  \x1b[1;38;2;107;203;119m● Agent\x1b[0m\n    hi\n");
    EXPECT_NE(render_text(tool("", "x"), style).find("\x1b[2m✓ x\x1b[0m"), std::string::npos);
    EXPECT_NE(render_text(tool("", "x", true), style).find("\x1b[38;2;255;107;107m✗ x\x1b[0m"),
              std::string::npos);
}

TEST(AgentRenderText, MetricsWhenAskedFor) {
    Event event = message(Role::assistant, "hi");
    event.metrics = {{"llm_ttft", 0.0146}, {"started_speaking_at", 1.0}};
    EXPECT_EQ(render_text(event), "\n  ● Agent\n    hi\n");
    EXPECT_EQ(render_text(event, {.metrics = true}), "\n  ● Agent\n    hi\n    llm_ttft 15 ms\n");
}

TEST(AgentRenderText, SummaryCountsCharactersNotBytes) {
    std::string text;
    for (int i = 0; i < 120; ++i) {
        text += "ü";
    }
    EXPECT_EQ(summarise(text), text);
    const std::string cut = summarise(text + "ü");
    EXPECT_EQ(cut, text.substr(0, 119 * 2) + "…");
    EXPECT_EQ(summarise("🙂🙂🙂", 2), "🙂…");
    EXPECT_EQ(summarise("abc", 3), "abc");
    EXPECT_EQ(summarise("\n\nsecond\nthird"), "second");
    EXPECT_EQ(summarise(""), "");
}

TEST(AgentRenderText, NoEscapeSequenceReachesTheTerminal) {
    EXPECT_EQ(printable("a\x1b]0;x\x07 b\r\nc\td"), "a ]0;x  b\nc\td");
    EXPECT_EQ(printable("\xc2\x9b"
                        "31mü"),
              " 31mü");
    EXPECT_EQ(render_text(message(Role::assistant, "\x1b[2Jgone")).find('\x1b'), std::string::npos);
    EXPECT_EQ(render_text(tool("\x1b[2J", "\x1b[2J")).find('\x1b'), std::string::npos);
}

TEST(AgentRenderJson, Event) {
    EXPECT_EQ(event_json(message(Role::user, "grüß \"dich\"\n")),
              R"({"type": "message", "role": "user", "text": "grüß \"dich\"\n"})");
    EXPECT_EQ(event_json(tool("{}", "")),
              R"({"type": "tool_call", "name": "weather", "arguments": "{}", "output": "", )"
              R"("is_error": false})");
    Event state;
    state.type = EventType::state;
    state.from = "listening";
    state.to = "thinking";
    state.created_ms = 1'795'192'802'180;
    EXPECT_EQ(event_json(state, 7),
              R"({"type": "state", "from": "listening", "to": "thinking", )"
              R"("created_at": "2026-11-20T16:40:02.180000+00:00", "seq": 7})");
}

TEST(AgentRenderJson, MetricsUsageAndDetails) {
    Event event = message(Role::assistant, "x");
    event.metrics = {{"llm_ttft", 0.25}};
    event.interrupted = true;
    event.earlier = true;
    event.details = {{"extra", JsonText{R"({"a":[1]})"}}};
    EXPECT_EQ(event_json(event),
              R"({"type": "message", "role": "assistant", "text": "x", "metrics": {"llm_ttft": )"
              R"(0.25}, "interrupted": true, "earlier": true, "extra": {"a": [1]}})");
    EXPECT_EQ(usage_json({{"llm", "local", "m", {{"input_tokens", 3}, {"session_duration", 0.5}}}}),
              R"({"usage": [{"kind": "llm", "provider": "local", "model": "m", )"
              R"("input_tokens": 3, "session_duration": 0.5}]})");
}

TEST(AgentRenderJson, IllFormedTextStaysValidJson) {
    const std::string line = event_json(message(Role::assistant, "a\xff"
                                                                 "b"));
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
}

TEST(AgentRenderJson, Say) {
    TurnResult turn;
    turn.text = "hi";
    turn.answered = true;
    turn.silent = true;
    EXPECT_EQ(say_json(turn, 12, "0123456789ab"),
              R"({"text": "hi", "events": [], "reply": "", "silent": true, "duration_ms": 12, )"
              R"("cell_id": "0123456789ab"})");
    turn.silent = false;
    turn.error = "agent exited";
    turn.interrupted = true;
    turn.events = {message(Role::user, "hi")};
    turn.usage = {{"llm", "p", "m", {{"input_tokens", 1}}}};
    EXPECT_EQ(say_json(turn, 12, "0123456789ab"),
              R"({"text": "hi", "events": [{"type": "message", "role": "user", "text": "hi"}], )"
              R"("reply": "", "error": "agent exited", "duration_ms": 12, "interrupted": true, )"
              R"("usage": [{"kind": "llm", "provider": "p", "model": "m", "input_tokens": 1}], )"
              R"("cell_id": "0123456789ab"})");
}

TEST(AgentRenderJson, StatusKeysInOrder) {
    Status status;
    status.port = 8775;
    status.agent_id = "assistant";
    status.tools = {"weather"};
    status.instructions = "Do.";
    const auto json = nlohmann::ordered_json::parse(status_json(status));
    std::vector<std::string> keys;
    for (const auto& [key, value] : json.items()) {
        keys.push_back(key);
    }
    EXPECT_EQ(keys, (std::vector<std::string>{
                        "port", "pid", "project_dir", "entrypoint", "project_type", "started_at",
                        "uptime_seconds", "turns", "turn_in_progress", "agent_state", "agent_id",
                        "tools", "instructions", "log_path", "idle_timeout_seconds", "idle_seconds",
                        "unseen_events", "responding"}));
}

} // namespace
} // namespace kept::agent
