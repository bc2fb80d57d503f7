#include "mcp/session_keeper.h"

#include <array>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

#include "base/text.h"
#include "mcp/running_call.h"
#include "os/files.h"
#include "os/lock.h"
#include "os/paths.h"
#include "os/spawn.h"

namespace kept::mcp {

namespace {

constexpr char kStarted = '+';
constexpr char kClosed = '-';

void end_sessions(const SessionKeeper::Sessions& sessions) {
    const auto paths = os::Paths::named();
    std::vector<RunningCall> calls;
    for (const auto& [session, daemon] : sessions) {
        if (os::lock_holder(paths.lock(session)).value_or(daemon) != daemon) {
            continue;
        }
        if (auto call = RunningCall::start({{"kill", "--json", "--", session}, {}})) {
            calls.push_back(std::move(*call));
        }
    }
    for (RunningCall& call : calls) {
        call.collect();
    }
}

/// Takes the lines that are complete: what, the name, a space and the pid.
void take_lines(std::string& text, SessionKeeper::Sessions& sessions) {
    std::size_t begin = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
        const auto space = text.find(' ', begin);
        const std::string name = text.substr(begin + 1, space - begin - 1);
        if (text[begin] == kStarted) {
            const auto pid =
                base::parse_integer(text.substr(space + 1, end - space - 1), 0, INT_MAX);
            sessions.insert_or_assign(name, static_cast<pid_t>(pid.value_or(0)));
        } else {
            sessions.erase(name);
        }
        begin = end + 1;
    }
    text.erase(0, begin);
}

/// What the other process does: listens until nobody can write any more.
[[noreturn]] void keep(int line) {
    // Whatever ends the server's process group or its terminal must not end this one, and its
    // client must not take our standard output for the server's.
    ::setsid();
    const int null = ::open("/dev/null", O_RDWR);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        ::dup2(null, stream);
    }
    constexpr int kLine = STDERR_FILENO + 1;
    if (line != kLine) {
        ::dup2(line, kLine);
    }
    ::syscall(SYS_close_range, kLine + 1, ~0U, 0);
    ::fcntl(kLine, F_SETFD, FD_CLOEXEC);
    SessionKeeper::Sessions sessions;
    std::string text;
    std::array<char, 4096> buffer{};
    while (true) {
        const auto got = ::read(kLine, buffer.data(), buffer.size());
        if (got > 0) {
            text.append(buffer.data(), static_cast<std::size_t>(got));
            take_lines(text, sessions);
        } else if (got == 0 || errno != EINTR) {
            break;
        }
    }
    end_sessions(sessions);
    ::_exit(0);
}

} // namespace

SessionKeeper::SessionKeeper() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return;
    }
    const base::Fd theirs(ends[0]);
    line_.reset(ends[1]);
    pid_ = ::fork();
    if (pid_ == 0) {
        keep(theirs.get());
    }
    if (pid_ < 0) {
        line_.reset();
    }
}

void SessionKeeper::started(const std::string& session) {
    const auto daemon = os::lock_holder(os::Paths::named().lock(session)).value_or(0);
    sessions_.insert_or_assign(session, daemon);
    tell(kStarted, session, daemon);
}

void SessionKeeper::closed(const std::string& session) {
    if (sessions_.erase(session) > 0) {
        tell(kClosed, session, 0);
    }
}

void SessionKeeper::tell(char what, const std::string& session, pid_t daemon) const {
    if (line_) {
        // Should the other process have been killed, `end` does without it.
        static_cast<void>(
            os::write_all(line_.get(), what + session + " " + std::to_string(daemon) + "\n"));
    }
}

void SessionKeeper::end() {
    line_.reset();
    bool ended = false;
    if (pid_ > 0) {
        const os::ExitStatus status = os::reap(pid_);
        ended = status.signal == 0 && status.code == 0;
        pid_ = -1;
    }
    if (!ended) {
        end_sessions(sessions_);
    }
    sessions_.clear();
}

} // namespace kept::mcp
