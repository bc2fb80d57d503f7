#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace kept::bench {

using Clock = std::chrono::steady_clock;

/// Microseconds since `start`.
double elapsed_us(Clock::time_point start);

/// Says why on standard error and ends the measuring process at once; its supervisor cleans up.
[[noreturn]] void give_up(const std::string& why);

/// From now on the measuring process gives up, naming `what`, when the next step is not announced
/// in two minutes: nothing measured here takes that long unless it hangs.
void announce_step(const std::string& what);

/// Where a program's standard output goes.
enum class Output { kept, discarded };

/// What one whole process did, from before its start until it was reaped.
struct Finished {
    double us = 0;
    int exit_code = 0; ///< 128 + signal when a signal ended it
    std::string output;
};

/// Starts `argv` (argv[0] a path) with this environment and no input, and waits for its end.
Finished run_program(const std::vector<std::string>& argv, Output output = Output::kept);

/// The same; gives up unless it exits with 0.
Finished must_run(const std::vector<std::string>& argv, Output output = Output::kept);

/// Path of this program.
std::string own_path();

/// The cheapest process there is to compare with: a static program that returns from main.
/// `main` must hand over to exit_at_once first.
Finished start_and_exit();

/// True when this process was started by start_and_exit and should return 0.
bool exit_at_once(int argc, char** argv);

} // namespace kept::bench
