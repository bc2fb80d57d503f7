#include "terminal/line_framer.h"
#include "terminal/line_stream.h"
#include "terminal/repeat_framer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/terminal/script_host.h"

namespace kept::terminal {
namespace {

using control::InputKind;
using test::reading;
using test::ScriptHost;
using Verdict = Stillness::Verdict;

struct TerminalLineFramer : testing::Test {
    ScriptHost host;
    LineFramer framer{host};
    TerminalLineFramer() { host.attach(framer); }

    /// A program that is at its prompt.
    void start(std::string_view prompt = "(gdb) ") {
        host.feed("GNU gdb\r\n" + std::string(prompt));
        host.rest();
    }
    [[nodiscard]] const ScriptHost::End& last() const { return host.ends.back(); }
};

ScriptHost::End quiet(std::string text) {
    return {Completion::quiet, std::nullopt, std::move(text)};
}

TEST_F(TerminalLineFramer, LearnsThePromptWhereTheProgramComesToRest) {
    host.feed("GNU gdb\r\n");
    host.rest(test::of(Verdict::busy));
    EXPECT_EQ(host.readies, 0);
    host.feed("(gdb) ");
    host.rest();
    EXPECT_EQ(host.readies, 1);
}

TEST_F(TerminalLineFramer, AFrameIsWhatStandsBetweenEchoAndPrompt) {
    start();
    framer.begin("print 1\n");
    EXPECT_EQ(host.typed, "print 1\r");
    host.feed("print 1\r\n$1 = 1\r\n");
    EXPECT_TRUE(framer.open());
    EXPECT_EQ(host.text(framer.pieces()), "$1 = 1\r\n");
    host.feed("(gdb) ");
    EXPECT_TRUE(host.ends.empty()); // the prompt alone could be output
    EXPECT_GT(host.looks, 0);
    host.rest(test::of(Verdict::busy));
    EXPECT_TRUE(host.ends.empty());
    host.rest();
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(last(), quiet("$1 = 1\r\n"));
    EXPECT_FALSE(framer.open());
}

TEST_F(TerminalLineFramer, AProgramThatReadsMayHaveWrittenAPromptThatHasNotComeYet) {
    start("$ ");
    host.feed("\x1b[A\r\x1b[J");
    framer.begin("echo a");
    host.rest();
    EXPECT_EQ(host.typed, "");
    host.feed("$ ");
    host.rest();
    EXPECT_EQ(host.typed, "echo a\r");
    host.feed("echo a\r\na\r\n$ ");
    host.rest();
    EXPECT_EQ(last(), quiet("a\r\n"));
}

TEST_F(TerminalLineFramer, AProgramThatReadsWithoutItsPromptGetsItsCodeAfterAWhile) {
    start("$ ");
    host.feed("a message from elsewhere\r\n");
    framer.begin("echo a");
    host.rest();
    EXPECT_EQ(host.typed, "");
    host.rest(reading(), 150'000);
    EXPECT_EQ(host.typed, "echo a\r");
}

TEST_F(TerminalLineFramer, OutputWithoutALastLineFeedIsKeptFromThePrompt) {
    start(">>> ");
    framer.begin("print('a', end='')");
    host.feed("print('a', end='')\r\na>>> ");
    host.rest();
    EXPECT_EQ(last(), quiet("a"));
}

TEST_F(TerminalLineFramer, AProgramThatDoesNotEcho) {
    start("> ");
    framer.begin("go");
    host.feed("done\r\n> ");
    host.rest();
    EXPECT_EQ(last(), quiet("done\r\n"));
}

TEST_F(TerminalLineFramer, OutputThatLooksLikeTheCodeIsOutput) {
    start("> ");
    framer.begin("hello");
    host.feed("hello\r\nhello\r\n> ");
    host.rest();
    EXPECT_EQ(last(), quiet("hello\r\n"));
}

TEST_F(TerminalLineFramer, AnEchoWithColoursIsAnEcho) {
    start("> ");
    framer.begin("let x");
    host.feed("\x1b[34mlet\x1b[0m x\x1b[K\r\n7\r\n> ");
    host.rest();
    EXPECT_EQ(last(), quiet("7\r\n"));
}

TEST_F(TerminalLineFramer, LinesGoOneByOne) {
    start("> ");
    framer.begin("a\r\nb");
    EXPECT_EQ(host.typed, "a\r");
    host.feed("a\r\nA\r\n> ");
    EXPECT_EQ(host.typed, "a\r");
    host.rest();
    EXPECT_EQ(host.typed, "a\rb\r");
    EXPECT_TRUE(host.ends.empty());
    host.feed("b\r\nB\r\n> ");
    host.rest();
    EXPECT_EQ(last(), quiet("A\r\nB\r\n")); // without the prompt and the echo between
}

TEST_F(TerminalLineFramer, CodeMayAnswerAQuestion) {
    start("> ");
    framer.begin("ask\nBob");
    host.feed("ask\r\nName? ");
    host.rest(reading(true, true));
    EXPECT_EQ(host.typed, "ask\rBob\r");
    EXPECT_TRUE(host.waits.empty());
    host.feed("Bob\r\nHi Bob\r\n> ");
    host.rest();
    EXPECT_EQ(last(), quiet("Hi Bob\r\n"));
}

TEST_F(TerminalLineFramer, AQuestionWithoutAnAnswerIsWaitedFor) {
    start("> ");
    framer.begin("ask");
    host.feed("ask\r\nName? ");
    host.rest(test::of(Verdict::busy));
    EXPECT_TRUE(host.waits.empty());
    host.rest(reading(true, true));
    ASSERT_EQ(host.waits.size(), 1U);
    EXPECT_EQ(host.waits[0].first, InputKind::line);
    EXPECT_TRUE(host.ends.empty());
    host.feed("Bob\r\nHi\r\n> ");
    host.rest();
    EXPECT_EQ(last(), quiet("Name? Bob\r\nHi\r\n"));
}

TEST_F(TerminalLineFramer, ACellBeforeTheFirstPromptWaits) {
    framer.begin("early");
    EXPECT_TRUE(framer.pending());
    EXPECT_EQ(host.typed, "");
    host.feed("> ");
    host.rest(test::of(Verdict::busy));
    EXPECT_EQ(host.typed, "");
    host.rest();
    EXPECT_EQ(host.typed, "early\r");
    host.feed("early\r\nok\r\n> ");
    host.rest();
    EXPECT_EQ(last(), quiet("ok\r\n"));
}

TEST_F(TerminalLineFramer, AProgramThatNeverReadsGetsItsCodeInTheEnd) {
    framer.begin("hello?");
    host.rest(test::of(Verdict::busy), 1'000'000);
    EXPECT_EQ(host.typed, "");
    host.rest(test::of(Verdict::busy), 3'000'000);
    EXPECT_EQ(host.typed, "hello?\r");
}

TEST_F(TerminalLineFramer, WithoutKernelEvidenceAPromptCountsWhenItIsQuiet) {
    start("> ");
    framer.begin("a");
    host.feed("a\r\nA\r\n> ");
    host.rest(test::of(Verdict::unknown), 10'000);
    EXPECT_TRUE(host.ends.empty());
    host.rest(test::of(Verdict::unknown), 100'000);
    EXPECT_EQ(last(), quiet("A\r\n"));
}

TEST_F(TerminalLineFramer, NothingEndsWhileInputIsOnItsWay) {
    start("> ");
    framer.begin("a");
    host.set_typed_all(false);
    host.feed("a\r\n> ");
    host.rest();
    EXPECT_TRUE(host.ends.empty());
}

TEST_F(TerminalLineFramer, AnEditorWithPasteGetsOne) {
    start("> ");
    host.feed(test::kPasteOn);
    framer.begin("a");
    EXPECT_EQ(host.typed, "\x1b[200~a\x1b[201~\r");
}

/// As readline draws it when Enter comes: without the highlight of a paste, and two columns from
/// the left, where the prompt would end if it began the line.
TEST_F(TerminalLineFramer, AnEchoDrawnInTheWrongColumnIsNoOutput) {
    const std::string echo = "\x1b[7mf(1)\x1b[27m\r\x1b[C\x1b[Cf(1)\r\n";
    for (std::size_t piece = 1; piece <= echo.size() + test::kPasteOff.size() + 1; ++piece) {
        ScriptHost other;
        LineFramer cut(other);
        other.attach(cut);
        other.feed(test::kPasteOn + "> ");
        other.rest();
        cut.begin("f(0)");
        other.feed("f(0)\r\n" + test::kPasteOff + "\rno newline" + test::kPasteOn + "> ", piece);
        other.rest();
        cut.begin("f(1)");
        other.feed(echo + test::kPasteOff + "\rone\r\n" + test::kPasteOn + "> ", piece);
        other.rest();
        ASSERT_EQ(other.ends.size(), 2U) << piece;
        EXPECT_EQ(other.ends[1].text, "\rone\r\n") << piece;
    }
}

TEST_F(TerminalLineFramer, ACancelledCellGivesItsCodeBack) {
    framer.begin("a\nb");
    EXPECT_EQ(framer.take_code(), "a\nb\n");
    EXPECT_FALSE(framer.open());
    host.feed("> ");
    host.rest();
    EXPECT_EQ(host.typed, "");
}

TEST(TerminalLineFramerGiven, EndsAtExactlyTheGivenPrompt) {
    ScriptHost host;
    LineFramer framer(host, "sql> ");
    host.attach(framer);
    host.feed("motd> ");
    host.rest();
    EXPECT_EQ(host.readies, 0); // not that one
    host.feed("\r\nsql> ");
    host.rest();
    EXPECT_EQ(host.readies, 1);
    framer.begin("select 1;");
    host.feed("select 1;\r\n1\r\nmore> ");
    host.rest();
    EXPECT_TRUE(host.ends.empty());
    EXPECT_EQ(host.waits.size(), 1U);
    host.feed("\r\nsql> ");
    host.rest();
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(host.ends[0].completion, Completion::prompt);
    EXPECT_EQ(host.ends[0].text, "1\r\nmore> \r\n");
}

KnownPrompts of_psql() {
    KnownPrompts known;
    known.prompt_pattern = "\\S*[=!][*!?]?[#>]";
    known.continuation_pattern = "\\S*[-*'\"($][*!?]?[#>]|>>";
    known.may_ask_first = true;
    return known;
}

TEST(TerminalLineFramerPattern, EveryPromptThatMatchesEndsAFrame) {
    ScriptHost host;
    LineFramer framer(host, of_psql());
    host.attach(framer);
    host.feed("db=# ");
    host.rest();
    EXPECT_EQ(host.readies, 1);
    for (const char* prompt : {"db=*# ", "db=!# ", "other=> ", "db=# "}) {
        framer.begin("x;");
        host.feed("x;\r\nOK\r\n" + std::string(prompt));
        host.rest();
        ASSERT_FALSE(host.ends.empty()) << prompt;
        EXPECT_EQ(host.ends.back(), (ScriptHost::End{Completion::prompt, std::nullopt, "OK\r\n"}));
        host.ends.clear();
    }
    framer.begin("x;");
    host.feed(
        "x;\r\nno feeddb=# "); // output without a line feed: the longest that matches is taken
    host.rest();
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_TRUE(host.waits.empty());
}

TEST(TerminalLineFramerPattern, ASecondPromptWaitsForMore) {
    ScriptHost host;
    LineFramer framer(host, of_psql());
    host.attach(framer);
    host.feed("db=# ");
    host.rest();
    framer.begin("copy t from stdin;");
    host.feed("copy t from stdin;\r\n>> ");
    host.rest();
    ASSERT_EQ(host.waits.size(), 1U);
    EXPECT_EQ(host.waits[0].first, control::InputKind::continuation);
}

TEST(TerminalLineFramerPattern, AQuestionBeforeTheFirstPromptCountsAsStarted) {
    ScriptHost host;
    LineFramer framer(host, of_psql());
    host.attach(framer);
    host.feed("Password: ");
    host.rest(test::of(Stillness::Verdict::busy));
    EXPECT_EQ(host.readies, 0);
    host.rest(test::reading(true));
    EXPECT_EQ(host.readies, 1);
    framer.begin("select 1;");
    host.rest(test::reading(true)); // its echo is off: a password is wanted, not code
    EXPECT_EQ(host.typed, "");
    ASSERT_EQ(host.waits.size(), 1U);
    EXPECT_EQ(host.waits[0].first, control::InputKind::password);
    host.feed("\r\ndb=# ");
    host.rest();
    EXPECT_EQ(host.typed, "select 1;\r");
}

TEST(TerminalLineFramerEditor, NoPromptCountsWhileTheEditorDoesNotRead) {
    ScriptHost host;
    KnownPrompts known;
    known.prompt = "jshell> ";
    known.line_editor = true;
    known.blank_before = true;
    LineFramer framer(host, known);
    host.attach(framer);
    host.feed(test::kPasteOn + "\r\r\njshell> ");
    host.rest();
    framer.begin("x");
    host.feed("x\r\r\n" + test::kPasteOff + "jshell> "); // printed by the code
    host.rest();
    host.rest(test::reading(), 5'000'000);
    EXPECT_TRUE(host.ends.empty());
    EXPECT_TRUE(host.waits.empty()); // the thread that reads does so all the time
    host.feed("\r\n" + test::kPasteOn + "\r\r\njshell> ");
    host.rest();
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(host.ends[0].text, "jshell> \r\n" + test::kPasteOn); // without the empty line
}

TEST(TerminalLineFramerEcho, EscEEndsTheEchoToo) {
    ScriptHost host;
    LineFramer framer(host, "ghci> ");
    host.attach(framer);
    host.feed("ghci> ");
    host.rest();
    framer.begin("1+1");
    host.feed("1+1\x1b"
              "E\x1b[?1l\x1b>2\r\nghci> ");
    host.rest();
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(host.ends[0].text, "\x1b[?1l\x1b>2\r\n");
}

TEST(TerminalLineFramerAtPrompt, TakesThePromptThatIsThere) {
    ScriptHost host;
    host.feed("Python\r\n>>> ");
    const auto framer = LineFramer::at_prompt(host);
    host.attach(*framer);
    framer->begin("1");
    EXPECT_EQ(host.typed, "1\r");
    host.feed("1\r\n1\r\n>>> ");
    host.rest();
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(host.ends[0], quiet("1\r\n"));
}

struct Lines {
    std::vector<CleanLine> got;
    LineStream stream{[this](CleanLine line) { got.push_back(std::move(line)); }};
    void feed(std::string_view bytes, std::size_t piece = std::string_view::npos) {
        std::uint64_t at = 0;
        stream.start(0);
        while (!bytes.empty()) {
            const std::string_view now = bytes.substr(0, piece);
            stream.feed(now, at);
            at += now.size();
            bytes.remove_prefix(now.size());
        }
    }
};

TEST(TerminalLineStream, CleansLinesAndKnowsTheirPlace) {
    Lines lines;
    lines.feed("  a\tb \r\n\x1b[31mred\x1b[0m\n\nrest");
    ASSERT_EQ(lines.got.size(), 3U);
    EXPECT_EQ(lines.got[0].text, "a\tb");
    EXPECT_EQ(lines.got[0].begin, 0U);
    EXPECT_EQ(lines.got[0].end, 8U);
    EXPECT_EQ(lines.got[1].text, "red");
    EXPECT_EQ(lines.got[1].begin, 8U);
    EXPECT_EQ(lines.got[2].text, "");
    EXPECT_EQ(lines.stream.unfinished().text, "rest");
    EXPECT_EQ(lines.stream.unfinished().end, 26U);
}

RC_GTEST_PROP(TerminalLineStream, CutsTheSameHoweverItIsFed, ()) {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab \n\r\x1b[1m")));
    Lines whole;
    whole.feed(text);
    Lines cut;
    cut.feed(text, *rc::gen::inRange<std::size_t>(1, text.size() + 2));
    RC_ASSERT(whole.got.size() == cut.got.size());
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < cut.got.size(); ++i) {
        RC_ASSERT(whole.got[i].text == cut.got[i].text);
        RC_ASSERT(cut.got[i].begin == at); // no byte between two lines
        at = cut.got[i].end;
    }
    RC_ASSERT(cut.stream.unfinished().end == text.size());
}

TEST(TerminalLineStream, AnEndlessLineComesInPieces) {
    Lines lines;
    lines.feed(std::string(3 * LineStream::kLongest + 5, 'x'), 10'000);
    EXPECT_EQ(lines.got.size(), 3U);
    EXPECT_EQ(lines.stream.unfinished().text, "xxxxx");
}

struct TerminalRepeatFramer : testing::Test {
    ScriptHost host;
    RepeatFramer framer{host};
    TerminalRepeatFramer() { host.attach(framer); }
};

TEST_F(TerminalRepeatFramer, FiveEqualLinesEndTheFrame) {
    host.feed("% ");
    host.rest(test::of(Verdict::unknown), 400'000);
    EXPECT_EQ(host.readies, 1);
    framer.begin("echo hi");
    EXPECT_EQ(host.typed, "echo hi\r");
    for (int i = 0; i < 7; ++i) {
        host.rest(test::of(Verdict::busy));
        host.rest(); // an empty line only when the program reads, and five of them
    }
    EXPECT_EQ(host.typed, "echo hi\r\r\r\r\r\r");
    host.feed("echo hi\r\nhi\r\n% \r\n% \r\n% \r\n% \r\n");
    EXPECT_TRUE(framer.open());
    EXPECT_EQ(host.text(framer.pieces()).substr(0, 4), "hi\r\n");
    host.feed("% \r\n");
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(host.ends[0], (ScriptHost::End{Completion::repeat, std::nullopt, "hi\r\n"}));
}

TEST_F(TerminalRepeatFramer, TheEchoOfManyLinesIsNoOutput) {
    framer.begin("a\nb\n\n");
    EXPECT_EQ(host.typed, "a\rb\r\r");
    host.feed("% a\r\n% b\r\nout\r\n% \r\n% \r\n% \r\n% \r\n% \r\n");
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(host.ends[0].text, "out\r\n");
}

TEST_F(TerminalRepeatFramer, LinesThatChangeStartAnew) {
    framer.begin("x");
    host.feed("x\r\n% \r\n% \r\n% \r\n% \r\nlate\r\n% \r\n% \r\n% \r\n% \r\n");
    EXPECT_TRUE(host.ends.empty());
    host.feed("% \r\n");
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(host.ends[0].text, "% \r\n% \r\n% \r\n% \r\nlate\r\n");
}

TEST(TerminalRepeat, CountsTheLinesOfAnEcho) {
    EXPECT_EQ(echoed_lines("a"), 1);
    EXPECT_EQ(echoed_lines("a\nb\n"), 2);
    EXPECT_EQ(echoed_lines("a\n\nb\n \n\n"), 3);
    EXPECT_EQ(echoed_lines(""), 0);
}

} // namespace
} // namespace kept::terminal
