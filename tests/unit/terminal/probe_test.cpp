#include "os/proc.h"
#include "os/pty.h"
#include "os/spawn.h"
#include "terminal/input_queue.h"
#include "terminal/probe.h"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <optional>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

#include "unit/os/child.h"
#include "unit/session/script_loop.h"

namespace kept::terminal {
namespace {

using Verdict = Stillness::Verdict;

/// A program on a terminal, and a look at it.
class Probed {
public:
    explicit Probed(const std::string& script) : pty_(std::move(*os::Pty::open({}))) {
        const os::Command command{
            {"/bin/bash", "--norc", "-c", script}, {{"PATH", "/usr/bin:/bin"}}, ""};
        const auto slave = pty_.open_slave();
        child_ = std::move(*os::spawn_on_terminal(command, slave->get()));
        probe_.emplace(pty_, child_.pid);
    }
    ~Probed() {
        for (const pid_t pid : os::session_members(child_.pid)) {
            ::kill(pid, SIGKILL);
        }
        os::reap(child_.pid);
    }
    Probed(const Probed&) = delete;
    Probed& operator=(const Probed&) = delete;
    Probed(Probed&&) = delete;
    Probed& operator=(Probed&&) = delete;

    [[nodiscard]] Stillness look() const { return probe_->look(); }
    [[nodiscard]] bool comes_to(Verdict wanted) const {
        return kept::test::eventually([&] { return look().verdict == wanted; });
    }
    std::string until(std::string_view text) const {
        return kept::test::read_until(pty_.master(), text);
    }
    void type(std::string_view bytes) const {
        EXPECT_EQ(::write(pty_.master(), bytes.data(), bytes.size()),
                  static_cast<ssize_t>(bytes.size()));
    }
    [[nodiscard]] bool blocked() const {
        const auto waits = os::thread_waits(child_.pid, pty_.slave_path());
        return waits.size() == 1 && waits.front().wait == os::Wait::terminal;
    }
    [[nodiscard]] int master() const { return pty_.master(); }
    [[nodiscard]] pid_t pid() const { return child_.pid; }

private:
    os::Pty pty_;
    os::Child child_;
    std::optional<Probe> probe_;
};

TEST(TerminalProbe, SeesTheShellItselfRead) {
    const Probed program("read -p 'Name? ' x; echo got $x; read -s y");
    EXPECT_EQ(program.until("? "), "Name? ");
    ASSERT_TRUE(program.comes_to(Verdict::reading));
    Stillness still = program.look();
    EXPECT_TRUE(still.own);
    EXPECT_FALSE(still.replaced);
    EXPECT_EQ(still.pid, program.pid());
    EXPECT_EQ(still.process, "bash");
    EXPECT_TRUE(still.mode.canonical && still.mode.echo);
    program.type("Bob\r");
    program.until("got Bob\r\n");
    ASSERT_TRUE(program.comes_to(Verdict::reading));
    still = program.look();
    EXPECT_TRUE(still.mode.canonical);
    EXPECT_FALSE(still.mode.echo); // a password
}

TEST(TerminalProbe, IsNotFooledByWorkOrSleep) {
    const Probed sleeper("echo on; sleep 1000; :");
    sleeper.until("on\r\n");
    ASSERT_TRUE(
        kept::test::eventually([&] { return os::process_tree(sleeper.pid()).size() == 2; }));
    EXPECT_EQ(sleeper.look().verdict, Verdict::busy);
    const Probed worker("echo on; while :; do :; done");
    worker.until("on\r\n");
    for (int i = 0; i < 50; ++i) {
        ASSERT_NE(worker.look().verdict, Verdict::reading);
    }
}

TEST(TerminalProbe, OutputThatNobodyHasReadYetIsNoRest) {
    const Probed program("echo on; read x; echo question; read y");
    program.until("on\r\n");
    ASSERT_TRUE(program.comes_to(Verdict::reading));
    program.type("a\r");
    // The echo and the question stay in the terminal: it is blocked, but has not come to rest for
    // us.
    ASSERT_TRUE(kept::test::eventually([&] {
        int bytes = 0;
        return ::ioctl(program.master(), FIONREAD, &bytes) == 0 && bytes >= 13 && program.blocked();
    }));
    EXPECT_EQ(program.look().verdict, Verdict::busy);
    program.until("question\r\n");
    EXPECT_TRUE(program.comes_to(Verdict::reading));
}

TEST(TerminalProbe, SeesThatTheProgramWasReplaced) {
    const Probed program("read x; exec cat");
    ASSERT_TRUE(program.comes_to(Verdict::reading));
    EXPECT_FALSE(program.look().replaced);
    program.type("\r");
    program.until("\r\n");
    ASSERT_TRUE(kept::test::eventually([&] {
        const Stillness still = program.look();
        return still.verdict == Verdict::reading && still.replaced && still.process == "cat";
    }));
    EXPECT_TRUE(program.look().own);
}

TEST(TerminalProbe, NamesTheReaderOfAPipeline) {
    const Probed program("set -m; echo on; (sleep 1000 | cat < /dev/tty)");
    program.until("on\r\n");
    ASSERT_TRUE(program.comes_to(Verdict::reading));
    EXPECT_EQ(program.look().process, "cat");
    EXPECT_FALSE(program.look().own);
}

/// A terminal in raw or canonical mode that nobody has read from yet.
struct TerminalInputQueue : testing::Test {
    os::Pty pty = std::move(*os::Pty::open({}));
    base::Fd slave = std::move(*pty.open_slave());
    session::test::ScriptLoop loop;
    InputQueue queue{pty, loop};

