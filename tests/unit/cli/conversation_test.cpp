#include "cli/conversation.h"

#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "unit/os/temp_dir.h"

namespace kept::cli {
namespace {

using nlohmann::ordered_json;
using Failures = std::vector<std::string>;

std::expected<Conversation, std::string> load(const std::string& yaml) {
    const kept::test::TempDir temp;
    const std::string file = temp / "talk.yaml";
    std::ofstream(file) << yaml;
    auto loaded = load_conversation(file);
    if (!loaded) {
        // Without the directory, which is another each time.
        return std::unexpected(loaded.error().substr(loaded.error().rfind('/') + 1));
    }
    return loaded;
}

std::string problem(const std::string& yaml) {
    const auto loaded = load(yaml);
    return loaded ? "nothing" : loaded.error();
}

TEST(Conversation, IsAListOfTurns) {
    const auto talk = load("- say: hi\n- say: |\n    two\n    lines\n");
    ASSERT_TRUE(talk) << talk.error();
    ASSERT_EQ(talk->turns.size(), 2U);
    EXPECT_EQ(talk->turns[0].say, "hi");
    EXPECT_EQ(talk->turns[0].line, 1);
    EXPECT_EQ(talk->turns[1].say, "two\nlines\n");
    EXPECT_EQ(talk->turns[1].line, 2);
    EXPECT_TRUE(talk->entrypoint.empty());
}

TEST(Conversation, MayNameItsAgentBesideItself) {
    const auto talk = load("agent: sub/agent.js\nturns:\n  - say: hi\n");
    ASSERT_TRUE(talk) << talk.error();
    EXPECT_TRUE(talk->entrypoint.ends_with("/sub/agent.js")) << talk->entrypoint;
    EXPECT_TRUE(talk->entrypoint.starts_with("/tmp/"));
}

TEST(Conversation, HasEveryExpectation) {
    const auto talk = load(R"(- say: hi
  expect:
    contains: [a, b]
    matches: 'x+'
    not: sorry
    tool: [one, {name: two, arguments: {n: 3, text: '3', list: [1, true, null]}}]
    handoff: helper
    silent: false
    error: down
    within: 2.5
)");
    ASSERT_TRUE(talk) << talk.error();
    const Expectations& expect = talk->turns[0].expect;
    EXPECT_EQ(expect.contains, (Failures{"a", "b"}));
    EXPECT_EQ(expect.lacks, Failures{"sorry"});
    ASSERT_EQ(expect.matches.size(), 1U);
    EXPECT_EQ(expect.matches[0]->pattern(), "x+");
    ASSERT_EQ(expect.calls.size(), 2U);
    EXPECT_TRUE(expect.calls[0].arguments.is_null());
    EXPECT_EQ(expect.calls[1].arguments,
              nlohmann::json::parse(R"({"n": 3, "text": "3", "list": [1, true, null]})"));
    EXPECT_EQ(expect.handoff, "helper");
    EXPECT_EQ(expect.silent, false);
    EXPECT_EQ(expect.error, "down");
    EXPECT_EQ(expect.within_s, 2.5);
}

TEST(Conversation, AnyErrorAndNone) {
    EXPECT_EQ(load("- {say: x, expect: {error: true}}")->turns[0].expect.error, "");
    EXPECT_FALSE(load("- {say: x, expect: {error: false}}")->turns[0].expect.error);
    EXPECT_EQ(load("- {say: x, expect: {error: 'true'}}")->turns[0].expect.error, "true");
    EXPECT_TRUE(load("- {say: x, expect: {tools: none}}")->turns[0].expect.no_calls);
}

TEST(Conversation, WhatIsWrongIsSaidWithItsLine) {
    EXPECT_EQ(problem(""), "talk.yaml:1: a conversation is a list of turns, or a mapping with "
                           "'turns'");
    EXPECT_EQ(problem("[]"), "talk.yaml:1: 'turns' has to be a list of at least one turn");
    EXPECT_EQ(problem("agent: a.js\n"), "talk.yaml:1: there are no 'turns'");
    EXPECT_EQ(problem("- say: hi\n- expect: {}\n"), "talk.yaml:2: a turn wants something to 'say'");
    EXPECT_EQ(problem("- say: ' '\n"), "talk.yaml:1: there is nothing to say");
    EXPECT_EQ(problem("- say: hi\n  expects: {}\n"),
              "talk.yaml:2: a turn has no 'expects', only: say, expect");
    EXPECT_EQ(problem("- say: hi\n  say: ho\n"), "talk.yaml:2: 'say' stands here twice");
    EXPECT_TRUE(problem("- say: hi\n  expect:\n    matches: '('\n")
                    .starts_with("talk.yaml:3: '(' is no regular expression: "));
    EXPECT_TRUE(problem("- say: [\n").starts_with("talk.yaml:"));
    for (const char* within : {"0", "-1", "soon", ".inf", ".nan", "100000", "[1]"}) {
        EXPECT_EQ(problem(std::string("- say: hi\n  expect: {within: ") + within + "}\n"),
                  "talk.yaml:2: 'within' wants seconds, more than 0 and at most a day")
            << within;
    }
    for (const char* expect : {"contains: ''", "contains: {a: b}", "tools: some", "silent: perhaps",
                               "tool: {}", "tool: {name: a, arguments: 3}", "{}: 1", "[]"}) {
        EXPECT_TRUE(problem(std::string("- say: hi\n  expect: {") + expect + "}\n")
                        .starts_with("talk.yaml:"))
            << expect;
    }
    EXPECT_EQ(load_conversation("/nonexistent.yaml").error(), "/nonexistent.yaml: cannot be read");
}

/// The judgement of one expectation, written as YAML, on what `say --json` printed.
Failures judged(const std::string& expect, const std::string& result, std::int64_t ms = 0) {
    const auto talk = load("- say: x\n  expect: {" + expect + "}\n");
    EXPECT_TRUE(talk) << talk.error();
    return judge(talk->turns[0].expect, ordered_json::parse(result), ms);
}

constexpr const char* kReply = R"({"reply": "8 euros, please"})";

TEST(ConversationJudge, Replies) {
    EXPECT_EQ(judged("contains: euros", kReply), Failures{});
    EXPECT_EQ(judged("contains: [euros, dollars]", kReply),
              Failures{R"(reply contains "dollars": it was "8 euros, please")"});
    EXPECT_EQ(judged("contains: x", R"({"reply": ""})"),
              Failures{R"(reply contains "x": there was none)"});
    EXPECT_EQ(judged("not: [sorry, please]", kReply),
              Failures{R"(reply does not contain "please": it was "8 euros, please")"});
    EXPECT_EQ(judged(R"(matches: '^\d+ euros')", kReply), Failures{});
    EXPECT_EQ(judged("matches: '^euros'", kReply),
              Failures{R"(reply matches ^euros: it was "8 euros, please")"});
}

TEST(ConversationJudge, SilenceTimeAndErrors) {
    EXPECT_EQ(judged("silent: true", R"({"reply": "", "silent": true})"), Failures{});
    EXPECT_EQ(judged("silent: true", kReply), Failures{R"(no reply: it was "8 euros, please")"});
    EXPECT_EQ(judged("silent: false", R"({"reply": ""})"), Failures{"a reply: there was none"});
    EXPECT_EQ(judged("within: 1", kReply, 1000), Failures{});
    EXPECT_EQ(judged("within: 1", kReply, 1001), Failures{"within 1 s: it took 1.001 s"});
    EXPECT_EQ(judged("contains: 8", R"({"reply": "8", "error": "down"})"),
              Failures{"no error: down"});
    EXPECT_EQ(judged("error: true", R"({"reply": "", "error": "down"})"), Failures{});
    EXPECT_EQ(judged("error: up", R"({"error": "down"})"),
              Failures{R"(an error with "up": it was "down")"});
    EXPECT_EQ(judged("error: true", kReply), Failures{"an error: there was none"});
}

TEST(ConversationJudge, ToolsAndHandoffs) {
    constexpr const char* kCalls = R"({"reply": "", "events": [
        {"type": "tool_call", "name": "old", "arguments": "{}", "earlier": true},
        {"type": "tool_call", "name": "order", "arguments": "{\"n\": 2, \"what\": {\"a\": 1, \"b\": 2}}"},
        {"type": "handoff", "from": "a", "to": "b"}]})";
    EXPECT_EQ(judged("tool: order", kCalls), Failures{});
    EXPECT_EQ(judged("tool: {name: order, arguments: {n: 2}}", kCalls), Failures{});
    EXPECT_EQ(judged("tool: {name: order, arguments: {n: '2', what: {a: 1}}}", kCalls), Failures{});
    EXPECT_EQ(judged("tool: {name: order, arguments: {n: 3}}", kCalls).size(), 1U);
    EXPECT_EQ(judged("tool: old", kCalls).size(), 1U); // before this turn
    EXPECT_EQ(judged("tools: none", kCalls).size(), 1U);
    EXPECT_EQ(judged("tools: none", kReply), Failures{});
    EXPECT_EQ(judged("tool: order", kReply), Failures{"tool order is called: called were none"});
    EXPECT_EQ(judged("handoff: b", kCalls), Failures{});
    EXPECT_EQ(judged("handoff: c", kCalls), Failures{"handoff to c: it was to b"});
    EXPECT_EQ(judged("handoff: c", kReply), Failures{"handoff to c: there was none"});
}

TEST(ConversationJudge, ArgumentsThatAreNoJsonMatchNone) {
    constexpr const char* kBroken =
        R"({"events": [{"type": "tool_call", "name": "order", "arguments": "{\"n\": "}]})";
    EXPECT_EQ(judged("tool: order", kBroken), Failures{});
    EXPECT_EQ(judged("tool: {name: order, arguments: {n: 1}}", kBroken).size(), 1U);
}

TEST(ConversationJudge, LongRepliesAreCutInTheReport) {
    const auto failures =
        judged("contains: no", ordered_json{{"reply", std::string(1000, 'x')}}.dump());
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_LT(failures.front().size(), 400U);
    EXPECT_TRUE(failures.front().ends_with("…"));
}

} // namespace
} // namespace kept::cli
