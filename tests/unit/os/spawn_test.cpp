#include "os/files.h"
#include "os/pty.h"
#include "os/spawn.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "unit/os/child.h"
#include "unit/os/temp_dir.h"

namespace kept::os {
namespace {

using test::read_until;
using test::readable;
using test::TempDir;

/// A program on a terminal of its own.
struct Program {
    Pty pty;
    Result<Child> child;

    explicit Program(const Command& command, TerminalSize size = {})
        : pty(std::move(*Pty::open(size))), child(start(command)) {}

    [[nodiscard]] Result<Child> start(const Command& command) const {
        const auto slave = pty.open_slave();
        return spawn_on_terminal(command, slave->get());
    }
    /// All of its output, to its end.
    [[nodiscard]] std::string output() const { return read_until(pty.master(), "\x01no such\x01"); }
};

TEST(OsPty, HasItsSizeFromTheStart) {
    const Program run(test::shell("stty size"), {91, 17});
    ASSERT_TRUE(run.child);
    EXPECT_EQ(run.output(), "17 91\r\n");
    reap(run.child->pid);
}

TEST(OsPty, DescribesItsLineDiscipline) {
    const auto pty = Pty::open({});
    ASSERT_TRUE(pty);
    const auto slave = pty->open_slave();
    ASSERT_TRUE(slave);
    auto mode = pty->line_mode();
    ASSERT_TRUE(mode);
    EXPECT_TRUE(mode->canonical && mode->echo && mode->signals);
    EXPECT_EQ(mode->interrupt, '\x03');
    EXPECT_EQ(mode->eof, '\x04');
    termios settings{};
    ASSERT_EQ(::tcgetattr(slave->get(), &settings), 0);
    settings.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
    settings.c_cc[VINTR] = 7;
    ASSERT_EQ(::tcsetattr(slave->get(), TCSANOW, &settings), 0);
    mode = pty->line_mode();
    ASSERT_TRUE(mode);
    EXPECT_FALSE(mode->canonical || mode->echo || mode->signals);
    EXPECT_EQ(mode->interrupt, '\x07');
}

TEST(OsPty, CountsWhatNobodyHasRead) {
    const auto pty = Pty::open({});
    const auto slave = pty->open_slave();
    termios raw{};
    ASSERT_EQ(::tcgetattr(slave->get(), &raw), 0);
    ::cfmakeraw(&raw);
    ASSERT_EQ(::tcsetattr(slave->get(), TCSANOW, &raw), 0);
    EXPECT_EQ(pty->unread_input(), 0);
    EXPECT_FALSE(pty->output_pending());
    ASSERT_EQ(::write(pty->master(), "abc", 3), 3);
    EXPECT_TRUE(test::eventually([&] { return pty->unread_input() == 3; }));
    ASSERT_EQ(::write(slave->get(), "x", 1), 1);
    EXPECT_TRUE(test::eventually([&] { return pty->output_pending(); }));
}

TEST(OsSpawn, MakesTheProgramTheTerminalsLeader) {
    const Program run(test::shell("ps -o pid=,pgid=,sid=,tpgid=,tty= -p $$; tty; read wait"));
    ASSERT_TRUE(run.child);
    const std::string pid = std::to_string(run.child->pid);
    const std::string shown = read_until(run.pty.master(), run.pty.slave_path() + "\r\n");
    std::vector<std::string> words;
    std::string word;
    for (const char c : shown) {
        if (c == ' ' || c == '\r' || c == '\n') {
            if (!word.empty()) {
                words.push_back(std::exchange(word, {}));
            }
        } else {
            word.push_back(c);
        }
    }
    const std::string terminal = run.pty.slave_path().substr(5);
    EXPECT_EQ(words,
              (std::vector<std::string>{pid, pid, pid, pid, terminal, run.pty.slave_path()}));
    EXPECT_EQ(run.pty.foreground_group(), run.child->pid);
    ::kill(run.child->pid, SIGKILL);
    EXPECT_EQ(reap(run.child->pid).signal, SIGKILL);
}

TEST(OsSpawn, PassesOnNoDescriptorButTheTerminal) {
    const base::Fd leak(::fcntl(STDERR_FILENO, F_DUPFD, 20)); // without CLOEXEC
    const base::Fd far(::fcntl(STDERR_FILENO, F_DUPFD, 900));
    const Program run(test::shell("for d in /proc/self/fd/*; do readlink $d; done; exit 0"));
    ASSERT_TRUE(run.child);
    const std::string line = run.pty.slave_path() + "\r\n";
    // The shell's own loop has no descriptor open; readlink's list is that of `/proc/self` of each.
    const std::string out = run.output();
    EXPECT_EQ(out, line + line + line) << out;
    reap(run.child->pid);
}

TEST(OsSpawn, GivesDefaultSignals) {
    // What a careless starter leaves behind: ignored and blocked signals survive exec(2).
    const auto old_pipe = ::signal(SIGPIPE, SIG_IGN);
    const auto old_int = ::signal(SIGINT, SIG_IGN);
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, &before);
    const Program run({{"/usr/bin/grep", "^Sig\\(Blk\\|Ign\\)", "/proc/self/status"}, {}, ""});
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    ::signal(SIGPIPE, old_pipe);
    ::signal(SIGINT, old_int);
    ASSERT_TRUE(run.child);
    EXPECT_EQ(run.output(), "SigBlk:\t0000000000000000\r\nSigIgn:\t0000000000000000\r\n");
    reap(run.child->pid);
}

TEST(OsSpawn, StartsInItsDirectoryWithItsEnvironmentOnly) {
    const TempDir temp;
    Command command = test::shell("/bin/pwd; /usr/bin/env | grep -v '^PWD=\\|^SHLVL=\\|^_='");
    command.cwd = temp.path();
    command.environment = {{"PATH", "/usr/bin"}, {"ODD", "a=b c"}};
    const Program run(command);
    ASSERT_TRUE(run.child);
    const std::string out = run.output();
    EXPECT_TRUE(out.starts_with(temp.path() + "\r\n")) << out;
    EXPECT_NE(out.find("ODD=a=b c\r\n"), std::string::npos);
    EXPECT_EQ(out.find("HOME="), std::string::npos);
    reap(run.child->pid);
}

TEST(OsSpawn, LooksAlongTheGivenPath) {
    const TempDir temp;
    test::spill(temp / "only-here", "#!/bin/sh\necho found\n");
    ASSERT_EQ(::chmod((temp / "only-here").c_str(), 0700), 0);
    const Program run({{"only-here"}, {{"PATH", temp.path()}}, ""});
    ASSERT_TRUE(run.child) << run.child.error().message();
    EXPECT_EQ(run.output(), "found\r\n");
    reap(run.child->pid);
}

TEST(OsSpawn, TellsWhyAProgramCannotBeExecuted) {
    const TempDir temp;
    const Program missing({{"/no/such/program"}, {}, ""});
    ASSERT_FALSE(missing.child);
    EXPECT_EQ(missing.child.error().sys, ENOENT);
    EXPECT_EQ(missing.child.error().code, OsErrc::not_found);
    EXPECT_NE(missing.child.error().message().find("/no/such/program"), std::string::npos);

    test::spill(temp / "plain", "x");
    const Program forbidden({{temp / "plain"}, {}, ""});
    ASSERT_FALSE(forbidden.child);
    EXPECT_EQ(forbidden.child.error().sys, EACCES);

    Command lost = test::shell("true");
    lost.cwd = temp / "gone";
    const Program nowhere(lost);
    ASSERT_FALSE(nowhere.child);
    EXPECT_EQ(nowhere.child.error().sys, ENOENT);
    // And no zombie is left of any of them.
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
}

TEST(OsSpawn, ThePidfdTellsTheEnd) {
    const Program run(test::shell("read line; exit 7"));
    ASSERT_TRUE(run.child);
    EXPECT_FALSE(readable(run.child->pidfd.get(), 0));
    EXPECT_NE(::fcntl(run.child->pidfd.get(), F_GETFD) & FD_CLOEXEC, 0);
    ASSERT_EQ(::write(run.pty.master(), "\r", 1), 1);
    EXPECT_TRUE(readable(run.child->pidfd.get()));
    const ExitStatus status = reap(run.child->pid);
    EXPECT_EQ(status.code, 7);
    EXPECT_EQ(status.signal, 0);
}

TEST(OsSpawn, TellsTheSignalThatEndedIt) {
    const Program run(test::shell("kill -TERM $$"));
    ASSERT_TRUE(run.child);
    const ExitStatus status = reap(run.child->pid);
    EXPECT_EQ(status.signal, SIGTERM);
    EXPECT_EQ(status.code, 0);
}

TEST(OsSpawn, CtrlCReachesTheProgram) {
    const Program run(
        test::shell("trap 'echo caught; exit 3' INT; echo set; while :; do sleep 10; done"));
    ASSERT_TRUE(run.child);
    ASSERT_EQ(read_until(run.pty.master(), "set\r\n"), "set\r\n");
    ASSERT_EQ(::write(run.pty.master(), "\x03", 1), 1);
    EXPECT_EQ(read_until(run.pty.master(), "caught\r\n"), "^Ccaught\r\n");
    EXPECT_EQ(reap(run.child->pid).code, 3);
}

TEST(OsSpawn, AnInputPipeEndsWhenWeCloseIt) {
    const TempDir temp;
    auto with_input = spawn_with_input(test::shell("cat > " + (temp / "copy")));
    ASSERT_TRUE(with_input);
    EXPECT_NE(::fcntl(with_input->input.get(), F_GETFL) & O_NONBLOCK, 0);
    ASSERT_EQ(::write(with_input->input.get(), "hello", 5), 5);
    with_input->input.reset();
    EXPECT_EQ(reap(with_input->child.pid).code, 0);
    EXPECT_EQ(test::slurp(temp / "copy"), "hello");
    EXPECT_EQ(spawn_with_input({{"/no/such"}, {}, ""}).error().code, OsErrc::not_found);
}

TEST(OsSpawn, AnOutputPipeHasBothStreamsAndNoInput) {
    const auto with_output = spawn_with_output(test::shell("cat; echo out; echo err >&2; exit 4"));
    ASSERT_TRUE(with_output);
    EXPECT_EQ(read_until(with_output->output.get(), "err\n"), "out\nerr\n");
    EXPECT_EQ(reap(with_output->child.pid).code, 4);
}

TEST(OsSpawn, AnOutputChildDiesWithItsStarter) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const base::Fd read_end(ends[0]);
    ASSERT_EQ(test::in_child([&] {
                  const auto child = spawn_with_output(test::shell("exec sleep 1000"));
                  const std::string pid = child ? std::to_string(child->child.pid) + "\n" : "\n";
                  return ::write(ends[1], pid.data(), pid.size()) > 1;
              }),
              0);
    ::close(ends[1]);
    const std::string pid = read_until(read_end.get(), "\n");
    ASSERT_GT(pid.size(), 1U);
    const std::string status = "/proc/" + pid.substr(0, pid.size() - 1) + "/stat";
    EXPECT_TRUE(test::eventually([&] {
        const std::string stat = test::slurp(status);
        return stat.empty() || stat.find(") Z ") != std::string::npos;
    }));
}

