// What things cost without kept: a process, a shell on a pseudo-terminal, a round trip, a drained
// stream. The other programs here measure the same floors again, in turns with what they compare.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "support/bare_shell.h"
#include "support/proc.h"
#include "support/process.h"
#include "support/sandbox.h"
#include "support/table.h"
#include "support/workload.h"

namespace {

using namespace kept::bench;

template <typename Measure> std::vector<double> repeat(int times, Measure measure) {
    std::vector<double> values;
    for (int at = 0; at < times; ++at) {
        values.push_back(measure());
    }
    return values;
}

void print(const char* name, const std::vector<double>& us) {
    std::printf("%-44s %10s %10s\n", name, time_text(median(us)).c_str(),
                time_text(quantile(us, 0.9)).c_str());
    std::fflush(stdout);
}

int measure(const std::string& directory, int times) {
    std::printf("%s\n\n%-44s %10s %10s\n", machine().c_str(), "floor", "median", "90 %");
    print("start and end of a static program", repeat(times, [] { return start_and_exit().us; }));
    print("bash -c 'echo hello'",
          repeat(times, [] { return must_run({"/bin/bash", "-c", "echo hello"}).us; }));
    print("bash on a pty to its first prompt", repeat(times, first_prompt_us));
    BareShell shell;
    print("echo hello in a running bash on a pty",
          repeat(times, [&] { return round_trip_us(shell); }));
    for (const auto& load : workloads(directory)) {
        const auto drain = [&] {
            const auto start = Clock::now();
            shell.run(load.command);
            return elapsed_us(start);
        };
        print(("drain of " + load.name).c_str(), repeat(times < 50 ? 1 : 5, drain));
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (exit_at_once(argc, argv)) {
        return 0;
    }
    const int times = argc > 1 ? std::atoi(argv[1]) : 200;
    if (argc > 2 || times < 1) {
        std::fprintf(stderr, "usage: %s [repetitions]\n", argv[0]);
        return 2;
    }
    return in_sandbox([&](const std::string& directory) { return measure(directory, times); });
}
