#include "agent/decode.h"
#include "agent/encode.h"

#include "agent_session.pb.h"

#include <gtest/gtest.h>
#include <string>

namespace kept::agent {
namespace {

namespace pb = livekit::agent;

std::vector<Event> events_of(const pb::AgentSessionEvent& event) {
    pb::AgentSessionMessage message;
    *message.mutable_event() = event;
    const auto decoded = decode(message.SerializeAsString());
    EXPECT_TRUE(decoded.has_value());
    EXPECT_TRUE(std::holds_alternative<std::vector<Event>>(*decoded));
    return std::get<std::vector<Event>>(*decoded);
}

Response response_of(const pb::SessionResponse& response) {
    pb::AgentSessionMessage message;
    *message.mutable_response() = response;
    const auto decoded = decode(message.SerializeAsString());
    EXPECT_TRUE(decoded.has_value());
    return std::get<Response>(*decoded);
}

DetailValue detail(const Event& event, std::string_view name) {
    for (const auto& [key, value] : event.details) {
        if (key == name) {
            return value;
        }
    }
    ADD_FAILURE() << "no detail " << name;
    return false;
}

TEST(AgentDecode, GarbageIsMalformed) {
    EXPECT_EQ(decode("\xff\xff\xff garbage").error(), DecodeError::malformed);
}

TEST(AgentDecode, BytesFromTheWire) {
    // Field 3 (event) { 10 (agent_state_changed) { old 2, new 3 } }, as a Node agent sends it.
    const std::string wire("\x1a\x06\x52\x04\x08\x02\x10\x03", 8);
    const auto decoded = decode(wire);
    ASSERT_TRUE(decoded.has_value());
    const auto& events = std::get<std::vector<Event>>(*decoded);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, EventType::state);
    EXPECT_EQ(events[0].from, "listening");
    EXPECT_EQ(events[0].to, "thinking");
}

TEST(AgentDecode, Message) {
    pb::AgentSessionEvent wire;
    auto& message = *wire.mutable_conversation_item_added()->mutable_item()->mutable_message();
    message.set_id("item_1");
    message.set_role(pb::ASSISTANT);
    message.add_content()->set_text("one");
    message.add_content();
    message.add_content()->set_text("two");
    message.set_interrupted(true);
    message.mutable_metrics()->set_llm_node_ttft(0.25);
    message.mutable_metrics()->mutable_started_speaking_at()->set_seconds(7);
    message.mutable_created_at()->set_seconds(12);
    message.mutable_created_at()->set_nanos(345'678'901);
    wire.mutable_created_at()->set_seconds(99);
    const auto events = events_of(wire);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, EventType::message);
    EXPECT_EQ(events[0].role, Role::assistant);
    EXPECT_EQ(events[0].id, "item_1");
    EXPECT_EQ(events[0].text, "one\ntwo");
    EXPECT_TRUE(events[0].interrupted);
    EXPECT_EQ(events[0].created_ms, 12'345);
    EXPECT_EQ(events[0].metrics, (Metrics{{"llm_ttft", 0.25}, {"started_speaking_at", 7.0}}));
}

TEST(AgentDecode, IllFormedTextIsReplaced) {
    pb::AgentSessionEvent wire;
    auto& message = *wire.mutable_conversation_item_added()->mutable_item()->mutable_message();
    message.add_content()->set_text("a\xff"
                                    "b");
    auto& extra = *message.add_extra();
    extra.set_key("k\xfe");
    extra.set_value("v");
    const auto events = events_of(wire);
    EXPECT_EQ(events.at(0).text, "a\xef\xbf\xbd"
                                 "b");
    EXPECT_EQ(std::get<JsonText>(detail(events[0], "extra")).text, "{\"k\xef\xbf\xbd\":\"v\"}");
}

TEST(AgentDecode, CreatedAtOfTheEventServesWhereTheItemHasNone) {
    pb::AgentSessionEvent wire;
    wire.mutable_error()->set_message("label");
    wire.mutable_created_at()->set_seconds(3);
    EXPECT_EQ(events_of(wire)[0].created_ms, 3000);
    wire.mutable_created_at()->set_seconds(INT64_MAX);
    EXPECT_EQ(events_of(wire)[0].created_ms, std::nullopt);
}

TEST(AgentDecode, ToolsExecutedPairsCallsAndOutputs) {
    pb::AgentSessionEvent wire;
    auto& tools = *wire.mutable_function_tools_executed();
    for (const char* id : {"a", "b", "b"}) {
        auto& call = *tools.add_function_calls();
        call.set_call_id(id);
        call.set_name(std::string("tool_") + id);
        call.set_arguments("{}");
    }
    for (const char* output : {"first b", "second b"}) {
        auto& out = *tools.add_function_call_outputs();
        out.set_call_id("b");
        out.set_output(output);
    }
    auto& lone = *tools.add_function_call_outputs();
    lone.set_call_id("c");
    lone.set_name("tool_c");
    lone.set_output("\"quoted \\\"text\\\"\"");
    lone.set_is_error(true);
    const auto events = events_of(wire);
    ASSERT_EQ(events.size(), 4U);
    EXPECT_EQ(events[0].name, "tool_a");
    EXPECT_TRUE(events[0].has_output);
    EXPECT_EQ(events[0].output, "");
    EXPECT_EQ(events[1].output, "first b");
    EXPECT_EQ(events[2].output, "second b");
    EXPECT_EQ(events[3].output, "quoted \"text\"");
    EXPECT_TRUE(events[3].is_error);
    EXPECT_TRUE(events[3].output_only);
    EXPECT_EQ(events[3].source, Source::tools);
}

TEST(AgentDecode, PlainOutput) {
    EXPECT_EQ(plain_output("\"sunny\""), "sunny");
    EXPECT_EQ(plain_output("\"gr\\u00fcn\\nzwei\""), "grün\nzwei");
    EXPECT_EQ(plain_output("sunny"), "sunny");
    EXPECT_EQ(plain_output("{\"a\": 1}"), "{\"a\": 1}");
    EXPECT_EQ(plain_output("\"half"), "\"half");
    EXPECT_EQ(plain_output("\"a\" and \"b\""), "\"a\" and \"b\"");
    EXPECT_EQ(plain_output("\""), "\"");
    EXPECT_EQ(plain_output(""), "");
}

TEST(AgentDecode, HandoffAndConfig) {
    pb::SessionResponse wire;
    auto& handoff = *wire.mutable_run_input()->add_items()->mutable_agent_handoff();
    handoff.set_old_agent_id("a");
    handoff.set_new_agent_id("b");
    auto& config = *wire.mutable_run_input()->add_items()->mutable_agent_config_update();
    config.set_instructions("new ones");
    config.add_tools_added("x");
    config.add_tools_added("y");
    config.add_tools_removed("z");
    const Response response = response_of(wire);
    EXPECT_EQ(response.kind, ResponseKind::run_input);
    ASSERT_EQ(response.items.size(), 2U);
    EXPECT_EQ(response.items[0].from, "a");
    EXPECT_EQ(response.items[0].to, "b");
    EXPECT_EQ(response.items[1].changes,
              (std::vector<std::string>{"instructions updated", "tools added: x, y",
                                        "tools removed: z"}));
    EXPECT_EQ(response.items[1].source, Source::response);
}

TEST(AgentDecode, ResponseErrorAndId) {
    pb::SessionResponse wire;
    wire.set_request_id("r1");
    wire.set_error("internal error");
    const Response response = response_of(wire);
    EXPECT_EQ(response.request_id, "r1");
    EXPECT_EQ(response.error, "internal error");
    EXPECT_EQ(response.kind, ResponseKind::none);
    wire.clear_error();
    EXPECT_EQ(response_of(wire).error, std::nullopt);
}

TEST(AgentDecode, Usage) {
    pb::AgentSessionEvent wire;
    auto& usage = *wire.mutable_session_usage_updated()->mutable_usage();
    usage.add_model_usage(); // a model of a kind unknown here
    auto& llm = *usage.add_model_usage()->mutable_llm();
    llm.set_provider("local");
    llm.set_model("rules-1");
    llm.set_input_tokens(3);
    llm.set_output_tokens(4);
    auto& tts = *usage.add_model_usage()->mutable_tts();
    tts.set_characters_count(9);
    const auto events = events_of(wire);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].usage,
              (Usage{{"llm", "local", "rules-1", {{"input_tokens", 3}, {"output_tokens", 4}}},
                     {"tts", "", "", {{"characters_count", 9}}}}));
}

