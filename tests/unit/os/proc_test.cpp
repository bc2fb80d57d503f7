#include "os/proc.h"
#include "os/pty.h"
#include "os/spawn.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "unit/os/child.h"

namespace kept::os {
namespace {

using test::eventually;

/// A program on a terminal, killed at the end of the test.
class OnTerminal {
public:
    explicit OnTerminal(std::vector<std::string> argv) : pty_(std::move(*Pty::open({}))) {
        Command command;
        command.argv = std::move(argv);
        command.environment = {{"PATH", "/usr/bin:/bin"}};
        const auto slave = pty_.open_slave();
        child_ = std::move(*spawn_on_terminal(command, slave->get()));
    }
    ~OnTerminal() {
        for (const pid_t pid : session_members(child_.pid)) {
            ::kill(pid, SIGKILL);
        }
        reap(child_.pid);
    }
    OnTerminal(const OnTerminal&) = delete;
    OnTerminal& operator=(const OnTerminal&) = delete;
    OnTerminal(OnTerminal&&) = delete;
    OnTerminal& operator=(OnTerminal&&) = delete;

    [[nodiscard]] pid_t pid() const { return child_.pid; }
    [[nodiscard]] const Pty& pty() const { return pty_; }
    [[nodiscard]] ThreadWait wait() const {
        const auto waits = thread_waits(pid(), pty_.slave_path());
        return waits.size() == 1 ? waits.front() : ThreadWait{};
    }
    /// Whether it comes to wait like that.
    [[nodiscard]] bool comes_to(Wait wanted, bool timed = false) const {
        return eventually([&] {
            const ThreadWait now = wait();
            return now.wait == wanted && now.timeout_ms.has_value() == timed;
        });
    }

private:
    Pty pty_;
    Child child_;
};

OnTerminal python(const std::string& code) {
    return OnTerminal({"python3", "-S", "-E", "-c", "import os, select, socket, time\n" + code});
}

TEST(OsProc, ReadsItsOwnFacts) {
    const auto stat = process_stat(::getpid());
    ASSERT_TRUE(stat);
    EXPECT_EQ(stat->pid, ::getpid());
    EXPECT_EQ(stat->parent, ::getppid());
    EXPECT_EQ(stat->group, ::getpgrp());
    EXPECT_EQ(stat->session, ::getsid(0));
    EXPECT_EQ(stat->state, 'R');
    EXPECT_EQ(stat->name, process_name(::getpid()));
    EXPECT_EQ(working_directory(::getpid()), std::filesystem::current_path().string());
    EXPECT_EQ(executable(::getpid()), std::filesystem::read_symlink("/proc/self/exe").string());
    EXPECT_TRUE(command_line(::getpid()).ends_with('\0'));
}

TEST(OsProc, TellsWhichSignalsAProcessCatches) {
    struct sigaction before{};
    struct sigaction ours{};
    ours.sa_handler = [](int) {};
    ASSERT_EQ(::sigaction(SIGUSR2, &ours, &before), 0);
    EXPECT_TRUE(catches(::getpid(), SIGUSR2));
    ours.sa_handler = SIG_IGN;
    ASSERT_EQ(::sigaction(SIGUSR2, &ours, nullptr), 0);
    EXPECT_FALSE(catches(::getpid(), SIGUSR2));
    ASSERT_EQ(::sigaction(SIGUSR2, &before, nullptr), 0);
    EXPECT_FALSE(catches(::getpid(), SIGUSR2));
}

TEST(OsProc, KnowsNothingOfAProcessThatIsGone) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::_exit(0);
    }
    reap(pid);
    EXPECT_EQ(process_stat(pid), std::nullopt);
    EXPECT_EQ(working_directory(pid), std::nullopt);
    EXPECT_EQ(executable(pid), std::nullopt);
    EXPECT_EQ(command_line(pid), "");
    EXPECT_FALSE(catches(pid, SIGINT));
    EXPECT_TRUE(process_tree(pid).empty());
    EXPECT_TRUE(thread_waits(pid, "/dev/pts/0").empty());
}

