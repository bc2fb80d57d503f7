#include "remote/call.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "os/files.h"
#include "os/spawn.h"
#include "remote/note.h"

namespace kept::remote {

namespace {

/// The other machine's login shell reads this, whichever it is; programs that a user installs
/// without rights are seldom on the path of a command.
constexpr const char* kCommand = "exec sh -c 'PATH=$HOME/.local/bin:$PATH; exec k remote-serve'";
constexpr std::size_t kChunk = 64UL * 1024;
/// What ssh has passed on when it ends is all there is, but for a process of it that stays behind.
constexpr int kDrainMs = 2'000;
/// ssh's own (ssh(1), EXIT STATUS), and the shell's for a program that is not there.
constexpr int kSshFailed = 255;
constexpr int kNotFound = 127;
constexpr std::size_t kMostSaid = 4096;

/// SIGINT as something to read, unless the caller ignores it (a shell's background job).
class Interrupts {
public:
    Interrupts() {
        struct sigaction action{};
        ::sigaction(SIGINT, nullptr, &action);
        if (action.sa_handler == SIG_IGN) {
            return;
        }
        ::sigemptyset(&set_);
        ::sigaddset(&set_, SIGINT);
        ::sigprocmask(SIG_BLOCK, &set_, &before_);
        fd_.reset(::signalfd(-1, &set_, SFD_CLOEXEC | SFD_NONBLOCK));
    }
    ~Interrupts() {
        if (fd_) {
            ::sigprocmask(SIG_SETMASK, &before_, nullptr);
        }
    }
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    [[nodiscard]] int fd() const { return fd_.get(); }

    /// True when there was one.
    [[nodiscard]] bool take() const {
        signalfd_siginfo info{};
        return ::read(fd_.get(), &info, sizeof info) == sizeof info;
    }

private:
    sigset_t set_{};
    sigset_t before_{};
    base::Fd fd_;
};

struct Pipe {
    base::Fd from;
    base::Fd into;
};

std::optional<Pipe> make_pipe() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return std::nullopt;
    }
    return Pipe{base::Fd(ends[0]), base::Fd(ends[1])};
}

class Call {
public:
    Call(const Request& request, const Sink& output)
        : sink_(output), filter_(request.nonce), reads_input_(request.input),
          pending_(encode(request)) {}

    Outcome run(const Link& link) {
        auto input = make_pipe();
        auto output = make_pipe();
        auto error = make_pipe();
        if (!input || !output || !error) {
            return failed(std::string("cannot create a pipe: ") + std::strerror(errno));
        }
        os::Command command;
        command.argv = link.run(kCommand);
        command.environment = os::current_environment();
        const auto child = os::spawn_with_streams(command, input->from.get(), output->into.get(),
                                                  error->into.get());
        if (!child) {
            return failed(child.error().message());
        }
        input_ = std::move(input->into);
        output_ = std::move(output->from);
        error_ = std::move(error->from);
        *input = {};
        output->into.reset();
        error->into.reset();
        for (const int fd : {input_.get(), output_.get(), error_.get()}) {
            ::fcntl(fd, F_SETFL, O_NONBLOCK);
        }
        ::signal(SIGPIPE, SIG_IGN); // ssh may end before it has read everything
        while (!over_ && wait(child->pidfd.get())) {
        }
        if (over_) {
            ::kill(child->pid, SIGTERM);
        }
        const os::ExitStatus status = os::reap(child->pid);
        if (over_) {
            return outcome_;
        }
        drain();
        return judge(status);
    }

private:
    static Outcome failed(std::string why) {
        Outcome outcome;
        outcome.how = Outcome::How::strange;
        outcome.why = std::move(why);
        return outcome;
    }

    /// False when ssh has ended.
    bool wait(int process) {
        const bool room = reads_input_ && pending_.size() < kMostPending;
        std::array<pollfd, 6> ready{pollfd{process, POLLIN, 0},
                                    pollfd{output_.get(), POLLIN, 0},
                                    pollfd{error_.get(), POLLIN, 0},
                                    pollfd{pending_.empty() ? -1 : input_.get(), POLLOUT, 0},
                                    pollfd{room ? STDIN_FILENO : -1, POLLIN, 0},
                                    pollfd{interrupts_.fd(), POLLIN, 0}};
        if (::poll(ready.data(), ready.size(), -1) < 0) {
            return errno == EINTR;
        }
        if (ready[1].revents != 0) {
            take_output();
        }
        if (ready[2].revents != 0) {
            take_error();
        }
        if (ready[3].revents != 0) {
            write_pending();
        }
        if (ready[4].revents != 0) {
            read_input();
        }
        if (ready[5].revents != 0 && interrupts_.take()) {
            interrupt();
        }
        return ready[0].revents == 0;
    }

