#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "control/errors.h"

namespace kept::control {

/// Descriptors on which a client hands a new daemon its task: `kept serve NAME` reads the
/// specification from kSpecFd, holds the session's lock through kLockFd and reports on kReportFd.
inline constexpr int kSpecFd = 3;
inline constexpr int kLockFd = 4;
inline constexpr int kReportFd = 5;

/// Longest specification that a daemon reads.
inline constexpr std::size_t kMaxSpec = 4 * 1024 * 1024;

enum class FrameChoice { automatic, marks, prompt, hook, quiet, repeat };
enum class RcChoice { clean, user };

/// What a session of kind `agent` needs besides.
struct AgentSpec {
    std::string entrypoint; ///< a file or a directory, relative to `cwd`; empty: look for it
    int port = 0;           ///< of 127.0.0.1, on which old clients find the session; 0: none
    std::int64_t connect_limit_ms = 60'000;
    std::int64_t stop_grace_ms = 5'000;    ///< for its shutdown callbacks
    std::int64_t idle_limit_s = 0;         ///< ends when idle for so long; 0: never
    std::vector<std::string> runtime_args; ///< of its interpreter
};

/// What a session is to be; kept in the journal as `session.json`.
struct LaunchSpec {
    std::string name;
    std::string kind = "terminal";
    std::vector<std::string> command; ///< one word with spaces is a shell command line
    std::string cwd;
    std::map<std::string, std::string> environment; ///< set on top of the caller's
    int cols = 160;
    int rows = 50;
    FrameChoice frame = FrameChoice::automatic;
    std::string prompt; ///< the exact prompt, or the path of the hook
    RcChoice rc = RcChoice::clean;
    std::string use_profile; ///< by name; empty: the one that knows the command; "none": none
    std::map<std::string, std::string> labels;
    std::uint64_t journal_limit = 64ULL * 1024 * 1024;
    std::int64_t start_timeout_ms = 10'000; ///< how long to wait for the first prompt
    AgentSpec agent;
    // facts that the daemon adds
    std::int64_t created_us = 0;
    int daemon_pid = 0;
    int child_pid = 0;
    std::string profile; ///< the one in use
    std::string nonce;   ///< in every mark of ours, so that output cannot pose as one
    std::string version;
};

std::string encode(const LaunchSpec& spec);
Result<LaunchSpec> decode_launch_spec(std::string_view json);

/// What a starting daemon has found out on the way, for a person.
struct StartNotice {
    std::string text;
};

/// How a start went.
struct StartReport {
    bool ready = false;
    std::string message; ///< why not
    std::string output;  ///< the program's own last words, or an agent's greeting
};

/// What a starting daemon tells its starter, one JSON object a line: notices, if any, as they come,
/// then one report.
using StartMessage = std::variant<StartNotice, StartReport>;

std::string encode(const StartMessage& message);
Result<StartMessage> decode_start_message(std::string_view json);

std::string_view to_string(FrameChoice choice);

} // namespace kept::control
