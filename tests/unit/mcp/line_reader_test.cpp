#include "mcp/line_reader.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace kept::mcp {
namespace {

TEST(McpLineReader, LinesComeHoweverTheyAreCut) {
    LineReader reader(100);
    reader.feed("one\r\ntw");
    EXPECT_EQ(reader.next()->text, "one");
    EXPECT_FALSE(reader.next());
    reader.feed("o\n\nthree");
    EXPECT_EQ(reader.next()->text, "two");
    EXPECT_EQ(reader.next()->text, "");
    EXPECT_FALSE(reader.next());
}

TEST(McpLineReader, ALineThatIsTooLongIsToldOnceAndSkipped) {
    LineReader reader(10);
    for (int i = 0; i < 50; ++i) {
        reader.feed("0123456789");
        EXPECT_FALSE(reader.next());
    }
    reader.feed("end\nnext\n");
    EXPECT_TRUE(reader.next()->too_long);
    const auto line = reader.next();
    EXPECT_FALSE(line->too_long);
    EXPECT_EQ(line->text, "next");
}

RC_GTEST_PROP(McpLineReader, CutsDoNotMatter,
              (const std::vector<std::vector<unsigned char>>& pieces)) {
    std::string all;
    LineReader cut(20);
    std::vector<std::pair<std::string, bool>> seen;
    for (const auto& piece : pieces) {
        std::string bytes;
        for (const unsigned char c : piece) {
            bytes += c % 7 == 0 ? '\n' : static_cast<char>('a' + c % 20);
        }
        all += bytes;
        cut.feed(bytes);
        while (auto line = cut.next()) {
            seen.emplace_back(line->text, line->too_long);
        }
    }
    LineReader whole(20);
    whole.feed(all);
    std::vector<std::pair<std::string, bool>> expected;
    while (auto line = whole.next()) {
        expected.emplace_back(line->text, line->too_long);
    }
    RC_ASSERT(seen == expected);
}

} // namespace
} // namespace kept::mcp
