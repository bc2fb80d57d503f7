// kept as a whole, as its users meet it: whole processes, real shells, real files. Everything is
// measured in turns with its floor (bare_shell.h, start_and_exit), so that a busy or a slow machine
// changes both, and reported as a ratio. The targets are those of the project's design.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/bare_shell.h"
#include "support/proc.h"
#include "support/process.h"
#include "support/sandbox.h"
#include "support/subject.h"
#include "support/table.h"
#include "support/workload.h"
#include "vt/screen.h"

namespace {

using namespace kept::bench;

constexpr double kRunLimit = 2;
constexpr double kNewLimit = 2;
constexpr double kFireExtraUs = 1000;        // beside three starts of the client
constexpr double kThroughputLimit = 1 / 0.9; // 90 % of the bare drain
constexpr double kScreenLimit = 1.1;         // what the screen may cost it
constexpr double kFloodLimit = 5;
constexpr double kCrowdLimit = 2;
constexpr double kListLimitUs = 50'000;
constexpr double kMemoryLimit_KiB = 300;
/// The same where much has been written: the lines above the screen, which have a bound of their
/// own, count as well.
constexpr double kFloodedLimit_KiB =
    kMemoryLimit_KiB + static_cast<double>(kept::vt::kDefaultScrollbackBytes) / 1024;
constexpr double kDiskLimit_MiB = 64;
constexpr int kFlooding = 20;
constexpr std::size_t kFloorSamples = 50; // while a crowd is created

/// How often each thing is measured.
struct Plan {
    int calls = 300;
    int creations = 60;
    int fires = 100;
    int drains = 7;
    int flooded_calls = 100;
    std::vector<int> crowds{1, 10, 100, 1000};
};

Plan quick_plan() {
    return {.calls = 60,
            .creations = 15,
            .fires = 20,
            .drains = 2,
            .flooded_calls = 25,
            .crowds = {1, 10, 100}};
}

class Bench {
public:
    Bench(const Subject& kept, const Plan& plan, std::string directory)
        : kept_(kept), plan_(plan), directory_(std::move(directory)) {}

    void start() {
        std::vector<double> subject;
        std::vector<double> floor;
        for (int at = 0; at < plan_.calls; ++at) {
            floor.push_back(start_and_exit().us);
            subject.push_back(kept_.k({"--version"}).us);
        }
        add(ratio_row("k --version / a static program", subject, floor, 0));
    }

    void run() {
        kept_.k({"new", "run", "bash"});
        BareShell shell;
        std::vector<double> subject;
        std::vector<double> floor;
        for (int at = 0; at < plan_.calls; ++at) {
            floor.push_back(start_and_exit().us + round_trip_us(shell));
            subject.push_back(kept_.hello_us("run"));
        }
        add(ratio_row("k run s 'echo hello' / static program + round trip", subject, floor,
                      kRunLimit));
        kept_.k({"kill", "run"});
    }

    void create() {
        std::vector<double> subject;
        std::vector<double> floor;
        std::vector<double> kills;
        for (int at = 0; at < plan_.creations; ++at) {
            floor.push_back(start_and_exit().us + first_prompt_us());
            subject.push_back(kept_.k({"new", "new", "bash"}).us);
            kills.push_back(kept_.k({"kill", "new"}).us);
        }
        add(ratio_row("k new s bash / static program + first prompt", subject, floor, kNewLimit));
        add(ratio_row("k kill s / static program + first prompt", kills, floor, 0));
    }

    void fire() {
        kept_.k({"new", "fire", "bash"});
        std::vector<double> subject;
        std::vector<double> floor;
        for (int at = 0; at < plan_.fires; ++at) {
            double starts = 0;
            for (int client = 0; client < 3; ++client) {
                starts += kept_.k({"--version"}).us;
            }
            floor.push_back(starts + kFireExtraUs);
            subject.push_back(kept_.fire_us("fire"));
        }
        add(ratio_row("k fire, km -1, k poll / 3 client starts + 1 ms", subject, floor, 1));
        kept_.k({"kill", "fire"});
    }