TEST(OsProc, KnowsHowLongAProcessHasLived) {
    constexpr std::int64_t kSecondUs = 1'000'000;
    const auto own = process_age_us(::getpid());
    const auto first = process_age_us(1);
    ASSERT_TRUE(own && first);
    EXPECT_GE(*own, -kSecondUs / 50); // the kernel counts in ticks
    EXPECT_LT(*own, 3600 * kSecondUs);
    EXPECT_GE(*first, *own);
    EXPECT_FALSE(process_age_us(-5));
}

TEST(OsProc, IsNotFooledByAnOddName) {
    const OnTerminal odd =
        python("open('/proc/self/comm', 'w').write('a) R 1 (b')\ntime.sleep(1000)");
    ASSERT_TRUE(eventually([&] { return process_name(odd.pid()) == "a) R 1 (b"; }));
    const auto stat = process_stat(odd.pid());
    ASSERT_TRUE(stat);
    EXPECT_EQ(stat->name, "a) R 1 (b");
    EXPECT_EQ(stat->parent, ::getpid());
    EXPECT_EQ(stat->group, odd.pid());
}

TEST(OsProc, WalksTheWholeTreeParentsFirst) {
    const OnTerminal top({"/bin/sh", "-c", "sh -c 'sleep 1000 & sleep 1001; :' & sleep 1002; :"});
    ASSERT_TRUE(eventually([&] { return process_tree(top.pid()).size() == 5; }));
    const auto tree = process_tree(top.pid());
    EXPECT_EQ(tree.front().pid, top.pid());
    for (std::size_t i = 1; i < tree.size(); ++i) {
        EXPECT_TRUE(std::any_of(tree.begin(), tree.begin() + static_cast<std::ptrdiff_t>(i),
                                [&](const auto& one) { return one.pid == tree[i].parent; }));
    }
    EXPECT_EQ(session_members(top.pid()).size(), 5U);
}

TEST(OsProc, FindsOrphansByTheirSession) {
    const OnTerminal top({"/bin/sh", "-c", "(sleep 1000 & exit 0); exec sleep 1001"});
    ASSERT_TRUE(eventually([&] { return process_name(top.pid()) == "sleep"; }));
    EXPECT_EQ(process_tree(top.pid()).size(), 1U); // it was reparented away
    EXPECT_EQ(session_members(top.pid()).size(), 2U);
}

TEST(OsWaits, SeesEveryWayToReadTheTerminal) {
    EXPECT_TRUE(OnTerminal({"cat"}).comes_to(Wait::terminal));
    EXPECT_TRUE(OnTerminal({"/bin/sh", "-c", "read x; :"}).comes_to(Wait::terminal));
    EXPECT_TRUE(python("os.readv(0, [bytearray(9)])").comes_to(Wait::terminal));
    EXPECT_TRUE(python("select.select([0], [], [])").comes_to(Wait::terminal));
    EXPECT_TRUE(python("p = select.poll(); p.register(0, select.POLLIN); p.poll()")
                    .comes_to(Wait::terminal));
    EXPECT_TRUE(python("p = select.epoll(); p.register(0, select.EPOLLIN); p.poll()")
                    .comes_to(Wait::terminal));
    EXPECT_TRUE(python("os.read(os.open('/dev/tty', os.O_RDWR), 1)").comes_to(Wait::terminal));
}

TEST(OsWaits, TellsThatAWaitIsTimed) {
    EXPECT_TRUE(python("select.select([0], [], [], 1000)").comes_to(Wait::terminal, true));
    EXPECT_TRUE(python("p = select.poll(); p.register(0, 1); p.poll(1000000)")
                    .comes_to(Wait::terminal, true));
    EXPECT_TRUE(python("p = select.epoll(); p.register(0, 1); p.poll(1000)")
                    .comes_to(Wait::terminal, true));
}

