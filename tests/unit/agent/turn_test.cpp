#include "agent/turn.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace kept::agent {
namespace {

Event message(Role role, std::string id, std::string text) {
    Event event;
    event.type = EventType::message;
    event.role = role;
    event.id = std::move(id);
    event.text = std::move(text);
    return event;
}

Event user(std::string id, std::string text) {
    return message(Role::user, std::move(id), std::move(text));
}

Event reply(std::string id, std::string text) {
    return message(Role::assistant, std::move(id), std::move(text));
}

Event call(std::string call_id, std::string name, Source source) {
    Event event;
    event.type = EventType::tool_call;
    event.source = source;
    event.call_id = std::move(call_id);
    event.name = std::move(name);
    return event;
}

Event executed(std::string call_id, std::string name, std::string output) {
    Event event = call(std::move(call_id), std::move(name), Source::tools);
    event.output = std::move(output);
    event.has_output = true;
    return event;
}

Event error(std::string text) {
    Event event;
    event.type = EventType::error;
    event.text = std::move(text);
    return event;
}

Event used(double tokens) {
    Event event;
    event.type = EventType::usage;
    event.usage = {{"llm", "p", "m", {{"input_tokens", tokens}}}};
    return event;
}

Response answer(std::vector<Event> items = {}) {
    Response response;
    response.kind = ResponseKind::run_input;
    response.items = std::move(items);
    for (Event& item : response.items) {
        item.source = Source::response;
    }
    return response;
}

Event with_id(Event event, std::string id) {
    event.id = std::move(id);
    return event;
}

TEST(AgentTurn, PlainTurnTellsEachThingOnce) {
    Conversation conversation;
    const auto begun = conversation.begin("hi", 1000);
    ASSERT_EQ(begun.size(), 1U);
    EXPECT_EQ(begun[0].text, "hi");
    EXPECT_TRUE(conversation.add(user("u1", "hi")).empty());
    EXPECT_EQ(conversation.add(reply("a1", "hello")).size(), 1U);
    EXPECT_FALSE(conversation.result().answered);
    EXPECT_TRUE(conversation.finish(answer({reply("a1", "hello")})).empty());
    const auto result = conversation.result();
    EXPECT_TRUE(result.answered);
    EXPECT_EQ(result.reply, "hello");
    EXPECT_FALSE(result.silent);
    EXPECT_EQ(result.error, "");
    ASSERT_EQ(result.events.size(), 2U);
    EXPECT_EQ(result.events[0].id, "u1");
    EXPECT_FALSE(conversation.in_turn());
}

TEST(AgentTurn, ResponseAloneIsEnough) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    Event requested = with_id(call("c", "weather", Source::response), "i1");
    requested.output = "sunny";
    requested.has_output = true;
    const auto told = conversation.finish(answer({requested, reply("a1", "it is sunny")}));
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].output, "sunny");
    EXPECT_EQ(conversation.result().reply, "it is sunny");
}

TEST(AgentTurn, EventsAfterTheResponseAreNotToldAgain) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    Event requested = with_id(call("c", "weather", Source::response), "i1");
    requested.has_output = true;
    conversation.finish(answer({requested, reply("a1", "sunny")}));
    EXPECT_TRUE(conversation.add(executed("c", "weather", "sunny")).empty());
    EXPECT_TRUE(conversation.add(reply("a1", "sunny")).empty());
    EXPECT_EQ(conversation.unseen(), 0U);
    EXPECT_EQ(conversation.result().events[1].output, "sunny");
}

TEST(AgentTurn, OwnMessageAfterTheResponseIsNotNews) {
    Conversation conversation;
    EXPECT_EQ(conversation.add(user("u0", "hi")).size(), 1U);
    conversation.mark_seen();
    conversation.begin("hi", 1000);
    conversation.finish(answer({reply("a1", "1")}));
    EXPECT_TRUE(conversation.add(user("u1", "hi")).empty());
    EXPECT_EQ(conversation.add(user("u2", "hi")).size(), 1U);
    EXPECT_EQ(conversation.add(user("u3", "something else")).size(), 1U);
}

