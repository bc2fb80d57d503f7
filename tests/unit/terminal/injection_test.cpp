#include "terminal/injection.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "terminal/marks.h"

namespace kept::terminal {
namespace {

Stillness seen(std::string process) {
    Stillness still;
    still.verdict = Stillness::Verdict::reading;
    still.process = std::move(process);
    return still;
}

Stillness unseen(std::string process = "ssh") {
    Stillness still = seen(std::move(process));
    still.verdict = Stillness::Verdict::unknown;
    return still;
}

TEST(TerminalInjection, WhatTheKernelShowsCountsMoreThanThePrompt) {
    for (const char* shell : {"bash", "zsh", "fish", "dash", "sh"}) {
        EXPECT_EQ(inner_program(seen(shell), "odd>"), Inner::shell) << shell;
    }
    for (const char* other : {"sqlite3", "mysql", "psql", "irb", "gdb", "vim", "lua5.4"}) {
        EXPECT_EQ(inner_program(seen(other), "db$ "), Inner::other) << other;
    }
    EXPECT_EQ(inner_program(seen("python3"), ">>> "), Inner::python);
    EXPECT_EQ(inner_program(seen("python3.11"), ">>> "), Inner::python);
    EXPECT_EQ(inner_program(seen("python3"), "(Pdb) "), Inner::other);
    EXPECT_EQ(inner_program(seen("python3"), "mine$ "), Inner::other);
}

TEST(TerminalInjection, BehindSshOnlyThePromptTells) {
    for (const char* prompt :
         {"host:~$ ", "root@host:/# ", "host% ", "me@host ~> ", "me@host /u/lib>"}) {
        EXPECT_EQ(inner_program(unseen(), prompt), Inner::shell) << prompt;
    }
    EXPECT_EQ(inner_program(unseen(), ">>> "), Inner::python);
    for (const char* prompt : {"sqlite> ", "mysql> ", "MariaDB [a]> ", "(gdb) ", "Name? ", "", "> ",
                               "127.0.0.1:6379> ", "jshell> ", "In [1]: ", "... "}) {
        EXPECT_EQ(inner_program(unseen(), prompt), Inner::other) << prompt;
    }
    EXPECT_EQ(inner_program(unseen("fish"), "odd>"), Inner::shell); // it waits for pipes as well
}

TEST(TerminalInjection, TheKnockIsOneLineThatNamesItsNonce) {
    const vt::Screen screen({80, 24});
    for (const Inner program : {Inner::shell, Inner::python}) {
        Injection injection("00c0ffee", program);
        const std::string line = injection.knock(screen);
        EXPECT_EQ(line.find_first_of("\r\n"), line.size() - 1);
        EXPECT_EQ(line.find('@'), std::string::npos) << line;
        EXPECT_NE(line.find("00c0ffee"), std::string::npos);
        EXPECT_LT(line.size(), 1024U); // a cooked terminal takes no longer ones
    }
}

TEST(TerminalInjection, TheAnswerTellsTheName) {
    const Injection injection("00c0ffee", Inner::shell);
    EXPECT_EQ(injection.answer("133;K;s=zsh;n=00c0ffee"), "zsh");
    EXPECT_EQ(injection.answer("133;K;s=/bin/dash;n=00c0ffee"), "dash");
    EXPECT_EQ(injection.answer("133;K;s=-bash;n=00c0ffee"), "bash");
    EXPECT_EQ(injection.answer("133;K;s=;n=00c0ffee"), "");
    EXPECT_FALSE(injection.answer("133;K;s=zsh;n=00c0ffef"));
    EXPECT_FALSE(injection.answer("133;K;n=00c0ffee"));
    EXPECT_FALSE(injection.answer("133;K;s=n=00c0ffee"));
    EXPECT_FALSE(injection.answer("133;A;n=00c0ffee"));
    EXPECT_FALSE(injection.answer(""));
    EXPECT_FALSE(parse_mark("133;K;s=zsh;n=00c0ffee", "00c0ffee")); // it is none of the marks
}

TEST(TerminalInjection, ProfilesOfKnownNamesAlone) {
    EXPECT_EQ(Injection::profile_of("bash"), "bash");
    EXPECT_EQ(Injection::profile_of("dash"), "sh");
    EXPECT_EQ(Injection::profile_of("fish"), "fish");
    EXPECT_EQ(Injection::profile_of("ksh"), "");
    EXPECT_EQ(Injection::profile_of(""), "");
}

TEST(TerminalInjection, TheScriptIsFilledInAndEndsWithItsLastLine) {
    const vt::Screen screen({80, 24});
    for (const char* profile : {"bash", "zsh", "fish", "sh", ""}) {
        Injection injection("00c0ffee", Inner::shell);
        injection.knock(screen);
        const std::string script = injection.script(profile);
        EXPECT_TRUE(script.ends_with("\n: 00c0ffee\n")) << profile;
        EXPECT_EQ(script.find("@NONCE@"), std::string::npos) << profile;
        EXPECT_EQ(script.find("@RC@"), std::string::npos) << profile; // start-up files are its own
        EXPECT_EQ(script.find("@ROWS@"), std::string::npos) << profile;
        EXPECT_EQ(script.find("\nunset PROMPT_COMMAND"), std::string::npos) << profile;
        EXPECT_EQ(script.find("KEPT_WAS"), std::string::npos) << profile;
        EXPECT_EQ(script.find(": 00c0ffee\n"), script.size() - 11) << profile;
    }
    Injection python("00c0ffee", Inner::python);
    python.knock(screen);
    EXPECT_EQ(python.script("python").find("\"PYTHONSTARTUP\")"), std::string::npos);
    EXPECT_EQ(python.script("python").find("@RC@"), std::string::npos);
}

RC_GTEST_PROP(TerminalInjection, NoOutputIsTakenForAnAnswerWithoutTheNonce, (std::string text)) {
    const Injection injection("00c0ffee", Inner::shell);
    RC_PRE(text.find("00c0ffee") == std::string::npos);
    RC_ASSERT(!injection.answer(text));
    RC_ASSERT(!injection.answer("133;K;s=" + text));
    const auto name = injection.answer("133;K;s=" + text + ";n=00c0ffee");
    RC_ASSERT(name && name->size() <= 16);
}

} // namespace
} // namespace kept::terminal