    void throughput() {
        for (const auto& load : workloads(directory_)) {
            kept_.k({"new", "flow", "bash"});
            BareShell shell;
            std::vector<double> subject;
            std::vector<double> floor;
            std::size_t bytes = 0;
            for (int at = 0; at < plan_.drains; ++at) {
                const auto start = Clock::now();
                bytes = shell.run(load.command);
                floor.push_back(elapsed_us(start));
                subject.push_back(
                    kept_.k({"run", "-t", "300", "flow", load.command}, Output::discarded).us);
            }
            add_rates("k run: " + load.name + " / bare drain", subject, floor, kThroughputLimit,
                      bytes);
            const auto wanted = must_run({"/bin/bash", "-c", load.command}).output;
            const auto got = kept_.k({"run", "-t", "300", "flow", load.command}).output;
            if (got != wanted) {
                give_up("k run '" + load.command + "' gave " + std::to_string(got.size()) +
                        " bytes, not the " + std::to_string(wanted.size()) + " there are");
            }
            if (load.name == "seq 1 1000000") {
                add_flooded("flow", load.name, load.command);
            }
            kept_.k({"kill", "flow"});
        }
    }

    /// What reading a pseudo-terminal costs when the bytes go to a screen with scrollback.
    void screen() {
        for (const auto& load : workloads(directory_)) {
            kept::vt::Screen screen({160, 50}, nullptr, 0, kept::vt::kDefaultScrollbackBytes);
            BareShell shown([&](std::string_view bytes) { screen.feed(bytes); });
            BareShell bare;
            std::vector<double> subject;
            std::vector<double> floor;
            std::size_t bytes = 0;
            for (int at = 0; at < 2 * plan_.drains; ++at) {
                auto start = Clock::now();
                bytes = bare.run(load.command);
                floor.push_back(elapsed_us(start));
                start = Clock::now();
                shown.run(load.command);
                subject.push_back(elapsed_us(start));
            }
            add_rates("drain to a screen: " + load.name + " / bare drain", subject, floor,
                      kScreenLimit, bytes);
        }
    }

    void flood() {
        kept_.k({"new", "quiet", "bash"});
        BareShell shell;
        std::vector<double> idle;
        std::vector<double> idle_floor;
        calls_into("quiet", shell, idle, idle_floor);
        std::vector<pid_t> daemons;
        for (int at = 0; at < kFlooding; ++at) {
            const std::string name = "flood" + std::to_string(at);
            kept_.k({"new", name, "bash"});
            kept_.k({"fire", "-t", "600", name,
                     "yes the quick brown fox jumps over the lazy dog again and again"});
            daemons.push_back(kept_.daemon_of(name));
        }
        std::vector<double> flooded;
        std::vector<double> flooded_floor;
        calls_into("quiet", shell, flooded, flooded_floor);
        add_memory("flooding daemon", daemons, kFloodedLimit_KiB);
        for (int at = 0; at < kFlooding; ++at) {
            kept_.k({"kill", "flood" + std::to_string(at)});
        }
        calls_into("quiet", shell, idle, idle_floor);
        const std::string beside = " beside " + std::to_string(kFlooding) + " floods / idle";
        add(ratio_row("k run" + beside, flooded, idle, kFloodLimit));
        add(ratio_row("static program + round trip" + beside, flooded_floor, idle_floor, 0));
        kept_.k({"kill", "quiet"});
        add_disk();
    }

    void crowd() {
        BareShell shell;
        std::vector<double> alone;
        std::vector<pid_t> daemons;
        std::size_t there = 0;
        for (const int wanted : plan_.crowds) {
            const std::string of = " (" + std::to_string(wanted) + " sessions)";
            std::vector<double> creations;
            std::vector<double> creation_floor;
            const std::size_t stride = std::max<std::size_t>(
                1, (static_cast<std::size_t>(wanted) - there) / kFloorSamples);
            for (; there < static_cast<std::size_t>(wanted); ++there) {
                if (there % stride == 0) {
                    creation_floor.push_back(start_and_exit().us + first_prompt_us());
                }
                creations.push_back(kept_.k({"new", name(there), "bash"}).us);
            }
            for (std::size_t at = daemons.size(); at < there; ++at) {
                daemons.push_back(kept_.daemon_of(name(at)));
                (void)kept_.hello_us(name(at));
            }
            if (wanted > 1) {
                add(ratio_row("k new" + of, creations, creation_floor, kNewLimit));
            }
            add_calls(of, shell, alone);
            add_memory("daemon" + of, daemons);
            if (wanted == 100) {
                add_wakeups(daemons);
            }
        }
    }

