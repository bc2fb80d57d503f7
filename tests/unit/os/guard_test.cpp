#include "os/guard.h"

#include <csignal>
#include <gtest/gtest.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/proc.h"
#include "os/spawn.h"
#include "unit/os/child.h"
#include "unit/os/guard_hook.h"

namespace kept::os {
namespace {

using test::eventually;
using test::read_until;

/// The next number from the guard; -1 at its end.
int next_from(const GuardedChild& child) {
    int number = -1;
    if (!test::readable(child.control.get()) ||
        ::recv(child.control.get(), &number, sizeof number, 0) != sizeof number) {
        return -1;
    }
    return number;
}

bool alive(pid_t pid) {
    const auto stat = process_stat(pid);
    return stat && stat->state != 'Z';
}

TEST(OsGuard, TellsHowTheProgramEnded) {
    auto child = spawn_guarded(test::shell("echo out; echo err >&2; exit 4"));
    ASSERT_TRUE(child) << child.error().message();
    EXPECT_EQ(exit_status(next_from(*child)).code, 4);
    EXPECT_EQ(read_until(child->output.get(), "err\n"), "out\nerr\n");
    EXPECT_TRUE(alive(child->guard)); // there may be more to look after
    child->control.reset();
    ::waitpid(child->guard, nullptr, 0);
}

TEST(OsGuard, PassesSignalsToTheProgramsGroup) {
    const auto child =
        spawn_guarded(test::shell("trap 'exit 7' INT; echo ready; while :; do sleep 1; done"));
    ASSERT_TRUE(child);
    read_until(child->output.get(), "ready");
    const int signal = SIGINT;
    ASSERT_EQ(::send(child->control.get(), &signal, sizeof signal, 0), sizeof signal);
    EXPECT_EQ(exit_status(next_from(*child)).code, 7);
    ::shutdown(child->control.get(), SHUT_WR);
    ::waitpid(child->guard, nullptr, 0);
}

TEST(OsGuard, EndsEverythingWhenItIsLeftAlone) {
    auto child =
        spawn_guarded(test::shell("trap '' INT TERM HUP\n"
                                  "setsid sh -c 'setsid sleep 1000 & echo $!; sleep 1000' &\n"
                                  "echo $!; wait"));
    ASSERT_TRUE(child);
    const std::string first = read_until(child->output.get(), "\n");
    const std::string second = read_until(child->output.get(), "\n");
    child->control.reset();
    ::waitpid(child->guard, nullptr, 0);
    // The guard ends after them.
    EXPECT_FALSE(alive(child->pid));
    EXPECT_FALSE(alive(std::stoi(first)));
    EXPECT_FALSE(alive(std::stoi(second)));
}

TEST(OsGuard, TellsOfAProgramThatItHasKilled) {
    const auto child = spawn_guarded(test::shell("sleep 1000"));
    ASSERT_TRUE(child);
    ::shutdown(child->control.get(), SHUT_WR);
    EXPECT_EQ(exit_status(next_from(*child)).signal, SIGKILL);
    EXPECT_EQ(next_from(*child), -1);
    ::waitpid(child->guard, nullptr, 0);
}

TEST(OsGuard, TheProgramDiesWithIt) {
    const auto child = spawn_guarded(test::shell("sleep 1000"));
    ASSERT_TRUE(child);
    ::kill(child->guard, SIGKILL);
    ::waitpid(child->guard, nullptr, 0);
    EXPECT_TRUE(eventually([&] { return !alive(child->pid); }));
}

TEST(OsGuard, AProgramThatIsNotThere) {
    const auto child = spawn_guarded({{"/nonexistent/program"}, {}, ""});
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().code, OsErrc::not_found);
}

TEST(OsGuard, EndsTheDescendantsOfAnyProcess) {
    const auto ended = [] {
        if (::fork() == 0) {
            ::pause();
        }
        int count = 0;
        end_descendants([&](pid_t, int) { ++count; });
        return count == 1 && process_tree(::getpid()).size() == 1;
    };
    EXPECT_EQ(test::in_child(ended), 0);
}

TEST(OsGuard, ByHandItIsRefused) {
    EXPECT_EQ(guard_main("no number"), 2);
    EXPECT_EQ(test::in_child([] {
                  ::close(kGuardControl);
                  return guard_main("1") == 2;
              }),
              0);
}

} // namespace
} // namespace kept::os