    void set_mode(bool canonical) const {
        termios mode{};
        ::tcgetattr(slave.get(), &mode);
        ::cfmakeraw(&mode);
        if (canonical) {
            mode.c_lflag |= static_cast<tcflag_t>(ICANON);
            mode.c_iflag |= static_cast<tcflag_t>(ICRNL);
        }
        ::tcsetattr(slave.get(), TCSANOW, &mode);
    }
    /// Lets the queue write whenever it can, and reads as the program would, until `size` bytes are
    /// there.
    std::string drain(std::size_t size) {
        std::string got;
        std::array<char, 8192> buffer{};
        while (got.size() < size) {
            loop.fire(session::test::ScriptLoop::Kind::writable);
            if (!kept::test::readable(slave.get(), queue.empty() ? 5'000 : 10)) {
                if (queue.empty()) {
                    break;
                }
                continue;
            }
            const auto count = ::read(slave.get(), buffer.data(), buffer.size());
            if (count <= 0) {
                break;
            }
            got.append(buffer.data(), static_cast<std::size_t>(count));
        }
        return got;
    }
};

TEST_F(TerminalInputQueue, NeverBlocksAndLosesNothing) {
    set_mode(false);
    std::string code;
    for (int i = 0; i < 30'000; ++i) {
        code += std::to_string(i) + "\n";
    }
    ASSERT_TRUE(queue.push(code.substr(0, 100'000)));
    ASSERT_TRUE(queue.push(code.substr(100'000)));
    EXPECT_FALSE(queue.empty());
    EXPECT_EQ(loop.watches(), 1U);
    EXPECT_EQ(drain(code.size()), code);
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(loop.watches(), 0U); // nothing is watched when nothing waits
}

TEST_F(TerminalInputQueue, ALongLineReachesACanonicalReaderWhole) {
    set_mode(true);
    std::string line(50'000, 'x');
    line += "end\n";
    ASSERT_TRUE(queue.push(line));
    EXPECT_EQ(drain(line.size()), line);
    ASSERT_TRUE(queue.push("short\r"));
    EXPECT_EQ(drain(6), "short\n");
}

TEST_F(TerminalInputQueue, RefusesMoreThanItsShare) {
    set_mode(false);
    ASSERT_TRUE(queue.push(std::string(InputQueue::kMost, 'x')));
    EXPECT_FALSE(queue.push(std::string(100'000, 'y')));
    queue.clear();
    EXPECT_TRUE(queue.empty());
    EXPECT_TRUE(queue.push("z"));
}

} // namespace
} // namespace kept::terminal
