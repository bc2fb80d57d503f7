#include "remote/supervisor.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <poll.h>
#include <unistd.h>

#include "base/fd.h"
#include "control/frame.h"
#include "kept_version.h"
#include "os/files.h"
#include "os/spawn.h"
#include "remote/note.h"
#include "remote/request.h"
#include "remote/tell.h"

namespace kept::remote {

namespace {

constexpr int kWrong = 2;

int refuse(const std::string& why) {
    static_cast<void>(os::write_all(STDERR_FILENO, fmt::format("k {}: {}\n", kServeVerb, why)));
    return kWrong;
}

/// Bytes from standard input; empty at its end.
std::optional<std::string> read_some() {
    std::string bytes(64UL * 1024, '\0');
    while (true) {
        const auto got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return std::nullopt;
        }
        bytes.resize(static_cast<std::size_t>(got));
        return bytes;
    }
}

os::Command command_of(const Request& request) {
    os::Command command;
    command.argv = {request.program};
    command.argv.insert(command.argv.end(), request.words.begin(), request.words.end());
    command.environment = os::current_environment();
    os::unset_variable(command.environment, "KEPT_HOST"); // it is this machine
    for (const auto& [name, value] : request.variables) {
        os::set_variable(command.environment, name, value);
    }
    os::set_variable(command.environment, kNotesVariable, request.nonce);
    command.program = os::own_executable();
    return command;
}

/// A command that runs, between the connection and its end.
class Supervised {
public:
    Supervised(const Request& request, control::FrameReader& frames)
        : nonce_(request.nonce), frames_(frames) {}

    int run(const Request& request) {
        std::array<int, 2> ends{-1, -1};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            return refuse(std::string("cannot create a pipe: ") + std::strerror(errno));
        }
        base::Fd theirs(ends[0]);
        input_.reset(ends[1]);
        ::fcntl(input_.get(), F_SETFL, O_NONBLOCK);
        if (!request.input) {
            theirs.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
            input_.reset();
        }
        auto child =
            os::spawn_with_streams(command_of(request), theirs.get(), STDOUT_FILENO, STDERR_FILENO);
        if (!child) {
            return refuse(child.error().message());
        }
        theirs.reset();
        child_ = std::move(*child);
        ::signal(SIGPIPE, SIG_IGN); // a command need not read its input
        take_frames();
        while (!ended()) {
        }
        const os::ExitStatus status = os::reap(child_.pid);
        Note note{status.signal == 0 ? Note::Kind::exit : Note::Kind::signal,
                  status.signal == 0 ? status.code : status.signal};
        tell(note, nonce_);
        return status.signal == 0 ? status.code : 128 + status.signal;
    }

private:
    /// Waits for what comes next; true when the command has ended.
    bool ended() {
        const bool reads = connected_ && pending_.size() < kMostPending;
        std::array<pollfd, 3> ready{
            pollfd{child_.pidfd.get(), POLLIN, 0},
            pollfd{connected_ ? STDIN_FILENO : -1, static_cast<short>(reads ? POLLIN : 0), 0},
            pollfd{pending_.empty() ? -1 : input_.get(), POLLOUT, 0}};
        if (::poll(ready.data(), ready.size(), -1) < 0) {
            return errno != EINTR;
        }
        if (ready[0].revents != 0) {
            return true;
        }
        if (ready[1].revents != 0) {
            if (auto bytes =
                    reads || (ready[1].revents & POLLIN) != 0 ? read_some() : std::nullopt) {
                frames_.feed(*bytes);
                take_frames();
            } else {
                cut();
            }
        }
        if (ready[2].revents != 0) {
            write_input();
        }
        return false;
    }

    void take_frames() {
        while (true) {
            auto frame = frames_.next();
            if (!frame) {
                cut();
                return;
            }
            if (!*frame) {
                break;
            }
            if ((*frame)->type == control::FrameType::bytes) {
                if (input_) {
                    pending_.append((*frame)->payload);
                }
                continue;
            }
            const auto control = decode_control((*frame)->payload);
            if (control && control->end_of_input) {
                input_ends_ = true;
            }
            if (control && control->signal != 0) {
                ::kill(child_.pid, control->signal);
            }
        }
        write_input();
    }

    void write_input() {
        while (!pending_.empty() && input_) {
            const auto written = ::write(input_.get(), pending_.data(), pending_.size());
            if (written < 0 && errno == EAGAIN) {
                return;
            }
            if (written < 0 && errno != EINTR) {
                pending_.clear(); // nobody reads it any more
                input_.reset();
            }
            pending_.erase(0, written > 0 ? static_cast<std::size_t>(written) : 0);
        }
        if (input_ends_ && pending_.empty()) {
            input_.reset();
        }
    }

    /// The other end has gone, and nobody will see what the command says.
    void cut() {
        connected_ = false;
        ::kill(child_.pid, SIGHUP);
    }

    std::string nonce_;
    control::FrameReader& frames_;
    os::Child child_;
    base::Fd input_; ///< the command's
    std::string pending_;
    bool input_ends_ = false;
    bool connected_ = true;
};

/// Becomes the command.
int replace(const std::string& word) {
    const auto request = from_word(word);
    if (!request) {
        return refuse(request.error());
    }
    for (const auto& [name, value] : request->variables) {
        ::setenv(name.c_str(), value.c_str(), 1);
    }
    ::unsetenv("KEPT_HOST");
    std::vector<std::string> words{request->program};
    words.insert(words.end(), request->words.begin(), request->words.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& each : words) {
        argv.push_back(each.data());
    }
    argv.push_back(nullptr);
    ::execv(os::own_executable().c_str(), argv.data());
    return refuse(std::string("cannot run the command: ") + std::strerror(errno));
}

} // namespace

int serve(const std::vector<std::string>& words) {
    if (!words.empty()) {
        return words.size() == 1 ? replace(words.front()) : refuse("too many words");
    }
    control::FrameReader frames;
    RequestReader reader;
    while (true) {
        const auto frame = frames.next();
        if (!frame) {
            return refuse(frame.error().message());
        }
        if (!*frame) {
            const auto bytes = read_some();
            if (!bytes) {
                return refuse("nothing was asked; this is for k --host on another machine");
            }
            frames.feed(*bytes);
            continue;
        }
        const auto complete = reader.take(**frame);
        if (!complete) {
            return refuse(complete.error());
        }
        if (*complete) {
            break;
        }
    }
    const Request& request = reader.request();
    tell({Note::Kind::hello, kProtocol, std::string(kVersion)}, request.nonce);
    if (request.protocol != kProtocol) {
        return kWrong; // whoever asked knows both by now, and can tell
    }
    return Supervised(request, frames).run(request);
}

} // namespace kept::remote
