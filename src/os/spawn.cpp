#include "os/spawn.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/guard.h"

extern char** environ;

namespace kept::os {

namespace {

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> out;
    out.reserve(strings.size() + 1);
    for (auto& text : strings) {
        out.push_back(text.data());
    }
    out.push_back(nullptr);
    return out;
}

void close_from(unsigned first) {
    ::syscall(SYS_close_range, first, ~0U, 0U);
}

/// Ignored signals survive exec, and so does the mask: a child gets the defaults whatever its
/// starter had. The system call itself, because the C library keeps its hands on signals 32 and 33.
void reset_signals() {
    struct KernelAction { // of rt_sigaction(2)
        unsigned long handler = 0;
        unsigned long flags = 0;
        unsigned long restorer = 0;
        unsigned long mask = 0;
    };
    constexpr int kSignals = 64;
    const KernelAction defaults;
    for (int signal = 1; signal <= kSignals; ++signal) {
        ::syscall(SYS_rt_sigaction, signal, &defaults, nullptr, sizeof defaults.mask);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void report_and_exit(int pipe) {
    const int why = errno;
    [[maybe_unused]] const auto written = ::write(pipe, &why, sizeof why);
    ::_exit(127);
}

/// Reads the errno that a child sends when it could not exec; 0 when exec closed the pipe.
int exec_error(int pipe) {
    int why = 0;
    ssize_t got = 0;
    do {
        got = ::read(pipe, &why, sizeof why);
    } while (got < 0 && errno == EINTR);
    return got == static_cast<ssize_t>(sizeof why) ? why : 0;
}

Result<std::array<base::Fd, 2>> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot create a pipe");
    }
    return std::array<base::Fd, 2>{base::Fd(ends[0]), base::Fd(ends[1])};
}

} // namespace

Environment current_environment() {
    Environment out;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const char* equals = std::strchr(*entry, '=');
        if (equals != nullptr) {
            const char* value = equals + 1;
            out.emplace_back(std::string(*entry, static_cast<std::size_t>(equals - *entry)), value);
        }
    }
    return out;
}

void unset_variable(Environment& environment, const std::string& name) {
    std::erase_if(environment, [&](const auto& entry) { return entry.first == name; });
}

void set_variable(Environment& environment, const std::string& name, const std::string& value) {
    unset_variable(environment, name);
    environment.emplace_back(name, value);
}

const std::string* find_variable(const Environment& environment, const std::string& name) {
    const auto found =
        std::ranges::find_if(environment, [&](const auto& entry) { return entry.first == name; });
    return found == environment.end() ? nullptr : &found->second;
}

namespace {

/// A command in the form that exec(3) takes. All allocation happens before the fork.
class Prepared {
public:
    explicit Prepared(const Command& command)
        : argv_(command.argv), cwd_(command.cwd),
          program_(command.program.empty() ? command.argv.front() : command.program) {
        variables_.reserve(command.environment.size());
        for (const auto& [name, value] : command.environment) {
            variables_.push_back(fmt::format("{}={}", name, value));
        }
        argv_pointers_ = pointers(argv_);
        variable_pointers_ = pointers(variables_);
    }

    /// In the child: becomes the program; the errno goes to `report` when that fails.
    [[noreturn]] void become(int report) {
        reset_signals();
        if (!cwd_.empty() && ::chdir(cwd_.c_str()) != 0) {
            report_and_exit(report);
        }
        environ = variable_pointers_.data();
        ::execvp(program_.c_str(), argv_pointers_.data());
        report_and_exit(report);
    }

private:
    std::vector<std::string> argv_;
    std::vector<std::string> variables_;
    std::string cwd_;
    std::string program_;
    std::vector<char*> argv_pointers_;
    std::vector<char*> variable_pointers_;
};

constexpr int kReport = 3; ///< where a child keeps the pipe on which it reports a failed exec

/// In the child: becomes the program with its output to `output`, to be killed when `parent` ends.
[[noreturn]] void become_with_output(Prepared& prepared, pid_t parent, int output, int report) {
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        ::_exit(127); // it ended before the line above
    }
    const int null = ::open("/dev/null", O_RDONLY);
    ::dup2(output, 1);
    ::dup2(output, 2);
    ::dup2(null, 0);
    if (report != kReport) {
        ::dup3(report, kReport, O_CLOEXEC);
    }
    close_from(kReport + 1);
    prepared.become(kReport);
}