TEST(AgentTurn, CallIdsMayRepeat) {
    // Local models number their calls from zero in each generation.
    Conversation conversation;
    conversation.begin("hi", 1000);
    EXPECT_EQ(conversation.add(executed("call_0", "one", "1")).size(), 1U);
    EXPECT_EQ(conversation.add(executed("call_0", "two", "2")).size(), 1U);
    Event first = with_id(call("call_0", "one", Source::response), "i1");
    Event second = with_id(call("call_0", "two", Source::response), "i2");
    first.has_output = second.has_output = true;
    EXPECT_TRUE(conversation.finish(answer({first, second})).empty());
    EXPECT_EQ(conversation.result().events.size(), 3U);

    conversation.begin("again", 2000);
    EXPECT_EQ(conversation.add(executed("call_0", "three", "3")).size(), 1U);
}

TEST(AgentTurn, OutputOnlyCompletesItsCall) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    EXPECT_TRUE(conversation.add(with_id(call("c", "weather", Source::stream), "i1")).empty());
    Event output = with_id(executed("c", "weather", "sunny"), "o1");
    output.source = Source::stream;
    output.output_only = true;
    const auto told = conversation.add(output);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].name, "weather");
    EXPECT_EQ(told[0].output, "sunny");
    EXPECT_TRUE(conversation.add(executed("c", "weather", "sunny")).empty());
}

TEST(AgentTurn, CallWithoutOutputIsToldAtTheEnd) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    EXPECT_TRUE(conversation.add(call("c", "weather", Source::stream)).empty());
    const auto told = conversation.abandon(Abandon::agent_exited, "exit status 1");
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].name, "weather");
    const auto result = conversation.result();
    EXPECT_EQ(result.error, "agent exited: exit status 1");
    EXPECT_FALSE(result.answered);
    EXPECT_FALSE(result.silent);
}

TEST(AgentTurn, SilenceOfNodeAndOfPython) {
    for (const char* phrase : {"agent produced no response items", ""}) {
        Conversation conversation;
        conversation.begin("hi", 1000);
        Response response = answer();
        if (*phrase != '\0') {
            response.error = phrase;
        }
        conversation.finish(response);
        EXPECT_TRUE(conversation.result().silent) << phrase;
        EXPECT_EQ(conversation.result().error, "") << phrase;
    }
}

TEST(AgentTurn, SilenceWithAnErrorEventIsAnError) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    EXPECT_EQ(conversation.add(error("local.LLM")).size(), 1U);
    Response response = answer();
    response.error = "agent produced no response items";
    conversation.finish(response);
    EXPECT_EQ(conversation.result().error, "local.LLM");
    EXPECT_FALSE(conversation.result().silent);
}

TEST(AgentTurn, RecoveredErrorDoesNotFailTheTurn) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    conversation.add(error("local.LLM"));
    conversation.finish(answer({reply("a1", "second try")}));
    EXPECT_EQ(conversation.result().error, "");
    EXPECT_EQ(conversation.result().reply, "second try");
}

TEST(AgentTurn, ResponseErrorIsAnError) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    Response response = answer();
    response.error = "internal error";
    conversation.finish(response);
    EXPECT_EQ(conversation.result().error, "internal error");

    conversation.begin("hi", 2000);
    response.error = "";
    conversation.finish(response);
    EXPECT_NE(conversation.result().error, "");
}

TEST(AgentTurn, ToolWithoutReplyIsSilent) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    conversation.add(executed("c", "mute", ""));
    conversation.finish(answer());
    EXPECT_TRUE(conversation.result().silent);
}

TEST(AgentTurn, WhatHappensBetweenTurnsIsToldAsEarlier) {
    Conversation conversation;
    conversation.begin("one", 1000);
    conversation.finish(answer({reply("a1", "1")}));
    EXPECT_EQ(conversation.add(reply("a2", "by the way")).size(), 1U);
    EXPECT_EQ(conversation.unseen(), 1U);
    const auto begun = conversation.begin("two", 2000);
    ASSERT_EQ(begun.size(), 2U);
    EXPECT_TRUE(begun[0].earlier);
    EXPECT_EQ(begun[0].text, "by the way");
    EXPECT_FALSE(begun[1].earlier);
    conversation.finish(answer({reply("a3", "2")}));
    EXPECT_EQ(conversation.result().reply, "2");

    conversation.add(reply("a4", "seen by somebody"));
    conversation.mark_seen();
    EXPECT_EQ(conversation.begin("three", 3000).size(), 1U);
}

