#include "profiles/text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "profiles/catalog.h"

namespace kept::profiles {
namespace {

using Words = std::vector<std::string>;

TEST(ProfilesText, ReadsEverySetting) {
    const auto profile = parse("# a comment\n"
                               "about = a toy\n"
                               "command = toy toy-[0-9]*\n"
                               "value-options = -x\n"
                               "not-with = -c\n"
                               "arguments.clean = -q -n\n"
                               "argument = one word\n"
                               "drop = -f\n"
                               "environment.user = A=b c\n"
                               "file = .rc toy.rc\n"
                               "frame = marks\n"
                               "line-editor = yes\n"
                               "hand-over = call\n"
                               "call = \" do @CODE@\"\n"
                               "quote = fish\n"
                               "error = ^Error\n"
                               "quit = bye\n",
                               "toy", "toy.profile");
    ASSERT_TRUE(profile) << profile.error();
    EXPECT_EQ(profile->commands, (Words{"toy", "toy-[0-9]*"}));
    ASSERT_EQ(profile->arguments.size(), 3U);
    EXPECT_EQ(profile->arguments[0].when, When::clean);
    EXPECT_EQ(profile->arguments[2].value, "one word");
    EXPECT_EQ(profile->environment[0].when, When::user);
    EXPECT_EQ(profile->environment[0].value.second, "b c");
    EXPECT_EQ(profile->files[0].first, ".rc");
    EXPECT_EQ(profile->call, " do @CODE@");
    EXPECT_EQ(profile->quote, Quote::fish);
    EXPECT_TRUE(profile->line_editor);
}

TEST(ProfilesText, KeysMayBeControlCharacters) {
    const std::string start = "command = x\nframe = marks\ncall = run @CODE@\n";
    const auto profile = parse(start + "hand-over = paste\nload-keys = ^X^]a\n", "x", "x");
    ASSERT_TRUE(profile) << profile.error();
    EXPECT_EQ(profile->load_keys, "\x18\x1d"
                                  "a");
    EXPECT_FALSE(parse(start + "hand-over = call\nload-keys = ^X\n", "x", "x"));
    EXPECT_FALSE(parse(start + "hand-over = paste\nload-keys = ^x\n", "x", "x"));
}

TEST(ProfilesText, APromptMayBeAPattern) {
    const auto profile = parse("command = x\nframe = prompt\nprompt-pattern = \\S*>\n"
                               "continuation-pattern = ->\nblank-before-prompt = yes\n",
                               "x", "x.profile");
    ASSERT_TRUE(profile) << profile.error();
    EXPECT_EQ(profile->prompt_pattern, "\\S*>");
    EXPECT_TRUE(profile->blank_before_prompt);
    EXPECT_FALSE(parse("command = x\nframe = prompt\nprompt-pattern = (\n", "x", "x"));
    EXPECT_FALSE(parse("command = x\nframe = prompt\nprompt = a\nprompt-pattern = b\n", "x", "x"));
    EXPECT_FALSE(parse("command = x\nprompt-pattern = b\n", "x", "x"));
    EXPECT_FALSE(parse("command = x\nframe = prompt\n", "x", "x"));
}

TEST(ProfilesText, BuiltInProfilesKnowHowTheirProgramsAreStarted) {
    const std::vector<std::pair<std::string, Words>> starts{
        {"psql", {"psql", "-h", "/tmp", "-U", "me", "db"}},
        {"mysql", {"mysql", "-S", "/tmp/s", "-u", "me", "-p", "db"}},
        {"redis-cli", {"redis-cli", "-s", "/tmp/s"}},
        {"pdb", {"python3", "-m", "pdb", "script.py"}},
        {"pdb", {"python3", "-mpdb", "script.py"}},
        {"pdb", {"pdb3", "script.py"}},
        {"perl-debugger", {"perl", "-d", "script.pl"}},
        {"lldb", {"lldb-14", "program", "core"}},
        {"jshell", {"jshell", "--class-path", "a.jar"}},
        {"ghci", {"ghci", "Main.hs"}},
        {"R", {"R"}},
        {"", {"psql", "-c", "select 1"}},
        {"", {"psql", "-?"}},
        {"", {"mysql", "-e", "select 1"}},
        {"", {"python3", "script.py", "pdb"}},
        {"", {"perl", "script.pl", "-x"}},
        {"", {"lldb", "-b", "program"}},
    };
    for (const auto& [name, words] : starts) {
        const auto known = recognise(words, 0);
        ASSERT_TRUE(known) << known.error();
        EXPECT_EQ(*known ? (*known)->name : "", name) << words[0] << ' ' << words.back();
    }
}

TEST(ProfilesText, SaysWhereItIsWrong) {
    const auto profile = parse("command = x\n\nwhat\n", "x", "/a/x.profile");
    ASSERT_FALSE(profile);
    EXPECT_TRUE(profile.error().starts_with("/a/x.profile:3: ")) << profile.error();
    const auto whole = parse("command = x\nframe = prompt\n", "x", "/a/x.profile");
    ASSERT_FALSE(whole);
    EXPECT_TRUE(whole.error().starts_with("/a/x.profile:2: ")) << whole.error();
}

TEST(ProfilesText, BuiltInProfilesAreRight) {
    const auto profiles = all();
    ASSERT_TRUE(profiles) << profiles.error();
    for (const Profile& profile : *profiles) {
        EXPECT_FALSE(profile.about.empty()) << profile.name;
        for (const auto& [name, source] : profile.files) {
            EXPECT_TRUE(script(profile, source)) << profile.name << " " << source;
        }
    }
}

TEST(ProfilesText, RecognisesCommands) {
    const auto python = named("python");
    ASSERT_TRUE(python);
    for (const Words& words :
         {Words{"python3"}, Words{"/usr/bin/python3.11", "-i", "-q"},
          Words{"venv/bin/python", "-X", "utf8"}, Words{"python3.13", "-W", "error", "-q"}}) {
        EXPECT_TRUE(recognises(*python, words, 0)) << words.front();
    }
    for (const Words& words : {Words{"python3", "script.py"}, Words{"python3", "-c", "1"},
                               Words{"python3", "-m", "x"}, Words{"python2"}, Words{"pythonic"},
                               Words{"python3", "-I"}, Words{"python3", "--version"},
                               Words{"python3", "-X", "utf8", "x.py"}, Words{"python3", "-"}}) {
        EXPECT_FALSE(recognises(*python, words, 0)) << words.back();
    }
    EXPECT_TRUE(recognises(*python, {"env", "X=1", "python3"}, 2));
}

RC_GTEST_PROP(ProfilesText, NoTextDoesHarm, (const std::string& text)) {
    const auto profile = parse(text, "x", "x");
    RC_ASSERT(profile || profile.error().starts_with("x:"));
}

TEST(ProfilesQuote, WritesCodeAsProgramsReadIt) {
    EXPECT_EQ(quoted(Quote::string, "a\n\t\"\\\x01\xff"), "\"a\\n\\t\\\"\\\\\\u0001\xef\xbf\xbd\"");
    EXPECT_EQ(quoted(Quote::string, "\u2028"), "\"\\u2028\"");
    EXPECT_EQ(quoted(Quote::ansi, "it's\n"), "$'it\\'s\\012'");
    EXPECT_EQ(quoted(Quote::shell, "it's\n\x03"), "'it'\\''s\n\x16\x03'");
    EXPECT_EQ(quoted(Quote::fish, "it's\n\x03"), "'it\\'s'\\n''\\x03''");
}

/// A line editor or a terminal must not act on any byte of it.
RC_GTEST_PROP(ProfilesQuote, LeavesNoControlCharacter, (const std::string& code)) {
    for (const Quote quote : {Quote::string, Quote::ansi, Quote::fish}) {
        for (const char c : quoted(quote, code)) {
            const auto byte = static_cast<unsigned char>(c);
            RC_ASSERT(byte >= 0x20 && byte != 0x7f);
        }
    }
}

} // namespace
} // namespace kept::profiles