/// Waits until the child has executed its program, or has told why it could not.
Result<Child> watch_start(pid_t pid, int report, const Command& command) {
    if (const int why = exec_error(report); why != 0) {
        int status = 0;
        ::waitpid(pid, &status, 0);
        return base::fail_sys(why == ENOENT ? OsErrc::not_found : OsErrc::unavailable, why,
                              "cannot start " + command.argv.front());
    }
    base::Fd pidfd = watch_child(pid);
    if (!pidfd) {
        const int why = errno;
        ::kill(pid, SIGKILL);
        int status = 0;
        ::waitpid(pid, &status, 0);
        return base::fail_sys(OsErrc::unavailable, why, "cannot watch the program (pidfd_open)");
    }
    return Child{pid, std::move(pidfd)};
}

} // namespace

Result<Child> spawn_on_terminal(const Command& command, int slave) {
    auto pipe = make_pipe();
    if (!pipe) {
        return std::unexpected(pipe.error());
    }
    Prepared prepared(command);
    const pid_t pid = ::fork();
    if (pid < 0) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot fork");
    }
    if (pid == 0) {
        ::setsid();
        ::ioctl(slave, TIOCSCTTY, 0);
        ::dup2(slave, 0);
        ::dup2(slave, 1);
        ::dup2(slave, 2);
        if ((*pipe)[1].get() != kReport) {
            ::dup3((*pipe)[1].get(), kReport, O_CLOEXEC);
        }
        close_from(kReport + 1);
        prepared.become(kReport);
    }
    (*pipe)[1].reset();
    return watch_start(pid, (*pipe)[0].get(), command);
}

Result<ChildWithInput> spawn_with_input(const Command& command) {
    auto report = make_pipe();
    auto input = make_pipe();
    if (!report || !input) {
        return std::unexpected(report ? input.error() : report.error());
    }
    Prepared prepared(command);
    const pid_t pid = ::fork();
    if (pid < 0) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot fork");
    }
    if (pid == 0) {
        const int null = ::open("/dev/null", O_RDWR);
        ::dup2((*input)[0].get(), 0);
        ::dup2(null, 1);
        ::dup2(null, 2);
        if ((*report)[1].get() != kReport) {
            ::dup3((*report)[1].get(), kReport, O_CLOEXEC);
        }
        close_from(kReport + 1);
        prepared.become(kReport);
    }
    (*report)[1].reset();
    auto child = watch_start(pid, (*report)[0].get(), command);
    if (!child) {
        return std::unexpected(child.error());
    }
    ::fcntl((*input)[1].get(), F_SETFL, O_NONBLOCK);
    return ChildWithInput{std::move(*child), std::move((*input)[1])};
}

Result<ChildWithOutput> spawn_with_output(const Command& command) {
    auto report = make_pipe();
    auto output = make_pipe();
    if (!report || !output) {
        return std::unexpected(report ? output.error() : report.error());
    }
    Prepared prepared(command);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot fork");
    }
    if (pid == 0) {
        become_with_output(prepared, parent, (*output)[1].get(), (*report)[1].get());
    }
    (*report)[1].reset();
    (*output)[1].reset();
    auto child = watch_start(pid, (*report)[0].get(), command);
    if (!child) {
        return std::unexpected(child.error());
    }
    ::fcntl((*output)[0].get(), F_SETFL, O_NONBLOCK);
    return ChildWithOutput{std::move(*child), std::move((*output)[0])};
}

base::Fd watch_child(pid_t pid) {
    return base::Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

Result<Child> spawn_with_streams(const Command& command, int input, int output, int error) {
    auto report = make_pipe();
    if (!report) {
        return std::unexpected(report.error());
    }
    Prepared prepared(command);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot fork");
    }
    if (pid == 0) {
        ::setsid();
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) {
            ::_exit(127); // it ended before the line above
        }
        ::dup2(input, 0);
        ::dup2(output, 1);
        ::dup2(error, 2);
        if ((*report)[1].get() != kReport) {
            ::dup3((*report)[1].get(), kReport, O_CLOEXEC);
        }
        close_from(kReport + 1);
        prepared.become(kReport);
    }
    (*report)[1].reset();
    return watch_start(pid, (*report)[0].get(), command);
}

