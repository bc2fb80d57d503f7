#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ids.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/end_session.h"
#include "cli/options.h"
#include "cli/writer.h"
#include "control/launch.h"
#include "os/lock.h"
#include "os/proc.h"

namespace kept::cli {

namespace {

constexpr std::chrono::milliseconds kEndPatience{5000};

/// A process by its pidfd(2), so that nobody else's process is ever hit.
base::Fd watch_process(pid_t pid) {
    return base::Fd(pid > 0 ? static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)) : -1);
}

/// True once the process has ended.
bool ended_within(const base::Fd& pidfd, std::chrono::milliseconds limit) {
    pollfd ended{pidfd.get(), POLLIN, 0};
    int got = 0;
    do {
        got = ::poll(&ended, 1, static_cast<int>(limit.count()));
    } while (got < 0 && errno == EINTR);
    return got > 0;
}

/// Asks the daemon to end; true once it has let go of the connection.
bool ask_to_end(const Target& target, std::chrono::milliseconds patience) {
    auto client = control::Client::connect(target.paths.socket(target.name));
    if (!client || !client->send(control::KillRequest{})) {
        return false;
    }
    while (true) {
        if (auto answer = client->answer(patience); !answer) {
            return answer.error().code == control::ControlErrc::lost;
        }
    }
}

/// What the session was started as, by its journal.
std::optional<control::LaunchSpec> spec_of(const Target& target) {
    const std::string path = target.paths.journal(target.name) + "/session.json";
    const base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info{};
    if (!file || ::fstat(file.get(), &info) != 0 ||
        info.st_size > static_cast<off_t>(control::kMaxSpec)) {
        return std::nullopt;
    }
    std::string text(static_cast<std::size_t>(info.st_size), '\0');
    const auto got = ::read(file.get(), text.data(), text.size());
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    auto spec = control::decode_launch_spec(text);
    return spec ? std::optional(std::move(*spec)) : std::nullopt;
}

/// The program's processes, which may outlive it and its daemon when they ignore the hangup.
std::vector<pid_t> members_of(const std::optional<control::LaunchSpec>& spec) {
    return spec && spec->child_pid > 0 ? os::session_members(spec->child_pid)
                                       : std::vector<pid_t>();
}

/// Ends those that are there still. The session's number is not given to anybody else while one of
/// them lives, and only who was there before, under its daemon, is hit.
void end_orphans(const std::optional<control::LaunchSpec>& spec, const std::vector<pid_t>& before) {
    for (const pid_t pid : members_of(spec)) {
        if (std::ranges::find(before, pid) != before.end()) {
            ::kill(pid, SIGKILL);
        }
    }
}

/// The lock, once whoever held it is gone.
std::optional<os::SessionLock> lock_within(const std::string& path,
                                           std::chrono::milliseconds limit) {
    const std::int64_t until = base::steady_us() + limit.count() * 1000;
    while (true) {
        if (auto lock = os::SessionLock::take(path, false)) {
            return std::move(*lock);
        }
        if (base::steady_us() > until) {
            return std::nullopt;
        }
        const timespec pause{0, 2'000'000};
        ::nanosleep(&pause, nullptr);
    }
}

} // namespace

std::expected<void, Failure> end_session(const Target& target) {
    const std::string lock_path = target.paths.lock(target.name);
    if (const auto holder = os::lock_holder(lock_path)) {
        const base::Fd daemon = watch_process(*holder);
        const auto spec = spec_of(target);
        const auto members = members_of(spec);
        // An agent may take its time to shut down; its daemon sees to it that it does not take
        // more.
        const auto patience =
            kEndPatience + std::chrono::milliseconds(
                               spec && spec->kind == "agent" ? spec->agent.stop_grace_ms : 0);
        const bool asked = ask_to_end(target, patience);
        if (daemon && !ended_within(daemon, asked ? kEndPatience : std::chrono::milliseconds(0)) &&
            os::lock_holder(lock_path) == holder) {
            ::syscall(SYS_pidfd_send_signal, daemon.get(), SIGKILL, nullptr, 0);
            ended_within(daemon, kEndPatience);
        }
        end_orphans(spec, members);
    }
    const auto lock = lock_within(lock_path, kEndPatience);
    if (!lock) {
        return std::unexpected(
            Failure{"cannot end session '" + target.name + "': its lock is still held",
                    "somebody is starting it just now; try again",
                    {}});
    }
    ::unlink(target.paths.socket(target.name).c_str());
    os::remove_directory(target.paths.journal(target.name));
    lock->remove();
    return {};
}

int kill_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    Options options(verb);
    options.flag("-j,--json", json, "Print one JSON object")
        .note("The session must be named: nothing is ever ended by guessing.");
    auto words = options.parse(arguments, 1, 1);
    if (!words) {
        return words.error();
    }
    const Manner manner{json ? Manner::Words::json : Manner::Words::marked};
    auto target = find_session(words->front(), manner);
    if (!target) {
        return target.error();
    }
    const bool was_there = ::access(target->paths.journal(target->name).c_str(), F_OK) == 0;
    if (auto ended = end_session(*target); !ended) {
        return fail(manner, ended.error());
    }
    const std::string like = was_there ? std::string() : nearest_session(target->name);
    const std::string hint = was_there ? std::string()
                                       : "there was no session '" + target->name + "'" +
                                             (like.empty() ? "" : "; did you mean " + like + "?");
    if (json) {
        print_outcome(target->name, "killed", hint);
    } else {
        out().put("OK killed " + target->name + "\n");
        if (!like.empty()) {
            out().flush();
            say("k: " + hint);
        }
    }
    return 0;
}

} // namespace kept::cli
