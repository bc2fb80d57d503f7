#include "agent/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/proc.h"
#include "os/tcp.h"

namespace kept::agent {

namespace {

constexpr std::size_t kReadSize = 64UL * 1024;
constexpr int kReadsPerTurn = 16;

/// Children of children that we have inherited and that have ended.
void reap_strangers(pid_t ours) {
    while (true) {
        siginfo_t info{};
        if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0 ||
            info.si_pid == ours) {
            return;
        }
        ::waitpid(info.si_pid, nullptr, WNOHANG);
    }
}

} // namespace

Process::Process(session::Loop& loop, BoundedLog& log, Calls calls)
    : loop_(loop), log_(log), calls_(std::move(calls)),
      lines_([this](std::string line) { calls_.line(std::move(line)); }) {}

Process::~Process() {
    if (running()) {
        kill_all();
    }
}

std::optional<std::string> Process::start(const os::Command& command) {
    // What the agent starts and leaves behind becomes our child, so that it can be found and ended.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    auto started = os::spawn_with_output(command);
    if (!started) {
        return started.error().message();
    }
    child_ = std::move(started->child);
    group_ = child_.pid;
    output_ = std::move(started->output);
    output_watch_ = loop_.readable(output_.get(), [this] { drain(); });
    exit_watch_ = loop_.readable(child_.pidfd.get(), [this] { on_exit(); });
    return std::nullopt;
}

void Process::drain() {
    for (int i = 0; i < kReadsPerTurn; ++i) {
        std::array<char, kReadSize> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init)
        const auto got = ::read(output_.get(), buffer.data(), buffer.size());
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

void Process::on_exit() {
    drain();
    lines_.finish();
    const os::ExitStatus status = os::reap(child_.pid);
    exit_watch_.reset();
    kill_all();
    child_ = {};
    output_watch_.reset();
    calls_.exited(status);
}

void Process::interrupt() const {
    if (running()) {
        ::kill(-group_, SIGINT);
    }
}

void Process::kill_all() const {
    if (group_ <= 0) {
        return;
    }
    ::kill(-group_, SIGKILL);
    // Twice, as what is being killed may have forked meanwhile.
    for (int round = 0; round < 2; ++round) {
        for (const pid_t pid : os::session_members(group_)) {
            ::kill(pid, SIGKILL);
        }
        for (const auto& process : os::process_tree(::getpid())) {
            if (process.pid != ::getpid()) {
                ::kill(process.pid, SIGKILL);
            }
        }
    }
    reap_strangers(child_.pid);
}

bool Process::owns_peer(int socket) const {
    const auto owner = os::peer_owner(socket);
    if (!owner || owner->uid != ::geteuid()) {
        return false;
    }
    const auto tree = os::process_tree(::getpid());
    return std::ranges::any_of(tree, [&](const os::ProcessStat& process) {
        return process.pid != ::getpid() && os::has_socket(process.pid, owner->inode);
    });
}

} // namespace kept::agent
