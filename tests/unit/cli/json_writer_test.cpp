#include "cli/json_writer.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace kept::cli {
namespace {

std::string escaped(std::string_view text) {
    Writer writer;
    JsonWriter(writer).text(text);
    return writer.text();
}

TEST(JsonWriter, WritesLikePython) {
    Writer writer;
    JsonWriter json(writer);
    json.begin_object();
    json.text("a", "x");
    json.number("b", -5);
    json.boolean("c", true);
    json.key("d");
    json.begin_array();
    json.text("1");
    json.begin_object();
    json.end_object();
    json.end_array();
    json.number("e", std::uint64_t{1} << 63U);
    json.end_object();
    EXPECT_EQ(writer.text(),
              R"({"a": "x", "b": -5, "c": true, "d": ["1", {}], "e": 9223372036854775808})");
}

TEST(JsonWriter, EscapesWhatMustBe) {
    EXPECT_EQ(escaped("\"\\/"), R"("\"\\/")");
    EXPECT_EQ(escaped("\n\r\t\b\f"), R"("\n\r\t\b\f")");
    EXPECT_EQ(escaped(std::string_view("\0\x01\x1b\x1f", 4)), R"("\u0000\u0001\u001b\u001f")");
    EXPECT_EQ(escaped("\x7f é 日 😀"), "\"\x7f é 日 😀\"");
}

TEST(JsonWriter, PiecesAreOneText) {
    Writer writer;
    JsonWriter json(writer);
    json.begin_object();
    json.key("output");
    json.begin_text();
    json.piece("a\xe6");
    json.piece("\x97\xa5\n");
    json.end_text();
    json.text("next", "");
    json.end_object();
    EXPECT_EQ(writer.text(), "{\"output\": \"a日\\n\", \"next\": \"\"}");
}

RC_GTEST_PROP(JsonWriter, AnyTextReadsBackTheSame, (const std::string& bytes)) {
    std::string text;
    for (const char c : bytes) {
        text.push_back(static_cast<char>(c & 0x7f));
    }
    RC_ASSERT(nlohmann::json::parse(escaped(text)).get<std::string>() == text);
}

} // namespace
} // namespace kept::cli
