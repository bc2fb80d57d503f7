#include "cli/launch.h"

#include <array>
#include <chrono>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/writer.h"
#include "os/spawn.h"

namespace kept::cli {

namespace {

using control::ControlErrc;

constexpr std::int64_t kPatienceUs = 15'000'000; // longer than a default start may take
constexpr std::chrono::milliseconds kAnswer{5000};
/// For a daemon that answers nobody before its program is ready, which may take a minute.
constexpr std::chrono::milliseconds kSlowAnswer{1000};
constexpr std::int64_t kMarginMs = 10'000; // for a daemon to give up by itself
constexpr std::size_t kLogTail = 2000;

enum class Presence { absent, starting, ready };

std::expected<Presence, control::ControlError> presence(const Target& target,
                                                        std::chrono::milliseconds patience) {
    auto client = control::Client::connect(target.paths.socket(target.name));
    if (!client) {
        if (client.error().code == ControlErrc::no_daemon) {
            return Presence::absent;
        }
        return std::unexpected(client.error());
    }
    if (auto sent = client->send(control::StatusRequest{}); !sent) {
        return Presence::absent;
    }
    const auto answer = client->answer(patience);
    if (!answer) {
        if (answer.error().code == ControlErrc::lost) {
            return Presence::absent;
        }
        return std::unexpected(answer.error());
    }
    const auto* status = std::get_if<control::StatusInfo>(&*answer);
    return status != nullptr && status->state == control::SessionState::starting
               ? Presence::starting
               : Presence::ready;
}

/// A file in memory that holds the specification, to be read from its beginning.
base::Fd spec_file(const control::LaunchSpec& spec) {
    base::Fd file(::memfd_create("kept-spec", MFD_CLOEXEC));
    const std::string text = control::encode(spec);
    std::string_view rest = text;
    while (file && !rest.empty()) {
        const auto written = ::write(file.get(), rest.data(), rest.size());
        if (written < 0) {
            return {};
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (file) {
        ::lseek(file.get(), 0, SEEK_SET);
    }
    return file;
}

using Notice = std::function<void(const std::string&)>;

/// Tells the notices among the whole lines at the begin of `text`, and takes them out.
void take_notices(std::string& text, const Notice& tell) {
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
        const auto message = control::decode_start_message(std::string_view(text).substr(0, end));
        const auto* notice = message ? std::get_if<control::StartNotice>(&*message) : nullptr;
        if (notice == nullptr) {
            return;
        }
        if (tell) {
            tell(notice->text);
        }
        text.erase(0, end + 1);
    }
}

/// What the daemon reports, up to its end of the pipe; empty when it says nothing in time. Notices
/// are told as they come, and are no part of it.
std::optional<std::string> read_report(const base::Fd& pipe, std::int64_t limit_ms,
                                       const Notice& tell) {
    std::string text;
    const std::int64_t until = base::steady_us() + limit_ms * 1000;
    std::array<char, 4096> buffer{};
    while (true) {
        const std::int64_t left = (until - base::steady_us()) / 1000;
        pollfd ready{pipe.get(), POLLIN, 0};
        const int got = left > 0 ? ::poll(&ready, 1, static_cast<int>(left)) : 0;
        if (got == 0) {
            return std::nullopt;
        }
        if (got < 0) {
            continue;
        }
        const auto count = ::read(pipe.get(), buffer.data(), buffer.size());
        if (count > 0) {
            text.append(buffer.data(), static_cast<std::size_t>(count));
            take_notices(text, tell);
        } else if (count == 0 || errno != EINTR) {
            return text;
        }
    }
}

std::string tail_of(const std::string& path) {
    const base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        return {};
    }
    const auto size = ::lseek(file.get(), 0, SEEK_END);
    const auto begin =
        size > static_cast<off_t>(kLogTail) ? size - static_cast<off_t>(kLogTail) : 0;
    std::string text(kLogTail, '\0');
    const auto got = ::pread(file.get(), text.data(), text.size(), begin);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return std::string(base::trimmed(base::to_utf8(text)));
}

std::expected<control::StartReport, Failure> start(const Target& target,
                                                   const control::LaunchSpec& spec,
                                                   os::SessionLock& lock, const Notice& notice) {
    const std::string directory = target.paths.journal(target.name);
    if (auto made = os::make_private_directory(directory); !made) {
        return std::unexpected(Failure{made.error().message(), {}, {}});
    }
    const std::string log_path = directory + "/daemon.log";
    base::Fd log(::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    const base::Fd file = spec_file(spec);
    std::array<int, 2> ends{-1, -1};
    if (!log || !file || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return std::unexpected(
            Failure{std::string("cannot prepare the start: ") + std::strerror(errno), {}, {}});
    }
    const base::Fd report(ends[0]);
    base::Fd report_end(ends[1]);
    const auto pid = os::spawn_detached({os::own_executable(), "serve", spec.name},
                                        {file.get(), lock.fd(), report_end.get()}, log.get());
    if (!pid) {
        return std::unexpected(Failure{pid.error().message(), {}, {}});
    }
    report_end.reset();
    const auto text = read_report(report, spec.start_timeout_ms + kMarginMs, notice);
    if (!text) {
        ::kill(*pid, SIGKILL);
        return std::unexpected(
            Failure{"the session's daemon did not get ready", tail_of(log_path), {}});
    }
    const auto message = control::decode_start_message(*text);
    const auto* said = message ? std::get_if<control::StartReport>(&*message) : nullptr;
    if (said == nullptr) {
        std::string last = tail_of(log_path);
        return std::unexpected(Failure{"the session's daemon ended before it was ready",
                                       last.empty() ? std::string() : "its last words: " + last,
                                       {}});
    }
    if (said->ready) {
        return *said;
    }
    const auto output = std::string(base::trimmed(said->output));
    return std::unexpected(
        Failure{said->message.empty() ? "the session did not start" : said->message,
                output.empty() ? output : "it said: " + output,
                {}});
}

} // namespace

std::expected<std::optional<os::SessionLock>, Failure>
claim_session(const Target& target, std::optional<std::chrono::milliseconds> slow_start) {
    const std::int64_t until =
        base::steady_us() + (slow_start ? slow_start->count() * 1000 : kPatienceUs);
    bool told = false;
    while (true) {
        auto lock = os::SessionLock::take(target.paths.lock(target.name), false);
        if (lock) {
            return std::move(*lock);
        }
        if (lock.error().code != os::OsErrc::in_use) {
            return std::unexpected(Failure{lock.error().message(), {}, {}});
        }
        auto there = presence(target, slow_start ? kSlowAnswer : kAnswer);
        if (!there && slow_start && there.error().code == ControlErrc::timeout) {
            if (!told) {
                say("another start of this session is under way; waiting for it");
                told = true;
            }
            there = Presence::starting;
        }
        if (!there) {
            return std::unexpected(explain(target.name, there.error()));
        }
        if (*there == Presence::ready) {
            return std::nullopt;
        }
        if (base::steady_us() > until) {
            return std::unexpected(Failure{
                "session '" + target.name +
                    "' is being started by somebody else and does not get ready",
                "look with k status " + target.name + ", or end it with k kill " + target.name,
                {}});
        }
        const timespec pause{0, 2'000'000};
        ::nanosleep(&pause, nullptr);
    }
}

std::expected<control::StartReport, Failure> launch(const Target& target,
                                                    const control::LaunchSpec& spec,
                                                    os::SessionLock lock, const Notice& notice) {
    ::unlink(target.paths.socket(target.name).c_str());
    os::remove_directory(target.paths.journal(target.name));
    auto started = start(target, spec, lock, notice);
    if (!started) {
        ::unlink(target.paths.socket(target.name).c_str());
        os::remove_directory(target.paths.journal(target.name));
        lock.remove();
    }
    return started;
}

} // namespace kept::cli
