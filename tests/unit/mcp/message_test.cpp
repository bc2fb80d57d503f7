#include "mcp/message.h"

#include <gtest/gtest.h>

namespace kept::mcp {
namespace {

RpcErrc refused(std::string_view line) {
    const auto json = parse_line(line);
    if (!json) {
        return json.error().code;
    }
    const auto message = to_message(*json);
    EXPECT_FALSE(message.has_value()) << line;
    return message ? RpcErrc::internal_error : message.error().code;
}

TEST(McpMessage, RequestsAndNotifications) {
    const auto request =
        to_message(*parse_line(R"({"jsonrpc":"2.0","id":7,"method":"ping","params":{"a":1}})"));
    ASSERT_TRUE(request.has_value());
    EXPECT_TRUE(request->is_request());
    EXPECT_EQ(request->method, "ping");
    EXPECT_EQ(request->params["a"], 1);
    const auto note = to_message(*parse_line(R"({"jsonrpc":"2.0","method":"x"})"));
    ASSERT_TRUE(note.has_value());
    EXPECT_FALSE(note->is_request());
    EXPECT_TRUE(note->params.is_object());
    const auto response = to_message(*parse_line(R"({"jsonrpc":"2.0","id":1,"result":{}})"));
    ASSERT_TRUE(response.has_value());
    EXPECT_TRUE(response->method.empty());
}

TEST(McpMessage, WhatIsNone) {
    EXPECT_EQ(refused("{"), RpcErrc::parse_error);
    EXPECT_EQ(refused(std::string(1000, '[') + std::string(1000, ']')), RpcErrc::parse_error);
    EXPECT_EQ(refused("3"), RpcErrc::invalid_request);
    EXPECT_EQ(refused(R"({"id":1,"method":"x"})"), RpcErrc::invalid_request);
    EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":1.5,"method":"x"})"), RpcErrc::invalid_request);
    EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":null,"method":"x"})"), RpcErrc::invalid_request);
    EXPECT_EQ(refused(R"({"jsonrpc":"2.0","id":1,"method":"x","params":[]})"),
              RpcErrc::invalid_params);
    EXPECT_TRUE(
        to_message(*parse_line(R"({"jsonrpc":"2.0","method":"x","params":[]})")).has_value())
        << "a notification is never refused";
}

TEST(McpMessage, AnErrorKeepsTheIdThatCouldBeRead) {
    const auto message = to_message(*parse_line(R"({"jsonrpc":"1.0","id":"q","method":"x"})"));
    ASSERT_FALSE(message.has_value());
    EXPECT_EQ(message.error().id, "q");
    EXPECT_EQ(
        encode_error(message.error()),
        R"({"jsonrpc":"2.0","id":"q","error":{"code":-32600,"message":"\"jsonrpc\" must be \"2.0\""}})"
        "\n");
    const auto unread = parse_line("garbage");
    ASSERT_FALSE(unread.has_value());
    EXPECT_FALSE(Json::parse(encode_error(unread.error())).contains("id"));
}

TEST(McpMessage, LinesAreOneLineAndUtf8) {
    const std::string line = encode_result(1, Json{{"text", "a\nb\xff"}});
    EXPECT_EQ(line, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"text\":\"a\\nb\xef\xbf\xbd\"}}\n");
}

} // namespace
} // namespace kept::mcp