    [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

private:
    static std::string name(std::size_t at) { return "s" + std::to_string(at); }

    void add(Row row) {
        std::fprintf(stderr, "  %s: %s\n", row.name.c_str(),
                     (row.ratio.empty() ? row.subject : row.ratio).c_str());
        rows_.push_back(std::move(row));
    }

    void add_rates(const std::string& what, const std::vector<double>& subject,
                   const std::vector<double>& floor, double limit, std::size_t bytes) {
        Row row = ratio_row(what, subject, floor, limit);
        for (auto* side : {&row.subject, &row.floor}) {
            const double us = median(side == &row.subject ? subject : floor);
            *side +=
                " " + std::to_string(static_cast<int>(static_cast<double>(bytes) / us)) + " MB/s";
        }
        add(row);
    }

    void calls_into(const std::string& session, BareShell& shell, std::vector<double>& subject,
                    std::vector<double>& floor) const {
        for (int at = 0; at < plan_.flooded_calls; ++at) {
            floor.push_back(start_and_exit().us + round_trip_us(shell));
            subject.push_back(kept_.hello_us(session));
        }
    }

    /// run, ls and their floors in a crowd of that size; the first crowd is the one alone.
    void add_calls(const std::string& of, BareShell& shell, std::vector<double>& alone) {
        std::vector<double> runs;
        std::vector<double> floor;
        std::vector<double> lists;
        for (int at = 0; at < plan_.flooded_calls; ++at) {
            floor.push_back(start_and_exit().us + round_trip_us(shell));
            runs.push_back(kept_.hello_us(name(0)));
            lists.push_back(kept_.k({"ls"}).us);
        }
        if (alone.empty()) {
            alone = runs;
        } else {
            add(ratio_row("k run" + of + " / alone", runs, alone, kCrowdLimit));
        }
        add(ratio_row("k run" + of + " / static program + round trip", runs, floor, 0));
        Row row = ratio_row("k ls" + of + " / static program + round trip", lists, floor, 0);
        row.target = "below " + time_text(kListLimitUs);
        row.met = median(lists) < kListLimitUs;
        add(row);
    }

    /// Proportional set size of daemons, their shells excluded. A few of them share the program's
    /// own pages among few: what is judged then is the memory that is theirs alone.
    void add_memory(const std::string& what, const std::vector<pid_t>& daemons,
                    double limit_KiB = kMemoryLimit_KiB) {
        std::vector<double> pss;
        std::vector<double> own;
        for (const pid_t daemon : daemons) {
            const auto memory = memory_of(daemon);
            pss.push_back(memory.pss);
            own.push_back(memory.pss_anonymous);
        }
        const auto kibibytes = [](double value) {
            return std::to_string(static_cast<int>(value)) + " KiB";
        };
        const bool many = daemons.size() >= 100;
        const auto& judged = many ? pss : own;
        add({(many ? "PSS of a " : "anonymous memory of a ") + what + ", largest " +
                 kibibytes(quantile(judged, 1)),
             kibibytes(median(judged)), "", "", "below " + kibibytes(limit_KiB),
             median(judged) < limit_KiB});
    }

    /// What a daemon holds after much output: the scrollback, and nothing else if the program
    /// erased that.
    void add_flooded(const std::string& session, const std::string& output,
                     const std::string& command) {
        const pid_t daemon = kept_.daemon_of(session);
        await_rest(daemon);
        add_memory("daemon after " + output, {daemon}, kFloodedLimit_KiB);
        kept_.k({"run", "-t", "300", session, command + "; printf '\\033[3J'"}, Output::discarded);
        await_rest(daemon);
        add_memory("daemon after " + output + " and CSI 3 J", {daemon});
    }

    /// Memory is given back a little after a flood.
    static void await_rest(pid_t daemon) {
        for (double before = 0, now = memory_of(daemon).pss_anonymous; now != before;) {
            std::this_thread::sleep_for(std::chrono::milliseconds(600));
            before = std::exchange(now, memory_of(daemon).pss_anonymous);
        }
    }

    /// What a session keeps on disk after more output than it may keep.
    void add_disk() {
        kept_.k({"new", "disk", "bash"});
        const std::string command =
            "yes the quick brown fox jumps over the lazy dog | head -c 100000000";
        kept_.k({"run", "-t", "300", "disk", command}, Output::discarded);
        double bytes = 0;
        std::error_code ignored;
        for (const auto& file :
             std::filesystem::recursive_directory_iterator(kept_.state() + "/disk", ignored)) {
            if (file.is_regular_file(ignored)) {
                bytes += static_cast<double>(file.file_size(ignored));
            }
        }
        const double mebibytes = bytes / 1024 / 1024;
        add({"journal after 100 MB of output", std::to_string(static_cast<int>(mebibytes)) + " MiB",
             "", "", "at most " + std::to_string(static_cast<int>(kDiskLimit_MiB)) + " MiB",
             mebibytes <= kDiskLimit_MiB});
        add_flooded("disk", "100 MB of output", command);
        kept_.k({"kill", "disk"});
    }

    /// How often idle daemons were scheduled in a while: a count, so the while may be any.
    void add_wakeups(const std::vector<pid_t>& daemons) {
        const auto total = [&] {
            std::int64_t sum = 0;
            for (const pid_t daemon : daemons) {
                sum += wakeups_of(daemon);
            }
            return sum;
        };
        const auto before = total();
        std::this_thread::sleep_for(std::chrono::seconds(3));
        const auto count = total() - before;
        add({"wake-ups of " + std::to_string(daemons.size()) + " idle daemons in 3 s",
             std::to_string(count), "", "", "none", count == 0});
    }

    const Subject& kept_;
    const Plan& plan_;
    std::string directory_;
    std::vector<Row> rows_;
};

int measure(const std::string& programs, const std::string& directory, const Plan& plan,
            std::string_view only) {
    const Subject kept(programs, directory);
    Bench bench(kept, plan, directory);
    struct Part {
        std::string_view name;
        void (Bench::*measure)();
    };
    constexpr std::array<Part, 8> kParts{{{"start", &Bench::start},
                                          {"run", &Bench::run},
                                          {"new", &Bench::create},
                                          {"fire", &Bench::fire},
                                          {"throughput", &Bench::throughput},
                                          {"screen", &Bench::screen},
                                          {"flood", &Bench::flood},
                                          {"crowd", &Bench::crowd}}};
    bool any = false;
    for (const auto& part : kParts) {
        if (only.empty() || only == part.name) {
            any = true;
            (bench.*part.measure)();
        }
    }
    if (!any) {
        give_up("no part '" + std::string(only) +
                "'; there are start, run, new, fire, throughput, screen, flood, crowd");
    }
    std::printf("%s\n\n%s", machine().c_str(), table_text(bench.rows()).c_str());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (exit_at_once(argc, argv)) {
        return 0;
    }
    Plan plan;
    std::string_view only;
    for (int at = 1; at < argc; ++at) {
        const std::string_view word = argv[at];
        if (word == "--quick") {
            plan = quick_plan();
        } else if (!word.starts_with("-") && only.empty()) {
            only = word;
        } else {
            std::fprintf(stderr, "usage: %s [--quick] [part]\n", argv[0]);
            return 2;
        }
    }
    const char* chosen = std::getenv("KEPT_BIN");
    const std::string programs =
        chosen != nullptr ? chosen : std::filesystem::path(own_path()).parent_path().string();
    return in_sandbox(
        [&](const std::string& directory) { return measure(programs, directory, plan, only); });
}
