#include "terminal/asking.h"

#include <gtest/gtest.h>

namespace kept::terminal {
namespace {

TEST(TerminalAsking, QuestionsAreClear) {
    for (const char* text :
         {"Go on?", "Overwrite a (y/n)? ", "Do you want to continue? [Y/n] ",
          "Proceed [y/N]: ", "Really (yes/no) ", "Stage this hunk [y,n,q,a,d,e,?]? ", "$ ",
          "root@host:/# ", ">>> ", "(gdb) ", "(Pdb) ", "sqlite> ", "❯ ", "host% ",
          "? Project name: › ", "? Name: (app) my-"}) {
        EXPECT_EQ(asking(text), Asking::clearly) << text;
    }
}

TEST(TerminalAsking, NamesWithAColonMayBeQuestions) {
    for (const char* text : {"Password: ", "Full Name []: ", "Name (Ann) ",
                             "In [1]: ", "Enter file in which to save the key (/root/.ssh/id): "}) {
        EXPECT_EQ(asking(text), Asking::maybe) << text;
    }
}

TEST(TerminalAsking, ProgressIsNoQuestion) {
    for (const char* text : {"45%", "45 %", "fetching [====>     ] ", "(12/80)", "[#####   ]",
                             "working...", "--> ", "====>", "#####", "- 3 of 7", "[  50%]"}) {
        EXPECT_EQ(asking(text), Asking::words) << text;
    }
    EXPECT_EQ(asking("  "), Asking::nothing);
}

TEST(TerminalAsking, PagersAreNoInterpreters) {
    EXPECT_FALSE(interpreter_prompt("(END)"));
    EXPECT_FALSE(interpreter_prompt(":"));
    EXPECT_FALSE(interpreter_prompt("Go on? [Y/n]"));
    EXPECT_TRUE(interpreter_prompt("(lldb) "));
}

} // namespace
} // namespace kept::terminal
