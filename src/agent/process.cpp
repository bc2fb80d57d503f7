#include "agent/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/guard.h"
#include "os/proc.h"
#include "os/tcp.h"

namespace kept::agent {

namespace {

constexpr std::size_t kLogReadSize = 64UL * 1024;
constexpr int kLogReadsPerTurn = 16;

/// For the guard to end what the agent has left behind.
constexpr std::chrono::milliseconds kEndLimit{2000};

} // namespace

Process::Process(session::Loop& loop, BoundedLog& log, Calls calls)
    : loop_(loop), log_(log), calls_(std::move(calls)),
      lines_([this](std::string line) { calls_.line(std::move(line)); }) {}

Process::~Process() = default; // the guard sees that we have gone

std::optional<std::string> Process::start(const os::Command& command) {
    // Should somebody end the guard, what it looks after is ours.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    auto started = os::spawn_guarded(command);
    if (!started) {
        return started.error().message();
    }
    child_ = std::move(*started);
    output_watch_ = loop_.readable(child_.output.get(), [this] { drain(); });
    guard_watch_ = loop_.readable(child_.control.get(), [this] { on_guard(); });
    return std::nullopt;
}

void Process::drain() {
    for (int i = 0; i < kLogReadsPerTurn; ++i) {
        std::array<char, kLogReadSize> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init)
        const auto got = ::read(child_.output.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got == 0) {
            output_watch_.reset();
        }
        if (got <= 0) {
            break;
        }
        const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
        log_.append(bytes);
        lines_.feed(bytes);
    }
    log_.flush();
}

void Process::on_guard() {
    int status = 0;
    const auto got = ::recv(child_.control.get(), &status, sizeof status, 0);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }
    if (got <= 0) {
        ::waitpid(child_.guard, nullptr, 0); // it has ended, or is just about to
        finish();
        return;
    }
    status_ = os::exit_status(status);
    kill_all();
    limit_ = loop_.after(kEndLimit, [this] { finish(); });
}

void Process::finish() {
    limit_.reset();
    guard_watch_.reset();
    if (!status_) {
        // The guard was ended by somebody else.
        os::end_descendants([this](pid_t pid, int status) {
            if (pid == child_.pid) {
                status_ = os::exit_status(status);
            }
        });
    }
    drain();
    lines_.finish();
    output_watch_.reset();
    child_ = {};
    calls_.exited(status_.value_or(os::ExitStatus{}));
}

void Process::interrupt() const {
    const int signal = SIGINT;
    ::send(child_.control.get(), &signal, sizeof signal, MSG_NOSIGNAL);
}

bool Process::minds_interrupts() const {
    const auto tree = os::process_tree(child_.pid);
    return std::ranges::any_of(
        tree, [](const os::ProcessStat& process) { return os::catches(process.pid, SIGINT); });
}

void Process::kill_all() const {
    ::shutdown(child_.control.get(), SHUT_WR);
}

bool Process::owns_peer(int socket) const {
    const auto owner = os::peer_owner(socket);
    if (!owner || owner->uid != ::geteuid()) {
        return false;
    }
    const auto tree = os::process_tree(child_.guard);
    return std::ranges::any_of(tree, [&](const os::ProcessStat& process) {
        return os::has_socket(process.pid, owner->inode);
    });
}

} // namespace kept::agent
