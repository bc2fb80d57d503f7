#include "cli/conversation.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/ids.h"
#include "base/text.h"
#include "cli/verbs.h"
#include "os/files.h"
#include "os/spawn.h"

namespace kept::cli {

namespace {

using Clock = std::chrono::steady_clock;

/// An agent whose test was killed ends by itself after so long.
constexpr std::int64_t kAbandonedS = 300;
constexpr std::size_t kMostOutput = std::size_t{1} << 30U;

std::int64_t ms_since(Clock::time_point began) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began).count();
}

struct Ran {
    int code = -1; ///< -1: it was not run, or a signal ended it
    std::string out;
    std::string err;
};

/// What a command said last, without the part that tells what to do next.
std::string reason(const Ran& ran, std::string_view fallback) {
    const std::string_view text = base::trimmed(ran.err);
    return std::string(text.empty() ? fallback : text);
}

/// Waits for a child; once `stop` is readable it is interrupted.
int wait_for(pid_t pid, int stop) {
    const base::Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    std::array<pollfd, 2> ready{pollfd{pidfd.get(), POLLIN, 0}, pollfd{stop, POLLIN, 0}};
    while (pidfd && ready[0].revents == 0) {
        if (::poll(ready.data(), ready.size(), -1) > 0 && ready[1].revents != 0) {
            ::kill(pid, SIGTERM);
            break;
        }
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Another `k` with these words, `input` to read, and nothing else of ours.
Ran run_k(std::vector<std::string> words, std::string_view input, int stop) {
    const base::Fd in(::memfd_create("input", MFD_CLOEXEC));
    const base::Fd out(::memfd_create("output", MFD_CLOEXEC));
    const base::Fd err(::memfd_create("errors", MFD_CLOEXEC));
    if (in.get() < 0 || out.get() < 0 || err.get() < 0 || !os::write_all(in.get(), input) ||
        ::lseek(in.get(), 0, SEEK_SET) != 0) {
        return {-1, {}, std::string("out of memory or descriptors: ") + std::strerror(errno)};
    }
    words.insert(words.begin(), "k");
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err.get(), STDERR_FILENO);
    // Signals that we take from a descriptor are blocked here, and not to be so there.
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t pid = -1;
    const int failed = ::posix_spawn(&pid, os::own_executable().c_str(), &actions, &attributes,
                                     argv.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        return {-1, {}, std::string("cannot run k: ") + std::strerror(failed)};
    }
    Ran ran;
    ran.code = wait_for(pid, stop);
    for (const auto& [fd, text] :
         {std::pair(out.get(), &ran.out), std::pair(err.get(), &ran.err)}) {
        ::lseek(fd, 0, SEEK_SET);
        *text = os::read_all(fd, kMostOutput);
    }
    return ran;
}

/// True when another turn may follow.
bool take_turn(const std::string& name, const TestTurn& turn, const RunOptions& options,
               TurnOutcome& outcome) {
    const std::int64_t limit_s =
        turn.expect.within_s
            ? std::max<std::int64_t>(1, std::llround(std::ceil(*turn.expect.within_s)))
            : options.turn_limit_s;
    const auto began = Clock::now();
    const Ran said =
        run_k({"agent", "say", "--json", "--name", name, "-t", std::to_string(limit_s), "-"},
              turn.say, options.stop);
    outcome.ran = true;
    outcome.duration_ms = ms_since(began);
    outcome.result = nlohmann::ordered_json::parse(said.out, nullptr, false);
    const bool told = outcome.result.is_object() && outcome.result.contains("events");
    if (!outcome.result.is_object()) {
        outcome.result = nlohmann::ordered_json::object();
    }
    if (const auto taken = outcome.result.find("duration_ms");
        taken != outcome.result.end() && taken->is_number_integer()) {
        outcome.duration_ms = taken->get<std::int64_t>();
    }
    if (is_stopped(options)) {
        outcome.failures.emplace_back("interrupted");
        return false;
    }
    if (said.code == kTimeoutCode) {
        outcome.failures.push_back("no answer within " + std::to_string(limit_s) + " s");
        return false;
    }
    if (said.code != 0 && !outcome.result.contains("error")) {
        outcome.result["error"] = reason(said, "the session ended during the turn");
    }
    outcome.failures = judge(turn.expect, outcome.result, outcome.duration_ms);
    return told;
}

} // namespace

bool is_stopped(const RunOptions& options) {
    pollfd ready{options.stop, POLLIN, 0};
    return options.stop >= 0 && ::poll(&ready, 1, 0) > 0;
}

bool Outcome::passed() const {
    return error.empty() && failed_turns() == 0;
}

std::size_t Outcome::failed_turns() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        turns, [](const TurnOutcome& turn) { return !turn.ran || !turn.failures.empty(); }));
}

Outcome run_conversation(const Conversation& conversation, const RunOptions& options) {
    Outcome outcome;
    outcome.turns.resize(conversation.turns.size());
    for (TurnOutcome& turn : outcome.turns) {
        turn.result = nlohmann::ordered_json::object();
    }
    if (is_stopped(options)) {
        outcome.error = "interrupted";
        return outcome;
    }
    const auto began = Clock::now();
    const std::string name = "test-" + base::new_cell_id();
    std::int64_t longest_s = options.turn_limit_s;
    for (const TestTurn& turn : conversation.turns) {
        longest_s = std::max<std::int64_t>(
            longest_s, std::llround(std::ceil(turn.expect.within_s.value_or(0))));
    }
    std::vector<std::string> start{"agent",          "start",
                                   "--name",         name,
                                   "--idle-timeout", std::to_string(longest_s + kAbandonedS),
                                   "--grace",        std::to_string(options.grace_s)};
    const std::string& entrypoint =
        conversation.entrypoint.empty() ? options.entrypoint : conversation.entrypoint;
    if (!entrypoint.empty()) {
        start.push_back(entrypoint);
    }
    const Ran started = run_k(std::move(start), {}, options.stop);
    if (started.code == 0) {
        for (std::size_t i = 0; i < outcome.turns.size() && !is_stopped(options); ++i) {
            if (!take_turn(name, conversation.turns[i], options, outcome.turns[i])) {
                break;
            }
        }
    } else {
        outcome.error =
            is_stopped(options) ? "interrupted" : reason(started, "the agent could not be started");
    }
    // Also after a start that was cut short: whatever there is of it goes.
    const Ran killed = run_k({"kill", name}, {}, -1);
    if (killed.code != 0 && started.code == 0) {
        outcome.error = "the agent was not stopped: " + reason(killed, base::trimmed(killed.out));
    }
    outcome.duration_ms = ms_since(began);
    return outcome;
}

} // namespace kept::cli