TEST(AgentDecode, UnknownVariantsAreKeptAsData) {
    // An event with field 200 only, and a message with field 50 only.
    pb::AgentSessionEvent wire;
    ASSERT_TRUE(wire.ParseFromString(std::string("\xc2\x0c\x03xyz", 6)));
    const auto events = events_of(wire);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, EventType::unknown);
    EXPECT_EQ(std::get<std::string>(detail(events[0], "data")), "c20c0378797a");

    const auto message = decode(std::string("\x92\x03\x01!", 4));
    ASSERT_TRUE(message.has_value());
    EXPECT_EQ(std::get<std::vector<Event>>(*message).at(0).type, EventType::unknown);
}

TEST(AgentDecode, EveryEventVariantHasAType) {
    using Wire = pb::AgentSessionEvent;
    const auto type = [](auto fill) {
        Wire wire;
        fill(wire);
        return events_of(wire).at(0).type;
    };
    EXPECT_EQ(type([](Wire& w) { w.mutable_user_state_changed(); }), EventType::user_state);
    EXPECT_EQ(type([](Wire& w) { w.mutable_user_input_transcribed(); }), EventType::transcript);
    EXPECT_EQ(type([](Wire& w) { w.mutable_overlapping_speech(); }), EventType::interruption);
    EXPECT_EQ(type([](Wire& w) { w.mutable_agent_false_interruption(); }), EventType::interruption);
    EXPECT_EQ(type([](Wire& w) { w.mutable_amd_prediction(); }), EventType::prediction);
    EXPECT_EQ(type([](Wire& w) { w.mutable_eot_prediction(); }), EventType::prediction);
    EXPECT_EQ(type([](Wire& w) { w.mutable_function_tools_started()->add_function_calls(); }),
              EventType::tool_started);
    EXPECT_EQ(type([](Wire& w) { w.mutable_tool_execution_updated()->mutable_started(); }),
              EventType::tool_started);
    EXPECT_EQ(type([](Wire& w) { w.mutable_tool_execution_updated()->mutable_ended(); }),
              EventType::tool_update);
    EXPECT_EQ(type([](Wire& w) { w.mutable_tool_execution_updated()->mutable_reply_updated(); }),
              EventType::tool_update);
    EXPECT_EQ(type([](Wire& w) { w.mutable_tool_execution_updated()->mutable_call_updated(); }),
              EventType::tool_update);
}