    void take_output() {
        std::array<char, kChunk> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init)
        const auto got = ::read(output_.get(), buffer.data(), buffer.size());
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            output_.reset();
            return;
        }
        if (got < 0) {
            return;
        }
        const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
        outcome_.printed = true;
        outcome_.in_a_line = bytes.back() != '\n';
        if (!sink_(bytes)) {
            outcome_.how = Outcome::How::signalled;
            outcome_.signal = SIGPIPE;
            over_ = true;
        }
    }

    void take_error() {
        std::array<char, kChunk> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init)
        const auto got = ::read(error_.get(), buffer.data(), buffer.size());
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            error_.reset();
            return;
        }
        if (got > 0) {
            say(filter_.feed({buffer.data(), static_cast<std::size_t>(got)}));
        }
        for (auto& note : filter_.take()) {
            switch (note.kind) {
            case Note::Kind::hello:
                outcome_.begun = true;
                outcome_.protocol = note.number;
                outcome_.version = std::move(note.words);
                break;
            case Note::Kind::cell:
                outcome_.session = std::move(note.session);
                outcome_.cell = std::move(note.cell);
                break;
            case Note::Kind::exit:
                outcome_.how = Outcome::How::ended;
                outcome_.exit_code = note.number;
                break;
            case Note::Kind::signal:
                outcome_.how = Outcome::How::signalled;
                outcome_.signal = note.number;
                break;
            }
        }
    }

    /// Before the other end has answered, what ssh and the login shell say may be the reason of a
    /// failure; else it is the same with every command, and nothing to tell.
    void say(const std::string& words) {
        if (outcome_.begun) {
            static_cast<void>(os::write_all(STDERR_FILENO, words));
        } else if (said_.size() < kMostSaid) {
            said_.append(words);
        }
    }

    void write_pending() {
        const auto written = ::write(input_.get(), pending_.data(), pending_.size());
        if (written > 0) {
            pending_.erase(0, static_cast<std::size_t>(written));
        } else if (written < 0 && errno != EAGAIN && errno != EINTR) {
            pending_.clear();
            input_.reset(); // ssh is about to end
            reads_input_ = false;
        }
    }

    void read_input() {
        std::array<char, kChunk> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init)
        const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
            return;
        }
        if (got <= 0) {
            reads_input_ = false;
            pending_.append(encode(Control{true, 0}));
            return;
        }
        control::append_bytes(pending_, {buffer.data(), static_cast<std::size_t>(got)});
    }

    /// The first is for the command; whoever presses again does not want to wait for that.
    void interrupt() {
        if (++interrupted_ == 1 && input_) {
            pending_.append(encode(Control{false, SIGINT}));
            return;
        }
        outcome_.how = Outcome::How::signalled;
        outcome_.signal = SIGINT;
        over_ = true;
    }

    void drain() {
        while (output_ || error_) {
            std::array<pollfd, 2> ready{pollfd{output_.get(), POLLIN, 0},
                                        pollfd{error_.get(), POLLIN, 0}};
            if (::poll(ready.data(), ready.size(), kDrainMs) <= 0) {
                break;
            }
            if (ready[0].revents != 0) {
                take_output();
            }
            if (ready[1].revents != 0) {
                take_error();
            }
        }
        say(filter_.rest());
    }

    Outcome judge(const os::ExitStatus& status) {
        if (outcome_.how != Outcome::How::lost) {
            return outcome_;
        }
        if (outcome_.begun && outcome_.protocol != kProtocol) {
            outcome_.how = Outcome::How::strange;
            outcome_.why = "the k there is of another version (" + outcome_.version + ")";
            return outcome_;
        }
        std::string reason;
        for (const std::string_view line : base::split_lines(said_)) {
            const auto text = base::trimmed(line);
            reason = text.empty() ? reason : std::string(text);
        }
        outcome_.why = reason;
        if (outcome_.begun || status.code == kSshFailed || status.signal != 0) {
            return outcome_;
        }
        outcome_.how = status.code == kNotFound ? Outcome::How::absent : Outcome::How::strange;
        return outcome_;
    }

    const Sink& sink_;
    NoteFilter filter_;
    Interrupts interrupts_;
    bool reads_input_;
    std::string pending_; ///< for the other end
    base::Fd input_;
    base::Fd output_;
    base::Fd error_;
    std::string said_;
    Outcome outcome_;
    int interrupted_ = 0;
    bool over_ = false;
};

} // namespace

Outcome call(const Link& link, const Request& request, const Sink& output) {
    return Call(request, output).run(link);
}

std::expected<int, std::string> run_shell(const Link& link, const std::string& command, int input,
                                          int output, bool errors_too) {
    os::Command ssh;
    ssh.argv = link.run(command);
    ssh.environment = os::current_environment();
    const auto child =
        os::spawn_with_streams(ssh, input, output, errors_too ? output : STDERR_FILENO);
    if (!child) {
        return std::unexpected(child.error().message());
    }
    const os::ExitStatus status = os::reap(child->pid);
    return status.signal == 0 ? status.code : 128 + status.signal;
}

} // namespace kept::remote