TEST(AgentTurn, LateEventsOfTheLastTurnAreEarlierOrNothing) {
    Conversation conversation;
    conversation.begin("one", 1000);
    conversation.finish(answer({reply("a1", "1")}));
    conversation.begin("two", 2000);
    Event late = reply("a0", "spoken before");
    late.created_ms = 1999;
    const auto told = conversation.add(late);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].earlier);
    EXPECT_TRUE(conversation.add(reply("a1", "1")).empty());
    Event other_user = user("u9", "not this turn's");
    other_user.created_ms = 1500;
    EXPECT_EQ(conversation.add(other_user).size(), 1U);
    Event own = user("u2", "two");
    own.created_ms = 2000;
    EXPECT_TRUE(conversation.add(own).empty());
    conversation.finish(answer({reply("a2", "2")}));
    EXPECT_EQ(conversation.result().reply, "2");
}

TEST(AgentTurn, TrailingCallOfTheLastTurnChangesNothingInThisOne) {
    Conversation conversation;
    conversation.begin("one", 1000);
    Event requested = with_id(call("c", "mute", Source::response), "i1");
    requested.has_output = true;
    conversation.finish(answer({requested}));
    conversation.begin("two", 2000);
    Event late = executed("c", "mute", "late output");
    late.created_ms = 1500;
    EXPECT_TRUE(conversation.add(late).empty());
    for (const Event& event : conversation.result().events) {
        EXPECT_EQ(event.output, "");
    }
}

TEST(AgentTurn, RewrittenUserMessageIsNotEchoedTwice) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    EXPECT_TRUE(conversation.add(user("u1", "hi (said politely)")).empty());
    EXPECT_EQ(conversation.add(user("u2", "another one")).size(), 1U);
}

TEST(AgentTurn, GreetingFromHistoryOrStreamIsToldOnce) {
    Conversation conversation;
    EXPECT_EQ(conversation.add(reply("g", "hello")).size(), 1U);
    Event first = reply("i", "instructions");
    first.role = Role::system;
    Event handoff;
    handoff.type = EventType::handoff;
    handoff.to = "assistant";
    EXPECT_TRUE(conversation.greet({first, handoff, reply("g", "hello")}).empty());

    Conversation other;
    EXPECT_EQ(other.greet({first, handoff, reply("g", "hello")}).size(), 1U);
    EXPECT_TRUE(other.add(reply("g", "hello")).empty());
}

TEST(AgentTurn, UsageOfTheTurnEvenWhenItTrails) {
    Conversation conversation;
    conversation.add(used(10));
    conversation.begin("hi", 1000);
    EXPECT_FALSE(conversation.has_usage());
    conversation.finish(answer({reply("a1", "1")}));
    EXPECT_TRUE(conversation.result().usage.empty());
    conversation.add(used(13));
    EXPECT_TRUE(conversation.has_usage());
    EXPECT_EQ(conversation.result().usage, (Usage{{"llm", "p", "m", {{"input_tokens", 3}}}}));
}

TEST(AgentTurn, SecondTellingAddsWhatTheFirstLacked) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    conversation.add(reply("a1", "hello"));
    Event fuller = reply("a1", "hello");
    fuller.metrics = {{"llm_ttft", 0.5}};
    conversation.finish(answer({fuller}));
    EXPECT_EQ(conversation.result().events[1].metrics, fuller.metrics);
}

TEST(AgentTurn, InterruptedReplyIsMarked) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    Event cut = reply("a1", "hel");
    cut.interrupted = true;
    conversation.add(cut);
    conversation.finish(answer());
    EXPECT_TRUE(conversation.result().interrupted);
}

