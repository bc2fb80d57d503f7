#include "cli/options.h"

#include <gtest/gtest.h>

namespace kept::cli {
namespace {

constexpr Verb kVerb{"run", "[session] <code>", "about", "group", nullptr};

struct Parsed {
    bool json = false;
    std::optional<std::string> timeout;
    std::uint64_t number = 0;
    std::vector<std::string> list;
    std::optional<std::string> choice;
    std::expected<std::vector<std::string>, int> words{std::unexpect, -1};
};

enum class Style { strict, code, command };

Parsed parse_words(std::vector<std::string> arguments, Style style = Style::code,
                   std::size_t most = 9) {
    Parsed out;
    Options options(kVerb);
    options.flag("-j,--json", out.json, "")
        .text("-t,--timeout", out.timeout, "N", "")
        .natural("--max-bytes", out.number, "N", "")
        .texts("--env", out.list, "K=V", "")
        .choice("--rc", out.choice, {"clean", "user"}, "");
    if (style == Style::code) {
        options.dashes_are_words();
    } else if (style == Style::command) {
        options.words_only_after(2);
    }
    out.words = options.parse(arguments, 0, most);
    return out;
}

TEST(Options, FindsFlagsAndValuesAmongWords) {
    const auto p = parse_words({"-j", "-t", "5", "s", "--max-bytes=10", "code"});
    ASSERT_TRUE(p.words);
    EXPECT_EQ(*p.words, (std::vector<std::string>{"s", "code"}));
    EXPECT_TRUE(p.json);
    EXPECT_EQ(p.timeout, "5");
    EXPECT_EQ(p.number, 10U);
}

TEST(Options, TakesAnyValueThatFollows) {
    EXPECT_EQ(parse_words({"-t", "-1"}).timeout, "-1");
    EXPECT_EQ(parse_words({"-t", ""}).timeout, "");
    EXPECT_EQ(parse_words({"-t", "--"}).timeout, "--");
    EXPECT_EQ(parse_words({"-t15"}).timeout, "15");
    EXPECT_EQ(parse_words({"--timeout="}).timeout, "");
    EXPECT_EQ(parse_words({"-t", "1", "-t", "2"}).timeout, "2");
    EXPECT_EQ(parse_words({"--env", "A=[x]", "--env", "[a,b]"}).list,
              (std::vector<std::string>{"A=[x]", "[a,b]"}));
}

TEST(Options, CodeMayBeginWithADash) {
    EXPECT_EQ(parse_words({"s", "-x"}).words, (std::vector<std::string>{"s", "-x"}));
    EXPECT_EQ(parse_words({"s", "-exp(1)"}).words, (std::vector<std::string>{"s", "-exp(1)"}));
    EXPECT_EQ(parse_words({"-1 + 2"}).words, (std::vector<std::string>{"-1 + 2"}));
    EXPECT_EQ(parse_words({"-"}).words, (std::vector<std::string>{"-"}));
    EXPECT_EQ(parse_words({"s", "--", "-j"}).words, (std::vector<std::string>{"s", "-j"}));
    EXPECT_FALSE(parse_words({"s", "--", "-j"}).json);
}

TEST(Options, UnknownOptionsAreWrongUsage) {
    EXPECT_EQ(parse_words({"--no-such", "s", "code"}).words.error(), 2);
    EXPECT_EQ(parse_words({"-x", "s", "code"}).words.error(), 2);
    EXPECT_EQ(parse_words({"s", "-x"}, Style::strict).words.error(), 2);
    EXPECT_EQ(parse_words({"-t"}).words.error(), 2);
    EXPECT_EQ(parse_words({"--json=yes"}).words.error(), 2);
    EXPECT_EQ(parse_words({"--max-bytes", "x"}).words.error(), 2);
    EXPECT_EQ(parse_words({"--max-bytes", "-5"}).words.error(), 2);
    EXPECT_EQ(parse_words({"--rc", "maybe"}).words.error(), 2);
    EXPECT_EQ(parse_words({"a", "b", "c"}, Style::code, 2).words.error(), 2);
}

TEST(Options, EverythingBehindTheCommandBelongsToIt) {
    const auto p = parse_words({"s", "-j", "bash", "-t", "--json", "--"}, Style::command);
    EXPECT_EQ(p.words, (std::vector<std::string>{"s", "bash", "-t", "--json", "--"}));
    EXPECT_TRUE(p.json);
    EXPECT_FALSE(p.timeout);
}

} // namespace
} // namespace kept::cli
