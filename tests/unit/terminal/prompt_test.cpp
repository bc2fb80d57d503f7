#include "terminal/prompt.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace kept::terminal {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

TEST(Prompt, TheSameWithAnotherDirectoryTimeOrCounter) {
    for (const auto& [learned, now] : std::array<Pair, 12>{{
             {"root@host:~# ", "root@host:/tmp# "},
             {"root@host:/usr/lib# ", "root@host:~# "},
             {"~$ ", "/usr/lib$ "},
             {"[me@host tmp]$ ", "[me@host ~]$ "},
             {"irb(main):001:0> ", "irb(main):002:0> "},
             {"12:59:59 > ", "13:00:00 > "},
             {"  DB<1> ", "  DB<12> "},
             {"MariaDB [(none)]> ", "MariaDB [test]> "},
             {"postgres=# ", "postgres=# "},
             {"scheme@(guile-user)> ", "scheme@(guile-user) [1]> "},
             {"127.0.0.1:6379> ", "127.0.0.1:6379[1]> "},
             {">>> ", ">>> "},
         }}) {
        EXPECT_TRUE(same_prompt(learned, now)) << learned << now;
        EXPECT_FALSE(second_prompt(learned, now)) << learned << now;
    }
}

TEST(Prompt, SecondPromptsAreOthers) {
    for (const auto& [learned, now] : std::array<Pair, 12>{{
             {"$ ", "> "},
             {">>> ", "... "},
             {"sqlite> ", "   ...> "},
             {"MariaDB [(none)]> ", "    -> "},
             {"postgres=# ", "postgres-# "},
             {"postgres=# ", "postgres(# "},
             {"postgres=# ", "postgres'# "},
             {"irb(main):001:0> ", "irb(main):001:1* "},
             {"jshell> ", "   ...> "},
             {"> ", "+ "},
             {"> ", ">> "},
             {"MariaDB [(none)]> ", "    '> "},
         }}) {
        EXPECT_FALSE(same_prompt(learned, now)) << learned << now;
        EXPECT_TRUE(now == "irb(main):001:1* " || second_prompt(learned, now)) << learned << now;
    }
}

TEST(Prompt, OtherProgramsAreOthers) {
    for (const auto& [learned, now] : std::array<Pair, 6>{{
             {"root@host:~# ", ">>> "},
             {"~$ ", "Password: "},
             {"~$ ", "sqlite> "},
             {"(gdb) ", "(Pdb) "},
             {"$ ", ""},
             {"", "$ "},
         }}) {
        EXPECT_FALSE(same_prompt(learned, now)) << learned << now;
    }
}

} // namespace
} // namespace kept::terminal
