#include "terminal/mark_framer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/terminal/script_host.h"

namespace kept::terminal {
namespace {

using control::Evidence;
using control::InputKind;
using test::kPasteOff;
using test::kPasteOn;
using test::mark;
using test::marked_prompt;
using test::of;
using test::reading;
using test::ScriptHost;
using Verdict = Stillness::Verdict;

std::string as_it_is(std::string_view code, bool) {
    return std::string(code) + "\r";
}

/// What bash prints once its editor has accepted a line, up to the output.
const std::string kAccepted = "\r\n" + kPasteOff + "\r";

struct TerminalMarkFramer : testing::Test {
    ScriptHost host;
    MarkFramer framer{host, as_it_is};
    TerminalMarkFramer() { host.attach(framer); }

    void start() { host.feed(marked_prompt(0)); }
    void run(const std::string& code) {
        framer.begin(code);
        host.feed(code);
    }
    [[nodiscard]] const ScriptHost::End& last() const { return host.ends.back(); }
};

TEST_F(TerminalMarkFramer, IsReadyAtTheFirstPrompt) {
    host.feed("Welcome\r\n");
    EXPECT_EQ(host.readies, 0);
    start();
    EXPECT_EQ(host.readies, 1);
    host.feed("\r\n" + marked_prompt(0)); // a person pressed Enter
    EXPECT_EQ(host.readies, 1);
    EXPECT_TRUE(host.ends.empty());
}

TEST_F(TerminalMarkFramer, AFrameIsWhatStandsBetweenCAndD) {
    start();
    run("echo hello");
    EXPECT_EQ(host.typed, "echo hello\r");
    EXPECT_TRUE(framer.open());
    EXPECT_TRUE(framer.pieces().empty()); // the echo is no output
    host.feed(kAccepted + mark("C") + "hel");
    EXPECT_EQ(host.text(framer.pieces()), "hel");
    host.feed("lo\r\n" + marked_prompt(7));
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(last(), (ScriptHost::End{Completion::marks, 7, "hello\r\n"}));
    EXPECT_FALSE(framer.open());
}

TEST_F(TerminalMarkFramer, ASilentCommandHasNoOutput) {
    start();
    run("true");
    host.feed(kAccepted + mark("C") + marked_prompt(0));
    EXPECT_EQ(last(), (ScriptHost::End{Completion::marks, 0, ""}));
}

TEST_F(TerminalMarkFramer, ManyCommandsAreOneFrame) {
    start();
    run("a; b; c");
    host.feed(kAccepted + mark("C") + "1\r\n" + mark("C") + "2\r\n" + mark("C") + "3\r\n");
    EXPECT_TRUE(host.ends.empty());
    host.feed(marked_prompt(3));
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(last().text, "1\r\n" + mark("C") + "2\r\n" + mark("C") + "3\r\n");
    EXPECT_EQ(last().exit_code, 3);
}

TEST_F(TerminalMarkFramer, ARedrawnPromptEndsNothing) {
    start();
    run("sleep 1");
    const std::string redraw = "\r" + mark("D;0") + mark("A") + "$ " + mark("B") + "sleep 1";
    host.feed(redraw + redraw);
    EXPECT_TRUE(host.ends.empty());
    host.feed(kAccepted + mark("C") + "x\r\n" + marked_prompt(4));
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(last(), (ScriptHost::End{Completion::marks, 4, "x\r\n"}));
}

TEST_F(TerminalMarkFramer, APromptThatACommandPrintsEndsNothing) {
    start();
    run("echo \"${PS1@P}\"");
    const std::string printed = mark("D;0") + mark("A") + "$ " + mark("B") + "\r\n";
    host.feed(kAccepted + mark("C") + printed);
    host.rest(test::of(Verdict::busy));
    EXPECT_TRUE(host.ends.empty());
    host.feed("more\r\n" + marked_prompt(3));
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(last(), (ScriptHost::End{Completion::marks, 3, printed + "more\r\n"}));
}

TEST_F(TerminalMarkFramer, OurOwnHookIsNoOutput) {
    start();
    run("set -v");
    host.feed(kAccepted + mark("C") + "x\r\n{ __kept_prompt; } 2>/dev/null\r\n" + marked_prompt(0));
    EXPECT_EQ(last(), (ScriptHost::End{Completion::marks, 0, "x\r\n"}));
}

TEST_F(TerminalMarkFramer, WhatTheShellSaysOfItsJobsIsNoOutput) {
    start();
    run("sleep 0 & wait");
    host.feed(kAccepted + mark("C") + "out\r\n" + mark("E") + "[1]+  Done  sleep 0\r\n");
    EXPECT_TRUE(host.ends.empty()); // E alone ends nothing
    host.feed(marked_prompt(2));
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(last(), (ScriptHost::End{Completion::marks, 2, "out\r\n"}));
    run("b"); // and the next frame has its own end
    host.feed(kAccepted + mark("C") + "B\r\n" + marked_prompt(0));
    EXPECT_EQ(last().text, "B\r\n");
}

TEST_F(TerminalMarkFramer, KnowsWhileItsCodeMayBeUnread) {
    EXPECT_FALSE(framer.typing());
    framer.begin("a");
    EXPECT_FALSE(framer.typing()); // nothing of it has been sent
    start();
    EXPECT_TRUE(framer.typing());
    host.feed("a" + kAccepted);
    EXPECT_FALSE(framer.typing());
}

TEST_F(TerminalMarkFramer, AnErrorBeforeTheCommandStillEndsTheFrame) {
    start();
    run("echo )");
    host.feed(kAccepted + "bash: syntax error\r\n" + marked_prompt(2));
    EXPECT_EQ(last(), (ScriptHost::End{Completion::marks, 2, "\rbash: syntax error\r\n"}));
}

TEST_F(TerminalMarkFramer, AnEditorWithoutPasteEndsByItsNextPrompt) {
    const std::string prompt = mark("D;1") + mark("A") + "$ " + mark("B");
    host.feed(prompt);
    run("if )");
    host.feed("\r\nsyntax error\r\n" + prompt);
    EXPECT_TRUE(host.ends.empty()); // it may be a redraw
    EXPECT_GT(host.looks, 0);
    host.rest(test::of(Verdict::busy));
    EXPECT_TRUE(host.ends.empty());
    host.rest();
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(last().completion, Completion::marks);
    EXPECT_EQ(last().exit_code, 1);
    EXPECT_FALSE(framer.open());
}

TEST_F(TerminalMarkFramer, ForgedMarksEndNothing) {
    start();
    run("./evil");
    const std::string forged =
        "\x1b]133;D;0\a\x1b]133;D;0;n=\a\x1b]133;D;0;n=c0ffe\a\x1b]133;A\a\x1b]133;B\a";
    host.feed(kAccepted + mark("C") + forged + "still here\r\n");
    EXPECT_TRUE(host.ends.empty());
    host.feed(marked_prompt(5));
    EXPECT_EQ(last(), (ScriptHost::End{Completion::marks, 5, forged + "still here\r\n"}));
}

TEST_F(TerminalMarkFramer, ACellWaitsForThePrompt) {
    framer.begin("first");
    EXPECT_TRUE(framer.pending());
    EXPECT_EQ(host.typed, "");
    host.feed("starting\r\n");
    EXPECT_EQ(host.typed, "");
    start();
    EXPECT_EQ(host.typed, "first\r");
    EXPECT_FALSE(framer.pending());
    host.feed("first" + kAccepted + mark("C") + "ok\r\n" + marked_prompt(0));
    EXPECT_EQ(last().text, "ok\r\n");
}

TEST_F(TerminalMarkFramer, ACancelledCellIsNeverSent) {
    framer.begin("first");
    framer.cancel();
    EXPECT_FALSE(framer.open());
    start();
    EXPECT_EQ(host.typed, "");
    EXPECT_TRUE(host.ends.empty());
}

TEST_F(TerminalMarkFramer, AnOpenQuoteWaitsForMore) {
    start();
    run("echo 'a");
    host.feed("\r\n" + kPasteOff + "\r" + kPasteOn + mark("A;k=s") + "> " + mark("B"));
    EXPECT_GT(host.looks, 0);
    host.rest();
    ASSERT_EQ(host.waits.size(), 1U);
    EXPECT_EQ(host.waits[0], std::pair(InputKind::continuation, Evidence::marks));
    EXPECT_EQ(host.text(framer.pieces()), "\r"); // the second prompt is no output
    EXPECT_TRUE(host.ends.empty());
    host.feed("'" + kAccepted + mark("C") + "a\r\n" + marked_prompt(0));
    EXPECT_EQ(last(), (ScriptHost::End{Completion::marks, 0, "a\r\n"}));
}

TEST_F(TerminalMarkFramer, AQuestionIsWaitedFor) {
    start();
    run("read x");
    host.feed(kAccepted + mark("C") + "Name? ");
    host.rest(test::of(Verdict::busy));
    host.rest(test::of(Verdict::unknown), 1'000'000);
    EXPECT_TRUE(host.waits.empty()); // nothing says that it reads
    host.set_typed_all(false);
    host.rest(reading(true, true));
    EXPECT_TRUE(host.waits.empty()); // it has not got all that was typed
    host.set_typed_all(true);
    host.rest(reading(true, true));
    host.rest(reading(true, false));
    EXPECT_EQ(host.waits, (decltype(host.waits){{InputKind::line, Evidence::kernel},
                                                {InputKind::password, Evidence::kernel}}));
    EXPECT_TRUE(host.ends.empty());
}

TEST_F(TerminalMarkFramer, ALongSilentQuestionIsWaitedForWithoutTheKernel) {
    start();
    run("ssh there");
    host.feed(kAccepted + mark("C") + "Name? ");
    Stillness still = test::of(Verdict::unknown);
    still.certain = true;
    host.rest(still, 10'000'000);
    EXPECT_EQ(host.waits, (decltype(host.waits){{InputKind::line, Evidence::quiet}}));
}

TEST_F(TerminalMarkFramer, NothingWaitsWithoutACell) {
    start();
    host.rest();
    EXPECT_TRUE(host.waits.empty());
    EXPECT_TRUE(host.ends.empty());
}

TEST_F(TerminalMarkFramer, AProgramThatTakesTheShellsPlaceEndsTheFrame) {
    start();
    run("exec python3");
    host.feed(kAccepted + mark("C") + "Python 3\r\n>>> ");
    Stillness still = test::reading();
    host.rest(still);
    EXPECT_TRUE(host.ends.empty()); // the shell itself may ask something like that
    still.replaced = true;
    host.rest(still);
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(last(), (ScriptHost::End{Completion::quiet, std::nullopt, "Python 3\r\n"}));
    EXPECT_TRUE(framer.lost_marks());
}

TEST_F(TerminalMarkFramer, MarksThatStopAreMissedAfterAWhile) {
    framer.begin("echo");
    host.feed("plain$ ");
    Stillness still = test::reading();
    still.replaced = true;
    host.rest(still, 1'000);
    EXPECT_FALSE(framer.lost_marks());
    host.rest(still, 400'000);
    EXPECT_TRUE(framer.lost_marks());
    framer.cancel();
    EXPECT_EQ(framer.take_code(), "echo");
    host.feed(mark("A"));
    EXPECT_FALSE(framer.lost_marks()); // they are back
}

TEST_F(TerminalMarkFramer, AdoptsAnOpenFrame) {
    start();
    host.feed("one\r\nprompt> two\r\n");
    const std::uint64_t one = host.offset() - 18;
    framer.adopt({{one, one + 5}, {one + 13, one + 18}});
    EXPECT_TRUE(framer.open());
    host.feed("three\r\n" + marked_prompt(9));
    EXPECT_EQ(last(), (ScriptHost::End{Completion::marks, 9, "one\r\ntwo\r\nthree\r\n"}));
}

TEST_F(TerminalMarkFramer, AFrameDoesNotInheritFromTheOneBefore) {
    start();
    run("a");
    host.feed(kAccepted + mark("C") + "A\r\n" + marked_prompt(1));
    host.feed("late output of a job\r\n");
    run("b");
    host.feed(kAccepted + mark("C") + "B\r\n" + marked_prompt(2));
    ASSERT_EQ(host.ends.size(), 2U);
    EXPECT_EQ(host.ends[0], (ScriptHost::End{Completion::marks, 1, "A\r\n"}));
    EXPECT_EQ(host.ends[1], (ScriptHost::End{Completion::marks, 2, "B\r\n"}));
}

struct TerminalMarkFramerLoading : TerminalMarkFramer {
    const std::string redraw =
        marked_prompt(0).substr(kPasteOn.size()); // readline's, after the keys
    TerminalMarkFramerLoading() {
        framer.set_loader(
            [](std::string_view code) { return code.size() > 9 ? std::string("K") : ""; });
        start();
    }
};

TEST_F(TerminalMarkFramerLoading, EnterFollowsWhenTheEditorHasTheCode) {
    framer.begin("short");
    EXPECT_EQ(host.typed, "short\r");
    host.feed(kAccepted + mark("C") + marked_prompt(0));
    host.typed.clear();
    framer.begin("echo much code");
    EXPECT_EQ(host.typed, "K");
    host.rest(reading(), 100'000);
    host.feed(mark("L") + redraw + "echo much code");
    EXPECT_EQ(host.typed, "K\r");
    host.rest(); // the Enter may not have been read
    EXPECT_EQ(host.ends.size(), 1U);
    host.feed(kAccepted + mark("C") + "much code\r\n" + marked_prompt(3));
    EXPECT_EQ(last(), (ScriptHost::End{Completion::marks, 3, "much code\r\n"}));
}

TEST_F(TerminalMarkFramerLoading, CodeIsTypedWhereTheKeysMeanSomethingElse) {
    framer.begin("echo much code");
    host.rest(of(Verdict::busy), 2'000'000); // it may be about to
    EXPECT_EQ(host.typed, "K");
    host.rest(reading(), 400'000);
    EXPECT_EQ(host.typed, "K\x05\x15"
                          "echo much code\r");
    host.feed(mark("L")); // too late
    EXPECT_TRUE(host.typed.ends_with("code\r")) << host.typed;
    host.feed(kAccepted + mark("C") + "much code\r\n" + marked_prompt(0));
    EXPECT_EQ(last(), (ScriptHost::End{Completion::marks, 0, "much code\r\n"}));
}

TEST_F(TerminalMarkFramerLoading, AnInterruptionEndsIt) {
    framer.begin("echo much code");
    host.feed("^C" + kAccepted + marked_prompt(130));
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(last().exit_code, 130);
    host.feed(mark("L"));
    EXPECT_EQ(host.typed, "K");
}

TEST_F(TerminalMarkFramer, WithoutAPasteModeNothingIsLoaded) {
    framer.set_loader([](std::string_view) { return std::string("K"); });
    host.feed(mark("D;0") + mark("A") + "$ " + mark("B"));
    framer.begin("echo much code");
    EXPECT_EQ(host.typed, "echo much code\r");
}

struct TerminalMarkFramerZsh : testing::Test {
    const std::string prompt = mark("D;0") + mark("A") + "% " + mark("B"); // its editor is not up
    const std::string pasted = "\x1b[200~if\x1b[201~\r";
    ScriptHost host;
    MarkFramer framer{host, profile(), "/nonexistent"};
    TerminalMarkFramerZsh() { host.attach(framer); }

    static profiles::Profile profile() {
        profiles::Profile zsh;
        zsh.line_editor = true;
        zsh.hand_over = profiles::HandOver::paste;
        zsh.call = " eval @CODE@";
        return zsh;
    }
};

TEST_F(TerminalMarkFramerZsh, ACellThatCameBeforeThePromptWaitsForTheEditor) {
    framer.begin("if");
    host.feed(prompt);
    EXPECT_EQ(host.typed, "");
    host.feed(kPasteOn);
    EXPECT_EQ(host.typed, pasted);
}

TEST_F(TerminalMarkFramerZsh, ACellThatComesAfterThePromptWaitsForTheEditor) {
    host.feed(prompt);
    framer.begin("if");
    EXPECT_EQ(host.typed, "");
    host.rest(of(Verdict::busy));
    EXPECT_EQ(host.typed, "");
    host.feed(kPasteOn);
    EXPECT_EQ(host.typed, pasted);
}

TEST_F(TerminalMarkFramerZsh, AnEditorThatTakesNoPasteGetsALine) {
    host.feed(prompt);
    framer.begin("if");
    host.rest(reading());
    EXPECT_TRUE(host.typed.starts_with(" eval ")) << host.typed;
}

/// Whoever follows the output would keep the beginning of a mark, and take what comes for its rest.
TEST_F(TerminalMarkFramer, HalfAMarkIsNoOutput) {
    start();
    framer.begin("x");
    std::string seen;
    std::uint64_t until = 0;
    for (const char byte : "x" + kAccepted + mark("C") + "\x1b[1mab\x1b[m\r\n" + mark("E")) {
        host.feed(std::string_view(&byte, 1));
        for (const Range& piece : framer.pieces()) {
            const std::uint64_t from = std::max(piece.begin, until);
            if (from < piece.end) {
                seen += host.text({{from, piece.end}});
                until = piece.end;
            }
        }
    }
    EXPECT_EQ(seen, "\r\x1b[1mab\x1b[m\r\n" + mark("E"));
}

RC_GTEST_PROP(TerminalMarkFramerCut, FramesTheSameHoweverItIsCut, ()) {
    const auto body = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(
        std::vector<std::string>{"text", "\r\n", mark("C"), "\x1b]133;D;0\a", "\x1b[31m",
                                 "\x1b]0;t\a", "\xE2\x82\xAC", "\a"}));
    std::string output;
    for (const auto& part : body) {
        output += part;
    }
    const auto play = [&](std::size_t piece) {
        ScriptHost host;
        MarkFramer framer(host, as_it_is);
        host.attach(framer);
        host.feed(marked_prompt(0), piece);
        framer.begin("x");
        host.feed("x" + kAccepted + mark("C") + output + marked_prompt(6), piece);
        return host.ends;
    };
    const auto whole = play(std::string::npos);
    RC_ASSERT(whole.size() == 1U);
    RC_ASSERT(whole[0].text == output);
    RC_ASSERT(play(1) == whole);
    RC_ASSERT(play(*rc::gen::inRange<std::size_t>(2, 64)) == whole);
}

} // namespace
} // namespace kept::terminal
