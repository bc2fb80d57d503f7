#include "cli/find_session.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/ids.h"
#include "base/text.h"
#include "cli/nearest.h"
#include "cli/writer.h"
#include "os/lock.h"
#include "os/spawn.h"

namespace kept::cli {

using control::ControlErrc;

namespace {

constexpr std::int64_t kStartPatienceUs = 15'000'000;

void pause_briefly() {
    const timespec pause{0, 2'000'000};
    ::nanosleep(&pause, nullptr);
}

} // namespace

std::vector<Known> known_sessions(const os::Paths& paths) {
    std::vector<Known> sessions;
    for (auto& name : paths.sessions()) {
        const bool live = os::lock_holder(paths.lock(name)).has_value();
        sessions.push_back({std::move(name), live});
    }
    return sessions;
}

std::optional<std::string> only_session(const std::vector<Known>& sessions) {
    const auto live = std::ranges::count_if(sessions, &Known::live);
    if (live == 1) {
        return std::ranges::find_if(sessions, &Known::live)->name;
    }
    if (live == 0 && sessions.size() == 1) {
        return sessions.front().name;
    }
    return std::nullopt;
}

std::string nearest_session(std::string_view name) {
    const auto paths = os::Paths::named();
    constexpr std::size_t kShortest = 3; // shorter ones are all alike
    if (name.size() < kShortest || !os::check_private_directory(paths.state())) {
        return {};
    }
    const auto names = paths.sessions();
    const std::vector<std::string_view> views(names.begin(), names.end());
    return std::string(nearest(name, views));
}

std::expected<Addressed, int> parse_addressed(Options& options, Arguments arguments,
                                              const bool& json) {
    const auto words = options.parse(arguments, 0, 1);
    if (!words) {
        return std::unexpected(words.error());
    }
    const Manner manner{json ? Manner::Words::json : Manner::Words::marked};
    auto target =
        find_session(words->empty() ? std::nullopt : std::optional(words->front()), manner);
    if (!target) {
        return std::unexpected(target.error());
    }
    return Addressed{std::move(*target), manner};
}

int invalid_name(const std::string& name, const Manner& manner) {
    out().put("ERR invalid session name: " + base::quoted(name) + "\n");
    out().flush();
    say("k: a name is made of letters, digits, '_', '.' and '-', at most 64 of them, without '..'");
    return manner.exit_code;
}

std::expected<Target, int> find_session(const std::optional<std::string>& named,
                                        const Manner& manner) {
    std::optional<std::string> name = named;
    if (!name) {
        const char* variable = ::getenv("K_SESSION");
        if (variable != nullptr && *variable != '\0') {
            name = variable;
        }
    }
    if (name && !base::is_session_name(*name)) {
        return std::unexpected(invalid_name(*name, manner));
    }
    auto paths = os::Paths::open();
    if (!paths) {
        return std::unexpected(fail(manner, {paths.error().message(), {}, {}}));
    }
    if (name) {
        return Target{std::move(*paths), std::move(*name)};
    }
    const auto sessions = known_sessions(*paths);
    if (auto only = only_session(sessions)) {
        return Target{std::move(*paths), std::move(*only)};
    }
    out().put("ERR: no session found.\n");
    out().flush();
    if (sessions.empty()) {
        say("k: there is none yet; start one with: k new work");
    } else {
        std::string names;
        for (std::size_t i = 0; i < sessions.size() && i < 8; ++i) {
            names.append(i == 0 ? "" : ", ").append(sessions[i].name);
        }
        names.append(sessions.size() > 8 ? ", ..." : "");
        say("k: there are " + std::to_string(sessions.size()) + " (" + names +
            "): name one, or set K_SESSION");
    }
    return std::unexpected(manner.exit_code);
}

control::Result<control::Client> open_reader(const Target& target) {
    struct stat info{};
    if (::stat(target.paths.journal(target.name).c_str(), &info) != 0) {
        return base::fail(ControlErrc::no_daemon, "no session '" + target.name + "'");
    }
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return base::fail_sys(ControlErrc::internal, errno, "cannot create a socket");
    }
    base::Fd ours(ends[0]);
    const base::Fd theirs(ends[1]);
    auto reader = os::spawn_detached({os::own_executable(), "serve", "--read", target.name},
                                     {theirs.get()}, -1);
    if (!reader) {
        return base::fail_sys(ControlErrc::internal, reader.error().sys, reader.error().context);
    }
    return control::Client(std::move(ours));
}

control::Result<control::Client> open_daemon(const Target& target) {
    const std::int64_t patience = base::steady_us() + kStartPatienceUs;
    while (true) {
        auto client = control::Client::connect(target.paths.socket(target.name));
        if (client || client.error().code != ControlErrc::no_daemon) {
            return client;
        }
        // Nobody listens, but the lock is held: the session is just starting.
        if (!os::lock_holder(target.paths.lock(target.name)) || base::steady_us() > patience) {
            return client;
        }
        pause_briefly();
    }
}

control::Result<control::Client> open_session(const Target& target) {
    auto client = open_daemon(target);
    if (client || client.error().code != ControlErrc::no_daemon) {
        return client;
    }
    return open_reader(target);
}

} // namespace kept::cli
