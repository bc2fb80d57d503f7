#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>
#include <limits>
#include <mutex>
#include <sys/signalfd.h>
#include <thread>

#include "base/fd.h"
#include "base/text.h"
#include "cli/agent.h"
#include "cli/conversation.h"
#include "cli/writer.h"

namespace kept::cli {

namespace {

constexpr int kBadUse = 2;
constexpr int kInterrupted = 130;
constexpr std::int64_t kDefaultLimitS = 120;
constexpr std::int64_t kLongestTurnS = 86'400;
constexpr std::int64_t kMostJobs = 256;

/// Becomes readable with the first signal that would have ended us, and stays so.
base::Fd watch_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        ::sigaddset(&signals, number);
    }
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    return base::Fd(::signalfd(-1, &signals, SFD_CLOEXEC));
}

/// Runs all, `jobs` at once, and tells of each as soon as those before it are done.
std::vector<Outcome> run_all(const std::vector<Conversation>& conversations,
                             const RunOptions& options, std::size_t jobs, bool tell) {
    std::vector<Outcome> outcomes(conversations.size());
    std::vector<bool> done(conversations.size());
    std::atomic<std::size_t> next{0};
    std::size_t told = 0;
    std::mutex telling;
    {
        std::vector<std::jthread> workers;
        for (std::size_t i = 0; i < std::min(jobs, conversations.size()); ++i) {
            workers.emplace_back([&] {
                for (std::size_t at = next++; at < conversations.size(); at = next++) {
                    Outcome outcome = run_conversation(conversations[at], options);
                    const std::scoped_lock lock(telling);
                    outcomes[at] = std::move(outcome);
                    done[at] = true;
                    for (; told < done.size() && done[told]; ++told) {
                        if (tell) {
                            out().put(report_text(conversations[told], outcomes[told]));
                            out().flush();
                        }
                    }
                }
            });
        }
    }
    return outcomes;
}

} // namespace

int agent_test(const Verb& verb, Arguments arguments) {
    std::optional<std::string> entrypoint;
    std::optional<std::string> limit;
    std::optional<std::string> grace;
    std::optional<std::string> jobs;
    std::optional<std::string> junit;
    bool json = false;
    Options options(verb);
    options.text("--agent", entrypoint, "ENTRY", "The entrypoint, for files that name none")
        .text("-t,--timeout", limit, "SECONDS", "For a turn that has no 'within' (120)")
        .text("--grace", grace, "SECONDS", "For an agent's shutdown callbacks at the end (0)")
        .text("-j,--jobs", jobs, "N", "So many files at once, an agent each (1)")
        .flag("--json", json, "Print one JSON object")
        .text("--junit", junit, "FILE", "Write JUnit XML into that file too")
        .note("A file is a list of turns, or a mapping with 'agent' (the entrypoint, relative to\n"
              "the file) and 'turns'. A turn is\n"
              "  - say: one margherita, please\n"
              "    expect:\n"
              "      contains: TEXT        matches: RE           not: TEXT      (or lists)\n"
              "      tool: NAME            tool: {name: NAME, arguments: {key: value}}\n"
              "      tools: none           handoff: AGENT        silent: true\n"
              "      error: TEXT           within: SECONDS\n"
              "Without 'error' an error fails the turn.\n"
              "Exit codes: 0 all passed, 1 one did not, 2 a file is wrong and nothing was run.");
    const auto files = options.parse(arguments, 1, std::numeric_limits<std::size_t>::max());
    if (!files) {
        return files.error();
    }
    const auto turn_limit = limit ? base::parse_integer(*limit, 1, kLongestTurnS) : kDefaultLimitS;
    if (!turn_limit) {
        return options.wrong("--timeout wants whole seconds, not '" + *limit + "'");
    }
    const auto grace_s = grace ? base::parse_integer(*grace, 0, kLongestTurnS) : 0;
    if (!grace_s) {
        return options.wrong("--grace wants whole seconds, not '" + *grace + "'");
    }
    const auto at_once = jobs ? base::parse_integer(*jobs, 1, kMostJobs) : 1;
    if (!at_once) {
        return options.wrong("--jobs wants a number, 1 to 256, not '" + *jobs + "'");
    }
    std::vector<Conversation> conversations;
    bool good = true;
    for (const std::string& file : *files) {
        auto loaded = load_conversation(file);
        if (loaded) {
            conversations.push_back(std::move(*loaded));
        } else {
            say(loaded.error());
            good = false;
        }
    }
    if (!good) {
        return kBadUse;
    }
    std::ofstream junit_file;
    if (junit) {
        junit_file.open(*junit, std::ios::binary | std::ios::trunc);
        if (!junit_file) {
            say(*junit + ": cannot be written");
            return kBadUse;
        }
    }

    const base::Fd stop = watch_signals();
    const RunOptions run{entrypoint.value_or(std::string()), *turn_limit, *grace_s, stop.get()};
    const auto outcomes = run_all(conversations, run, static_cast<std::size_t>(*at_once), !json);
    const auto passed = std::ranges::count_if(outcomes, &Outcome::passed);
    const auto failed = static_cast<std::ptrdiff_t>(outcomes.size()) - passed;
    if (json) {
        out().put(report_json(conversations, outcomes));
    } else {
        out().put(std::to_string(passed) + " passed, " + std::to_string(failed) + " failed\n");
    }
    out().flush();
    if (junit && !(junit_file << report_junit(conversations, outcomes) << std::flush)) {
        say(*junit + ": cannot be written");
        return 1;
    }
    if (is_stopped(run)) {
        return kInterrupted;
    }
    return failed == 0 ? 0 : 1;
}

} // namespace kept::cli