TEST(OsSpawn, ADetachedProcessHasItsDescriptorsInOrder) {
    const TempDir temp;
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const base::Fd read_end(ends[0]);
    base::Fd write_end(ends[1]);
    const base::Fd log(::open((temp / "log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const base::Fd file(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
    const auto pid = spawn_detached({"/bin/sh", "-c",
                                     "echo oops >&2; set -- /proc/$$/fd/*; a=$(readlink "
                                     "/proc/$$/fd/0); b=$(readlink /proc/$$/fd/1); "
                                     "c=$(readlink /proc/$$/fd/3); printf '%s\\n' \"$a\" \"$b\" "
                                     "\"$c\" $# >&4; ps -o sid= -p $$ >&4"},
                                    {file.get(), write_end.get()}, log.get());
    ASSERT_TRUE(pid) << pid.error().message();
    write_end.reset();
    const std::string out = read_until(read_end.get(), "\x01");
    // Six: 0 to 4, and the directory that the shell reads to count them.
    EXPECT_TRUE(out.starts_with("/dev/null\n/dev/null\n/dev/zero\n6\n")) << out;
    EXPECT_EQ(reap(*pid).code, 0);
    EXPECT_EQ(test::slurp(temp / "log"), "oops\n");
    EXPECT_NE(out.find(std::to_string(*pid) + "\n"), std::string::npos) << out; // its own session
    const auto failed = spawn_detached({"/no/such"}, {}, -1);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().sys, ENOENT);
}

TEST(OsSpawn, EditsAnEnvironment) {
    Environment environment = {{"A", "1"}, {"B", "2"}, {"A", "3"}};
    set_variable(environment, "A", "4");
    EXPECT_EQ(environment, (Environment{{"B", "2"}, {"A", "4"}}));
    ASSERT_NE(find_variable(environment, "A"), nullptr);
    EXPECT_EQ(*find_variable(environment, "A"), "4");
    unset_variable(environment, "A");
    EXPECT_EQ(find_variable(environment, "A"), nullptr);
    EXPECT_NE(find_variable(current_environment(), "PATH"), nullptr);
}

TEST(OsSpawn, KnowsItsOwnExecutable) {
    const std::string path = own_executable();
    EXPECT_TRUE(std::filesystem::equivalent(path, "/proc/self/exe")) << path;
}

} // namespace
} // namespace kept::os