Result<GuardedChild> spawn_guarded(const Command& command) {
    auto report = make_pipe();
    auto output = make_pipe();
    std::array<int, 2> ends{-1, -1};
    const bool linked = ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0;
    base::Fd ours(ends[0]);
    base::Fd theirs(ends[1]);
    if (!report || !output || !linked) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot create a pipe");
    }
    Prepared prepared(command);
    const pid_t pid = ::fork();
    if (pid < 0) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot fork");
    }
    if (pid == 0) {
        ::setsid();
        ::prctl(PR_SET_CHILD_SUBREAPER, 1);
        const pid_t parent = ::getpid();
        const pid_t program = ::fork();
        if (program == 0) {
            become_with_output(prepared, parent, (*output)[1].get(), (*report)[1].get());
        }
        if (program < 0 || ::send(theirs.get(), &program, sizeof program, 0) < 0) {
            report_and_exit((*report)[1].get());
        }
        const int null = ::open("/dev/null", O_RDWR);
        for (int fd = 0; fd < 3; ++fd) {
            ::dup2(null, fd);
        }
        if (theirs.get() == kGuardControl) {
            ::fcntl(kGuardControl, F_SETFD, 0);
        } else {
            ::dup2(theirs.get(), kGuardControl);
        }
        close_from(kGuardControl + 1);
        Prepared({{own_executable(), "guard", std::to_string(program)}, current_environment(), "/"})
            .become(-1);
    }
    (*report)[1].reset();
    (*output)[1].reset();
    theirs.reset();
    pid_t program = -1;
    const bool told = ::recv(ours.get(), &program, sizeof program, 0) == sizeof program;
    const int why = exec_error((*report)[0].get());
    if (why != 0 || !told) {
        ours.reset();
        reap(pid);
        return base::fail_sys(why == ENOENT ? OsErrc::not_found : OsErrc::unavailable, why,
                              "cannot start " + command.argv.front());
    }
    ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
    ::fcntl((*output)[0].get(), F_SETFL, O_NONBLOCK);
    return GuardedChild{program, pid, std::move(ours), std::move((*output)[0])};
}

ExitStatus exit_status(int wait_status) {
    ExitStatus out;
    if (WIFSIGNALED(wait_status)) {
        out.signal = WTERMSIG(wait_status);
    } else if (WIFEXITED(wait_status)) {
        out.code = WEXITSTATUS(wait_status);
    }
    return out;
}

ExitStatus reap(pid_t pid) {
    int status = 0;
    pid_t got = 0;
    do {
        got = ::waitpid(pid, &status, 0);
    } while (got < 0 && errno == EINTR);
    return exit_status(status);
}

Result<pid_t> spawn_detached(const std::vector<std::string>& argv, const std::vector<int>& passed,
                             int log) {
    auto pipe = make_pipe();
    if (!pipe) {
        return std::unexpected(pipe.error());
    }
    std::vector<std::string> words = argv;
    const auto argv_pointers = pointers(words);
    // Out of the way of the final numbers, so that no dup2 overwrites a descriptor still needed.
    const int first_free = 3 + static_cast<int>(passed.size());
    std::vector<base::Fd> high;
    high.reserve(passed.size());
    for (const int fd : passed) {
        high.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, first_free + 1));
    }
    const base::Fd error_log(log >= 0 ? ::fcntl(log, F_DUPFD_CLOEXEC, first_free + 1) : -1);
    base::Fd report(::fcntl((*pipe)[1].get(), F_DUPFD_CLOEXEC, first_free + 1));

    const pid_t pid = ::fork();
    if (pid < 0) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot fork");
    }
    if (pid == 0) {
        ::setsid();
        const int null = ::open("/dev/null", O_RDWR);
        ::dup2(null, 0);
        ::dup2(null, 1);
        ::dup2(error_log ? error_log.get() : null, 2);
        for (std::size_t i = 0; i < high.size(); ++i) {
            ::dup2(high[i].get(), 3 + static_cast<int>(i));
        }
        ::dup3(report.get(), first_free, O_CLOEXEC);
        close_from(static_cast<unsigned>(first_free) + 1);
        reset_signals();
        ::execv(argv_pointers[0], argv_pointers.data());
        report_and_exit(first_free);
    }
    (*pipe)[1].reset();
    // The copy above also holds the write end.
    report.reset();
    if (const int why = exec_error((*pipe)[0].get()); why != 0) {
        int status = 0;
        ::waitpid(pid, &status, 0);
        return base::fail_sys(OsErrc::unavailable, why, "cannot start " + argv.front());
    }
    return pid;
}

std::string own_executable() {
    constexpr const char* kLink = "/proc/self/exe";
    std::array<char, 4096> path{};
    const auto length = ::readlink(kLink, path.data(), path.size() - 1);
    struct stat running{};
    struct stat named{};
    if (length > 0 && ::stat(kLink, &running) == 0 && ::stat(path.data(), &named) == 0 &&
        running.st_ino == named.st_ino && running.st_dev == named.st_dev) {
        return path.data();
    }
    return kLink; // the file was replaced while this program ran; the link still leads to what we
                  // are
}

} // namespace kept::os