TEST(AgentTurn, FloodOfEventsIsCompleteAndOrdered) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    std::size_t told = 0;
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 100'000; ++i) {
            told += conversation.add(reply("a" + std::to_string(i), std::to_string(i))).size();
        }
    }
    EXPECT_EQ(told, 100'000U);
    const auto result = conversation.result();
    EXPECT_EQ(result.events.size(), 100'001U);
    EXPECT_EQ(result.events[100'000].text, "99999");
}

TEST(AgentTurn, UnseenEventsAreBounded) {
    Conversation conversation;
    for (int i = 0; i < 50'000; ++i) {
        conversation.add(error("e"));
    }
    EXPECT_LE(conversation.unseen(), 10'000U);
    EXPECT_GT(conversation.unseen(), 8'000U);
}

TEST(AgentTurn, UnseenTextIsBounded) {
    Conversation conversation;
    for (int i = 0; i < 100; ++i) {
        conversation.add(error(std::string(1'000'000, 'e')));
        Event update;
        update.details.emplace_back("data", std::string(100'000, 'd'));
        conversation.add(update);
    }
    EXPECT_LE(conversation.unseen(), 16U);
    EXPECT_GE(conversation.unseen(), 10U);
    conversation.mark_seen();
    conversation.add(error("one"));
    EXPECT_EQ(conversation.unseen(), 1U);
    // One that is too large for itself is kept all the same.
    conversation.add(error(std::string(20'000'000, 'e')));
    EXPECT_EQ(conversation.unseen(), 1U);
}

TEST(AgentTurn, EventsOfOneTurnAreBoundedWhatItCameToIsNot) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    std::size_t told = 0;
    for (int i = 0; i < 250'000; ++i) {
        told += conversation.add(used(i)).size();
    }
    told += conversation.add(reply("a", "here")).size();
    conversation.finish(answer());
    EXPECT_EQ(told, 250'001U);
    const auto result = conversation.result();
    EXPECT_EQ(result.events.size() + result.left_out, told + 1);
    EXPECT_EQ(result.left_out, 50'001U);
    EXPECT_EQ(result.reply, "here");
    conversation.begin("again", 2000);
    EXPECT_EQ(conversation.result().left_out, 0U);
}

TEST(AgentTurn, ATakenResultIsTheWholeOneAndWhatTrailsItIsNoNews) {
    Conversation conversation;
    conversation.begin("hi", 1000);
    conversation.add(executed("c", "tool", "out"));
    conversation.finish(answer({reply("a", "here")}));
    const auto result = conversation.take_result();
    EXPECT_EQ(result.events.size(), 3U);
    EXPECT_EQ(result.reply, "here");
    EXPECT_TRUE(conversation.result().events.empty());
    EXPECT_TRUE(conversation.add(user("u", "hi")).empty());
    EXPECT_TRUE(conversation.add(reply("a", "here")).empty());
    EXPECT_TRUE(conversation.add(executed("c", "tool", "out")).size() == 1); // a second one
    conversation.add(used(7));
    EXPECT_EQ(conversation.turn_usage(), (Usage{{"llm", "p", "m", {{"input_tokens", 7}}}}));
}

/// However the two channels interleave, each reply and each call is told once, none is lost.
RC_GTEST_PROP(AgentTurnProperty, InterleavingNeverLosesOrRepeats, ()) {
    const auto calls = *rc::gen::inRange<std::size_t>(0, 5);
    const auto replies = *rc::gen::inRange<std::size_t>(0, 5);
    std::vector<Event> stream;
    std::vector<Event> items;
    for (std::size_t i = 0; i < calls; ++i) {
        const std::string id = std::to_string(i / 2); // call ids repeat
        stream.push_back(executed(id, "tool", "out" + std::to_string(i)));
        Event item =
            with_id(executed(id, "tool", "out" + std::to_string(i)), "c" + std::to_string(i));
        items.push_back(item);
    }
    for (std::size_t i = 0; i < replies; ++i) {
        stream.push_back(reply("r" + std::to_string(i), "text"));
        items.push_back(reply("r" + std::to_string(i), "text"));
    }
    const auto before = *rc::gen::inRange<std::size_t>(0, stream.size() + 1);
    Conversation conversation;
    std::size_t told = conversation.begin("hi", 1000).size();
    for (std::size_t i = 0; i < before; ++i) {
        told += conversation.add(stream[i]).size();
    }
    told += conversation.finish(answer(items)).size();
    const TurnResult result =
        *rc::gen::arbitrary<bool>() ? conversation.take_result() : conversation.result();
    for (std::size_t i = before; i < stream.size(); ++i) {
        told += conversation.add(stream[i]).size();
    }
    RC_ASSERT(told == 1 + calls + replies);
    RC_ASSERT(result.events.size() == told);
    RC_ASSERT(conversation.unseen() == 0U);
}

} // namespace
} // namespace kept::agent
