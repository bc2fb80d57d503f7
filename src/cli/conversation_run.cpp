#include "cli/conversation.h"

#include <algorithm>
#include <atomic>
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
#include "os/files.h"
#include "os/spawn.h"

namespace kept::cli {

namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::ordered_json;

constexpr int kTimedOut = 124;
/// An agent whose test was killed ends by itself after so long.
constexpr std::int64_t kAbandoned_s = 300;
constexpr std::size_t kMostOutput = std::size_t{1} << 30U;

std::atomic<bool> stopped{false};
static_assert(std::atomic<bool>::is_always_lock_free);

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

/// Waits for a child; with `may_stop` it is interrupted once everything is to stop.
int wait_for(pid_t pid, bool may_stop) {
    const base::Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    constexpr int kLook_ms = 100;
    while (may_stop && pidfd.get() >= 0) {
        pollfd wait{pidfd.get(), POLLIN, 0};
        if (::poll(&wait, 1, kLook_ms) > 0) {
            break;
        }
        if (stopped) {
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
Ran run_k(std::vector<std::string> words, std::string_view input, bool may_stop) {
    const base::Fd in(::memfd_create("input", MFD_CLOEXEC));
    const base::Fd out(::memfd_create("output", MFD_CLOEXEC));
    const base::Fd err(::memfd_create("errors", MFD_CLOEXEC));
    if (in.get() < 0 || out.get() < 0 || err.get() < 0 || !os::write_all(in.get(), input) ||
        ::lseek(in.get(), 0, SEEK_SET) != 0) {
        return {-1, {}, std::string("out of memory or descriptors: ") + std::strerror(errno)};
    }
    words.insert(words.begin(), "k");
    std::vector<char*> argv;
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err.get(), STDERR_FILENO);
    pid_t pid = -1;
    const int failed =
        ::posix_spawn(&pid, os::own_executable().c_str(), &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        return {-1, {}, std::string("cannot run k: ") + std::strerror(failed)};
    }
    Ran ran;
    ran.code = wait_for(pid, may_stop);
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
              turn.say, true);
    outcome.ran = true;
    outcome.duration_ms = ms_since(began);
    outcome.result = ordered_json::parse(said.out, nullptr, false);
    const bool told = outcome.result.is_object() && outcome.result.contains("events");
    if (!outcome.result.is_object()) {
        outcome.result = ordered_json::object();
    }
    if (const auto taken = outcome.result.find("duration_ms");
        taken != outcome.result.end() && taken->is_number_integer()) {
        outcome.duration_ms = taken->get<std::int64_t>();
    }
    if (stopped) {
        outcome.failures.emplace_back("interrupted");
        return false;
    }
    if (said.code == kTimedOut) {
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

void stop_conversations() {
    stopped = true;
}

bool conversations_stopped() {
    return stopped;
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
        turn.result = ordered_json::object();
    }
    if (stopped) {
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
                                   "--idle-timeout", std::to_string(longest_s + kAbandoned_s),
                                   "--grace",        std::to_string(options.grace_s)};
    const std::string& entrypoint =
        conversation.entrypoint.empty() ? options.entrypoint : conversation.entrypoint;
    if (!entrypoint.empty()) {
        start.push_back(entrypoint);
    }
    const Ran started = run_k(std::move(start), {}, true);
    if (started.code == 0) {
        for (std::size_t i = 0; i < outcome.turns.size() && !stopped; ++i) {
            if (!take_turn(name, conversation.turns[i], options, outcome.turns[i])) {
                break;
            }
        }
    } else {
        outcome.error = stopped ? "interrupted" : reason(started, "the agent could not be started");
    }
    // Also after a start that was cut short: whatever there is of it goes.
    const Ran killed = run_k({"kill", name}, {}, false);
    if (killed.code != 0 && started.code == 0) {
        outcome.error = "the agent was not stopped: " + reason(killed, base::trimmed(killed.out));
    }
    outcome.duration_ms = ms_since(began);
    return outcome;
}

} // namespace kept::cli
