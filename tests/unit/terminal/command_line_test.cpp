#include "os/spawn.h"
#include "terminal/bash.h"
#include "terminal/command_line.h"
#include "terminal/framer.h"
#include "terminal/prompt.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unit/os/child.h"
#include "unit/os/temp_dir.h"

namespace kept::terminal {
namespace {

using Words = std::vector<std::string>;

TEST(TerminalCommandLine, SplitsWhatNeedsNoShell) {
    EXPECT_EQ(split_simple("env A=1 python3 -i"), (Words{"env", "A=1", "python3", "-i"}));
    EXPECT_EQ(split_simple("  a\t b  "), (Words{"a", "b"}));
    EXPECT_EQ(split_simple("a 'b c' \"d e\" f\\ g"), (Words{"a", "b c", "d e", "f g"}));
    EXPECT_EQ(split_simple("a '' \"\""), (Words{"a", "", ""}));
    EXPECT_EQ(split_simple("a b'c'\"d\"e"), (Words{"a", "bcde"}));
    EXPECT_EQ(split_simple("a '$x;*' \"a;b*\""), (Words{"a", "$x;*", "a;b*"}));
    EXPECT_EQ(split_simple("a \"q\\\"x\\\\y\\n\""), (Words{"a", "q\"x\\y\\n"}));
    EXPECT_EQ(split_simple("a \\$HOME"), (Words{"a", "$HOME"}));
}

TEST(TerminalCommandLine, LeavesTheRestToTheShell) {
    for (const char* line :
         {"",      "  ",      "a | b",       "a; b",     "a && b",       "a > f",
          "a < f", "echo $x", "echo \"$x\"", "echo `x`", "echo \"`x`\"", "ls *",
          "ls ?",  "ls [a]",  "(a)",         "{ a",      "~/x",          "a # c",
          "!x",    "a\nb",    "a 'b",        "a \"b",    "a \\",         "A=1 b"}) {
        EXPECT_EQ(split_simple(line), std::nullopt) << line;
    }
}

TEST(TerminalCommandLine, FindsTheProgramBehindItsWrappers) {
    EXPECT_EQ(program_index({"bash"}), 0U);
    EXPECT_EQ(program_index({"/usr/bin/env", "-i", "A=1", "B=2", "bash", "-i"}), 4U);
    EXPECT_EQ(program_index({"env", "-u", "HOME", "bash"}), 3U);
    EXPECT_EQ(program_index({"exec", "nohup", "bash"}), 2U);
    EXPECT_EQ(program_index({"stdbuf", "-oL", "gdb", "env"}), 2U);
    EXPECT_EQ(program_index({"env", "A=1"}), 2U); // none
    EXPECT_EQ(program_index({}), 0U);
    EXPECT_EQ(base_name("/usr/bin/bash"), "bash");
    EXPECT_EQ(base_name("bash"), "bash");
    EXPECT_EQ(base_name("a/"), "");
}

TEST(TerminalBashInput, PlainCodeGoesAsOnePaste) {
    EXPECT_EQ(bash_input("a\n\tb", true), "\x1b[200~a\n\tb\x1b[201~\r");
    EXPECT_EQ(bash_input("", true), "\x1b[200~\x1b[201~\r");
}

TEST(TerminalBashInput, CodeCannotLeaveThePaste) {
    const std::string typed = bash_input("a\x1b[201~\rrm -rf /", true);
    EXPECT_EQ(typed, " eval $'a\\033[201~\\015rm -rf /'\r");
    EXPECT_EQ(bash_input("a\nb", false), " eval $'a\\012b'\r");
    EXPECT_EQ(bash_input("it's \\n", false), " eval $'it\\'s \\\\n'\r");
    EXPECT_EQ(bash_input(std::string_view("a\0b\x7f", 4), false), " eval $'ab\\177'\r");
}

RC_GTEST_PROP(TerminalBashInput, NothingButTheLastByteActsOnTheEditor, (const std::string& code)) {
    for (const bool paste : {false, true}) {
        std::string typed = bash_input(code, paste);
        RC_ASSERT(typed.ends_with('\r'));
        typed.pop_back();
        if (paste && typed.starts_with("\x1b[200~")) {
            RC_ASSERT(typed == "\x1b[200~" + code + "\x1b[201~");
            typed = code;
            std::erase(typed, '\n');
            std::erase(typed, '\t');
        }
        RC_ASSERT(std::ranges::none_of(
            typed, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
    }
}

TEST(TerminalBashInput, BashReadsTheSameCodeBack) {
    const kept::test::TempDir temp;
    std::string code;
    for (int byte = 1; byte < 256; ++byte) {
        code.push_back(static_cast<char>(byte));
    }
    code += "'\\''\"$(x)`y`\\\\n\\x41 \n\n# end";
    std::string script = bash_input(code, false);
    script.replace(0, 6, "printf %s "); // instead of " eval "
    script.pop_back();
    kept::test::spill(temp / "script", script);
    const os::Command command{
        {"bash", temp / "script"}, {{"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}}, ""};
    const auto child = os::spawn_with_output(command);
    ASSERT_TRUE(child);
    EXPECT_EQ(kept::test::read_until(child->output.get(), "# end"), code);
    EXPECT_EQ(os::reap(child->child.pid).code, 0);
}

TEST(TerminalPrompt, KnowsHowPromptsEnd) {
    for (const char* prompt : {"$ ", "user@host:~$ ", "# ", "% ", "> ", ">>> ", "(gdb) ",
                               "In [1]: ", "mysql> ", "[k]", "❯ ", "λ ", "ghci»"}) {
        EXPECT_TRUE(looks_like_prompt(prompt)) << prompt;
    }
    for (const char* text : {"", "  ", "hello", "50% done", "press any key...", "a > b"}) {
        EXPECT_FALSE(looks_like_prompt(text)) << text;
    }
}

TEST(TerminalPrompt, TellsKindsOfInputApart) {
    using control::InputKind;
    Stillness still;
    still.verdict = Stillness::Verdict::reading;
    vt::Screen screen({80, 24});
    still.mode = {.canonical = true, .echo = true};
    EXPECT_EQ(input_kind(still, screen), InputKind::line);
    still.mode.echo = false;
    EXPECT_EQ(input_kind(still, screen), InputKind::password);
    still.mode.canonical = false;
    screen.feed("Continue? [y/n] ");
    EXPECT_EQ(input_kind(still, screen), InputKind::key);
    screen.feed("\r\nsql> ");
    EXPECT_EQ(input_kind(still, screen), InputKind::repl); // another program's line editor
    still.own = true;
    EXPECT_EQ(input_kind(still, screen), InputKind::key);
    screen.feed("\r\n--More--");
    still.own = false;
    EXPECT_EQ(input_kind(still, screen), InputKind::key);
    screen.feed("\r\nbelow\x1b[1;1H");
    EXPECT_EQ(input_kind(still, screen), InputKind::screen);
    screen.feed("\x1b[?2004h");
    EXPECT_EQ(input_kind(still, screen), InputKind::repl);
    screen.feed("\x1b[?1049h");
    EXPECT_EQ(input_kind(still, screen), InputKind::screen); // whatever else holds
    still.mode.canonical = true;
    EXPECT_EQ(input_kind(still, screen), InputKind::screen);
}

} // namespace
} // namespace kept::terminal
