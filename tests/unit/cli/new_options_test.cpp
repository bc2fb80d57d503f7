#include "cli/new_options.h"

#include <gtest/gtest.h>

namespace kept::cli {
namespace {

using control::FrameChoice;
std::expected<NewRequest, int> parse(const std::vector<std::string>& words) {
    const Verb* verb = find_verb("new");
    return parse_new(*verb, words);
}

int code_of(const std::expected<NewRequest, int>& parsed) {
    return parsed ? 0 : parsed.error();
}

TEST(NewOptions, DefaultsToBash) {
    const auto request = parse({"s"});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->spec.name, "s");
    EXPECT_EQ(request->spec.command, std::vector<std::string>{"bash"});
    EXPECT_EQ(request->spec.frame, FrameChoice::automatic);
    EXPECT_EQ(request->spec.cols, 160);
    EXPECT_EQ(request->spec.rows, 50);
}

TEST(NewOptions, TheCommandTakesTheRestSaveThePrompt) {
    const auto request =
        parse({"s", "--cwd", "/usr", "bash", "--rcfile", "F", "--prompt=p> ", "--json"});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->spec.command, (std::vector<std::string>{"bash", "--rcfile", "F", "--json"}));
    EXPECT_EQ(request->spec.cwd, "/usr");
    EXPECT_EQ(request->spec.prompt, "p> ");
    EXPECT_EQ(request->spec.frame, FrameChoice::prompt);
    EXPECT_FALSE(request->json);
}

TEST(NewOptions, APromptWithASlashIsAHook) {
    EXPECT_EQ(parse({"s", "x", "--prompt=./hook"})->spec.frame, FrameChoice::hook);
    EXPECT_EQ(parse({"--frame=prompt", "s", "--prompt=~/src $"})->spec.frame, FrameChoice::prompt);
    EXPECT_EQ(parse({"--frame=prompt", "s"}).error(), 2);
    EXPECT_EQ(parse({"--frame=marks", "s", "--prompt=x"}).error(), 2);
}

TEST(NewOptions, KeepsVariablesAndLabels) {
    const auto request = parse({"--env", "A=1", "--env", "B=x=y z", "--label", "team=blue", "s"});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->spec.environment.at("B"), "x=y z");
    EXPECT_EQ(request->spec.labels.at("team"), "blue");
}

TEST(NewOptions, RefusesWhatMakesNoSense) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"--env", "NOEQUALS", "s"},
          std::vector<std::string>{"--env", "=x", "s"},
          std::vector<std::string>{"--size", "80", "s"},
          std::vector<std::string>{"--journal-limit", "", "s"},
          std::vector<std::string>{"--start-timeout", "0", "s"},
          std::vector<std::string>{"--rc=maybe", "s"}, std::vector<std::string>{"s", "--no-such"},
          std::vector<std::string>{"s", "\xff"}, std::vector<std::string>{}}) {
        EXPECT_EQ(code_of(parse(words)), 2) << (words.empty() ? "" : words.back());
    }
}

TEST(NewOptions, Sizes) {
    EXPECT_EQ(parse_size("100x30"), std::pair(100, 30));
    for (const char* bad :
         {"", "x", "80", "0x10", "10x0", "axb", "99999999x5", "10x10x10", "-5x5", "80 x 24"}) {
        EXPECT_EQ(parse_size(bad), std::nullopt) << bad;
    }
}

TEST(NewOptions, Bytes) {
    EXPECT_EQ(parse_bytes("1000000"), 1'000'000U);
    EXPECT_EQ(parse_bytes("64M"), 64U * 1024 * 1024);
    EXPECT_EQ(parse_bytes("2k"), 2048U);
    EXPECT_EQ(parse_bytes("3G"), 3ULL * 1024 * 1024 * 1024);
    for (const char* bad : {"", "k", "-1", "x", "1.5M", "0", "1kk", "99999999999999999999"}) {
        EXPECT_EQ(parse_bytes(bad), std::nullopt) << bad;
    }
}

} // namespace
} // namespace kept::cli
