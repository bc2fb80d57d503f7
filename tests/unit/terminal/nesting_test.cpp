#include "terminal/nesting.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "terminal/bash.h"
#include "unit/terminal/script_host.h"

namespace kept::terminal {
namespace {

using test::ScriptHost;

/// A nesting over a scripted terminal: output goes to the framer in charge, marks to whose they
/// are.
struct TerminalNesting : testing::Test {
    ScriptHost host;
    Nesting nesting{host};

    void own_marks() {
        nesting.set_own_marks(std::make_unique<MarkFramer>(host, bash_input), "0000aaaa");
    }
    bool mark(const std::string& body, const std::string& nonce) {
        return nesting.on_osc("133;" + body + ";n=" + nonce, host.offset(), host.offset());
    }
};

TEST_F(TerminalNesting, AnInnerPromptTakesOverAndTheOutersMarkTakesBack) {
    own_marks();
    EXPECT_TRUE(mark("A", "0000aaaa"));
    EXPECT_TRUE(mark("B", "0000aaaa"));
    nesting.current().begin("python3");
    EXPECT_TRUE(mark("C", "0000aaaa"));
    host.feed("Python\r\n>>> ");
    nesting.enter_prompt();
    EXPECT_TRUE(nesting.inside());
    EXPECT_EQ(nesting.marks(), nullptr);
    nesting.current().begin("exit()");
    EXPECT_TRUE(mark("D;3", "0000aaaa"));
    EXPECT_FALSE(nesting.inside());
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(host.ends[0].exit_code, 3); // the cell that was open inside ends as the outer's would
    EXPECT_EQ(host.ends[0].completion, Completion::marks);
}

TEST_F(TerminalNesting, AMarkOfNobodysIsNotTaken) {
    own_marks();
    EXPECT_FALSE(mark("A", "0000bbbb"));
    EXPECT_FALSE(nesting.on_osc("0;title", 0, 0));
}

TEST_F(TerminalNesting, MarksInsideAreToldFromThoseOutside) {
    own_marks();
    host.feed("inner$ ");
    nesting.enter_prompt();
    nesting.enter_marks(std::make_unique<MarkFramer>(host, bash_input), "0000bbbb");
    ASSERT_NE(nesting.marks(), nullptr);
    EXPECT_TRUE(mark("A", "0000bbbb"));
    EXPECT_TRUE(mark("B", "0000bbbb"));
    EXPECT_TRUE(nesting.inside());
    EXPECT_EQ(nesting.marks()->prompts(), 1U);
    EXPECT_TRUE(mark("A", "0000aaaa"));
    EXPECT_FALSE(nesting.inside());
}

TEST_F(TerminalNesting, ThePromptThatMarksWerePutIntoIsNoReturn) {
    own_marks();
    host.feed("inner$ ");
    nesting.enter_prompt();
    nesting.enter_marks(std::make_unique<MarkFramer>(host, bash_input), "0000bbbb");
    EXPECT_FALSE(nesting.return_to_prompt()); // `inner$ ` is still there: it is the same program's
    EXPECT_NE(nesting.marks(), nullptr);
}

TEST_F(TerminalNesting, AnOuterPromptIsAReturn) {
    own_marks();
    host.feed("one> ");
    nesting.enter_prompt();
    host.feed("\r\ntwo> ");
    nesting.enter_prompt();
    EXPECT_FALSE(nesting.return_to_prompt());
    host.feed("\r\none> ");
    EXPECT_TRUE(nesting.return_to_prompt());
    EXPECT_TRUE(nesting.inside());
    EXPECT_TRUE(nesting.current().back_at_prompt());
    EXPECT_FALSE(nesting.return_to_prompt());
}

TEST_F(TerminalNesting, CodeThatWaitsInsideGoesToTheProgramOutside) {
    own_marks();
    EXPECT_TRUE(mark("B", "0000aaaa"));
    host.feed("inner$ ");
    nesting.enter_prompt();
    nesting.enter_marks(std::make_unique<MarkFramer>(host, bash_input), "0000bbbb");
    nesting.current().begin("echo late"); // no mark has come yet
    EXPECT_TRUE(nesting.current().pending());
    nesting.leave();
    EXPECT_TRUE(nesting.inside());
    EXPECT_TRUE(nesting.current().open());
    EXPECT_NE(host.typed.find("echo late"), std::string::npos);
}

TEST_F(TerminalNesting, WhatBeganInsideKeepsItsBeginWhenItEndsOutside) {
    own_marks();
    host.feed("inner$ ");
    nesting.enter_prompt();
    nesting.enter_marks(std::make_unique<MarkFramer>(host, bash_input), "0000bbbb");
    EXPECT_TRUE(mark("B", "0000bbbb"));
    nesting.current().begin("exit 4");
    host.feed("exit 4\r\n");
    // One read brings all of it: the offset still is the one where the read begins.
    const std::uint64_t begin = host.offset() + 100;
    EXPECT_TRUE(nesting.on_osc("133;C;n=0000bbbb", begin - 10, begin));
    EXPECT_TRUE(nesting.on_osc("133;D;4;n=0000aaaa", begin, begin + 20));
    ASSERT_EQ(host.ends.size(), 1U);
    EXPECT_EQ(host.ends[0].exit_code, 4);
    EXPECT_EQ(host.last_pieces, (std::vector<Range>{{begin, begin}}));
}

TEST_F(TerminalNesting, TheOwnPromptAcceptedByForceEndsAllLevels) {
    own_marks();
    host.feed("one> ");
    nesting.enter_prompt();
    host.feed("\r\ntwo> ");
    nesting.enter_prompt();
    nesting.current().begin("x");
    nesting.accept_prompt();
    EXPECT_FALSE(nesting.current().open());
    EXPECT_TRUE(nesting.current().back_at_prompt());
}

} // namespace
} // namespace kept::terminal