TEST(OsWaits, SeesThatSomethingElseCountsToo) {
    EXPECT_TRUE(
        python("s = socket.socketpair(); select.select([0, s[0]], [], [])").comes_to(Wait::mixed));
    EXPECT_TRUE(python("s = socket.socketpair(); p = select.epoll(); p.register(0, 1); "
                       "p.register(s[0], 1); p.poll()")
                    .comes_to(Wait::mixed));
    EXPECT_TRUE(python("c = os.fork() or time.sleep(1000)\n"
                       "select.select([0, os.pidfd_open(c)], [], [])")
                    .comes_to(Wait::mixed)); // a child that may end
    // What a program uses to wake itself up is there whatever it waits for.
    EXPECT_TRUE(python("e = os.eventfd(0) if hasattr(os, 'eventfd') else select.epoll().fileno(); "
                       "select.select([0, e], [], [])")
                    .comes_to(Wait::terminal));
}

TEST(OsWaits, KnowsWhatAProgramUsesToWakeItselfUp) {
    EXPECT_TRUE(python("r, w = os.pipe(); select.select([0, r], [], [])").comes_to(Wait::terminal));
    EXPECT_TRUE(python("os.fork() or time.sleep(1000); os.wait()").comes_to(Wait::dependent));
}

TEST(OsWaits, TellsHowLongAWaitLasts) {
    const OnTerminal program = python("select.select([0], [], [], 1000)");
    ASSERT_TRUE(program.comes_to(Wait::terminal, true));
    EXPECT_GT(program.wait().timeout_ms.value_or(0), 900'000);
    EXPECT_LE(program.wait().timeout_ms.value_or(0), 1'000'000);
}

TEST(OsWaits, IsNotFooledByOtherWaits) {
    EXPECT_TRUE(OnTerminal({"sleep", "1000"}).comes_to(Wait::elsewhere));
    EXPECT_TRUE(python("r, w = os.pipe(); os.read(r, 1)").comes_to(Wait::dependent));
    EXPECT_TRUE(
        python("r, w = os.pipe(); os.fork() or time.sleep(1000); os.close(w); os.read(r, 1)")
            .comes_to(Wait::pipe));
    EXPECT_TRUE(python("s = socket.socketpair(); s[0].recv(1)").comes_to(Wait::elsewhere));
    EXPECT_TRUE(
        python("s = socket.socketpair(); select.select([s[0]], [], [])").comes_to(Wait::elsewhere));
    // It would write to the terminal, not read from it.
    EXPECT_TRUE(python("s = socket.socketpair(); select.select([s[0]], [], [0])")
                    .comes_to(Wait::elsewhere));
    EXPECT_TRUE(python("s = socket.socketpair(); p = select.poll(); p.register(0, 0); "
                       "p.register(s[0], 1); p.poll()")
                    .comes_to(Wait::elsewhere));
}

TEST(OsWaits, SeesThatAProgramComputes) {
    const OnTerminal busy = python("while True: pass");
    EXPECT_TRUE(busy.comes_to(Wait::running));
}

TEST(OsWaits, AnotherTerminalIsNotOurs) {
    const OnTerminal cat({"cat"});
    ASSERT_TRUE(cat.comes_to(Wait::terminal));
    const auto waits = thread_waits(cat.pid(), "/dev/pts/no-such");
    ASSERT_EQ(waits.size(), 1U);
    EXPECT_EQ(waits.front().wait, Wait::elsewhere);
}

TEST(OsWaits, TellsOfEachThread) {
    const OnTerminal two = python("import threading\n"
                                  "threading.Thread(target=lambda: time.sleep(1000)).start()\n"
                                  "os.read(0, 1)");
    ASSERT_TRUE(eventually([&] {
        const auto waits = thread_waits(two.pid(), two.pty().slave_path());
        const auto count = [&](Wait wait) {
            return std::ranges::count(waits, wait, &ThreadWait::wait);
        };
        return waits.size() == 2 && count(Wait::terminal) == 1 && count(Wait::elsewhere) == 1;
    }));
}

} // namespace
} // namespace kept::os
