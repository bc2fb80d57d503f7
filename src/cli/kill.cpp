#include <chrono>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ids.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/writer.h"
#include "control/launch.h"
#include "os/lock.h"
#include "os/proc.h"

namespace kept::cli {

namespace {

constexpr std::chrono::milliseconds kPatience{5000};

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
bool ask_to_end(const Target& target) {
    auto client = control::Client::connect(target.paths.socket(target.name));
    if (!client || !client->send(control::KillRequest{})) {
        return false;
    }
    while (true) {
        if (auto answer = client->answer(kPatience); !answer) {
            return answer.error().code == control::ControlErrc::lost;
        }
    }
}

/// Child of a daemon that does not answer: it would outlive the daemon if it ignores the hangup.
pid_t child_of(const Target& target) {
    const std::string path = target.paths.journal(target.name) + "/session.json";
    const base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text(control::kMaxSpec, '\0');
    const auto got = file ? ::read(file.get(), text.data(), text.size()) : -1;
    if (got <= 0) {
        return 0;
    }
    text.resize(static_cast<std::size_t>(got));
    const auto spec = control::decode_launch_spec(text);
    return spec ? spec->child_pid : 0;
}

/// Ends a daemon that does not end when asked, and what it had started.
void end_by_force(const Target& target, const base::Fd& daemon) {
    std::vector<pid_t> orphans;
    if (const pid_t child = child_of(target); child > 0) {
        orphans = os::session_members(child);
    }
    ::syscall(SYS_pidfd_send_signal, daemon.get(), SIGKILL, nullptr, 0);
    ended_within(daemon, kPatience);
    for (const pid_t pid : orphans) {
        ::kill(pid, SIGKILL);
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
    const std::string lock_path = target->paths.lock(target->name);
    if (const auto holder = os::lock_holder(lock_path)) {
        const base::Fd daemon = watch_process(*holder);
        const bool asked = ask_to_end(*target);
        if (daemon && !ended_within(daemon, asked ? kPatience : std::chrono::milliseconds(0)) &&
            os::lock_holder(lock_path) == holder) {
            end_by_force(*target, daemon);
        }
    }
    const auto lock = lock_within(lock_path, kPatience);
    if (!lock) {
        return fail(manner, {"cannot end session '" + target->name + "': its lock is still held",
                             "somebody is starting it just now; try again",
                             {}});
    }
    ::unlink(target->paths.socket(target->name).c_str());
    os::remove_directory(target->paths.journal(target->name));
    lock->remove();
    if (json) {
        print_outcome(target->name, "killed");
    } else {
        out().put("OK killed " + target->name + "\n");
    }
    return 0;
}

} // namespace kept::cli