TEST(AgentDecode, DebugPayloadIsJson) {
    pb::AgentSessionEvent wire;
    const auto add = [&wire](const char* key) -> pb::Value& {
        auto& entry = *wire.mutable_debug_message()->mutable_payload()->add_fields();
        entry.set_key(key);
        return *entry.mutable_value();
    };
    add("b").set_number_value(1.5);
    add("a").mutable_list_value()->add_values()->set_string_value("x");
    add("c").set_null_value(0);
    EXPECT_EQ(std::get<JsonText>(detail(events_of(wire)[0], "payload")).text,
              R"({"a":["x"],"b":1.5,"c":null})");
}

TEST(AgentDecode, DeepDebugPayloadIsCut) {
    pb::AgentSessionEvent wire;
    auto* value = wire.mutable_debug_message()->mutable_payload()->add_fields()->mutable_value();
    for (int i = 0; i < 20; ++i) {
        value = value->mutable_list_value()->add_values();
    }
    value->set_bool_value(true);
    EXPECT_EQ(events_of(wire)[0].type, EventType::debug);
}

TEST(AgentDecode, PlaybackAndAudio) {
    pb::AgentSessionMessage message;
    message.mutable_audio_playback_flush();
    EXPECT_TRUE(std::holds_alternative<PlaybackFlush>(*decode(message.SerializeAsString())));
    message.mutable_audio_output()->set_data("pcm");
    EXPECT_TRUE(std::holds_alternative<Ignored>(*decode(message.SerializeAsString())));
}

TEST(AgentEncode, BytesOnTheWire) {
    // As a hand-written client sends them: field 4 { 1 "r", variant }.
    EXPECT_EQ(encode_ping("r"), std::string("\x22\x05\x0a\x01r\x12\x00", 7));
    EXPECT_EQ(encode_run_input("r", "hi"), std::string("\x22\x09\x0a\x01r\x2a\x04\x0a\x02hi", 11));
    EXPECT_EQ(encode_get_chat_history("r"), std::string("\x22\x05\x0a\x01r\x22\x00", 7));
    EXPECT_EQ(encode_get_agent_info("r"), std::string("\x22\x05\x0a\x01r\x32\x00", 7));
    EXPECT_EQ(encode_get_session_state("r"), std::string("\x22\x05\x0a\x01r\x3a\x00", 7));
    EXPECT_EQ(encode_get_session_usage("r"), std::string("\x22\x05\x0a\x01r\x4a\x00", 7));
    EXPECT_EQ(encode_get_framework_info("r"), std::string("\x22\x05\x0a\x01r\x52\x00", 7));
    // Switched off means sent as false, not left out.
    EXPECT_EQ(encode_text_mode("r"),
              std::string("\x22\x0f\x0a\x01r\x5a\x0a\x0a\x02\x08\x00\x12\x04\x08\x00\x18\x00", 17));
    EXPECT_EQ(encode_playback_finished(), std::string("\x42\x00", 2));
}

} // namespace
} // namespace kept::agent
