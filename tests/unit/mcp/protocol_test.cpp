#include "mcp/protocol.h"

#include <gtest/gtest.h>

#include "mcp/resources.h"
#include "mcp/tools.h"

namespace kept::mcp {
namespace {

Message with_meta(Json meta) {
    Message message;
    message.method = "tools/list";
    message.id = 1;
    message.params["_meta"] = std::move(meta);
    return message;
}

TEST(McpProtocol, TheEraIsInTheRequest) {
    EXPECT_EQ(era_of(Message{}), Era::legacy);
    EXPECT_EQ(era_of(with_meta({{"progressToken", 1}})), Era::legacy);
    const Json modern{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                      {"io.modelcontextprotocol/clientCapabilities", Json::object()}};
    EXPECT_EQ(era_of(with_meta(modern)), Era::modern);
    Json unknown = modern;
    unknown["io.modelcontextprotocol/protocolVersion"] = "2030-01-01";
    EXPECT_EQ(era_of(with_meta(unknown)).error().code, RpcErrc::unsupported_version);
    Json incomplete = modern;
    incomplete.erase("io.modelcontextprotocol/clientCapabilities");
    EXPECT_EQ(era_of(with_meta(incomplete)).error().code, RpcErrc::invalid_params);
    Json no_version = modern;
    no_version.erase("io.modelcontextprotocol/protocolVersion");
    EXPECT_EQ(era_of(with_meta(no_version)).error().code, RpcErrc::invalid_params);
    Message bare;
    bare.method = "server/discover"; // there is none without a revision
    EXPECT_EQ(era_of(bare).error().code, RpcErrc::invalid_params);
}

TEST(McpProtocol, OnlyTheModernEraMarksItsResults) {
    Json legacy = Json::object();
    complete(legacy, Era::legacy, Cache::lasting);
    EXPECT_EQ(legacy, Json::object());
    Json modern = Json::object();
    complete(modern, Era::modern, Cache::fleeting);
    EXPECT_EQ(modern["resultType"], "complete");
    EXPECT_EQ(modern["ttlMs"], 0);
    EXPECT_EQ(modern["cacheScope"], "private");
}

TEST(McpResources, Uris) {
    EXPECT_EQ(parse_uri("kept://a.b/screen")->session, "a.b");
    EXPECT_EQ(parse_uri("kept://s/cells/0123456789ab")->cell, "0123456789ab");
    for (const char* none : {"", "kept://", "kept://s", "kept://s/", "kept://s/nope",
                             "kept://../screen", "kept://s/cells/xyz", "file://s/screen"}) {
        EXPECT_FALSE(parse_uri(none)) << none;
    }
}

TEST(McpTools, ArgumentsAreChecked) {
    const auto problem = [](const Json& given, const auto& use) {
        ToolArguments arguments(given);
        use(arguments);
        return arguments.problem();
    };
    const auto number = [](ToolArguments& a) { static_cast<void>(a.integer("n", 5, 1, 10)); };
    EXPECT_EQ(problem({{"n", 3}}, number), "");
    EXPECT_EQ(problem({{"n", 3.0}}, number), "");
    EXPECT_EQ(problem({{"n", nullptr}}, number), "");
    EXPECT_EQ(problem({{"n", 11}}, number), "argument 'n' must be from 1 to 10");
    EXPECT_EQ(problem({{"n", 1e300}}, number), "argument 'n' must be a whole number");
    EXPECT_EQ(problem({{"n", 18446744073709551615U}}, number), "argument 'n' must be from 1 to 10");
    EXPECT_EQ(problem({{"m", 3}}, number), "there is no argument 'm'; there are: n");
    EXPECT_EQ(problem(Json::object(), [](ToolArguments& a) { static_cast<void>(a.text("t")); }),
              "argument 't' is missing");
    const Json with_nul{{"t", std::string("a\0b", 3)}};
    EXPECT_EQ(problem(with_nul, [](ToolArguments& a) { static_cast<void>(a.text("t")); }),
              "argument 't' must not have a NUL character in it");
    EXPECT_EQ(problem(with_nul, [](ToolArguments& a) { EXPECT_EQ(a.content("t").size(), 3U); }),
              "");
    EXPECT_EQ(
        problem({{"e", {{"A", 1}}}}, [](ToolArguments& a) { static_cast<void>(a.pairs("e")); }),
        "argument 'e' must be an object of strings");
}

TEST(McpTools, EachDescriptionIsWellFormed) {
    for (const Tool& tool : tools()) {
        const Json json = describe(tool);
        EXPECT_TRUE(json["inputSchema"]["properties"].is_object()) << tool.name;
        EXPECT_EQ(json["outputSchema"]["type"], "object") << tool.name;
        EXPECT_EQ(find_tool(tool.name), &tool);
    }
}

} // namespace
} // namespace kept::mcp
