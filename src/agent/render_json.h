#pragma once

#include "agent/model.h"
#include "agent/turn.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kept::agent {

/// What `status` tells. Absent values are left out, as the reference does.
struct Status {
    int port = 0;
    int pid = 0;
    std::string project_dir;
    std::string entrypoint;
    std::string project_type;    ///< node, uv or pip
    std::int64_t started_ms = 0; ///< Unix milliseconds
    std::int64_t uptime_seconds = 0;
    std::uint64_t turns = 0;
    bool turn_in_progress = false;
    std::string agent_state;
    std::string agent_id;
    std::vector<std::string> tools;
    std::string instructions;
    std::string log_path;
    std::int64_t idle_timeout_seconds = 0;
    std::int64_t idle_seconds = 0;
    std::uint64_t unseen_events = 0;
    std::string sdk;         ///< ours: js or python
    std::string sdk_version; ///< ours
    bool responding = true;  ///< ours: a ping was answered just now
};

/// All of these: one line, without a final line break; `, ` and `: ` as separators, non-ASCII
/// written as itself, ill-formed UTF-8 replaced.

/// One event with the fields that apply. In an NDJSON stream `seq` numbers it and `cell_id`, unless
/// empty, is the turn that it belongs to.
std::string event_json(const Event& event);
std::string event_json(const Event& event, std::uint64_t seq, std::string_view cell_id = {});

/// The object that `say --json` prints; with `logs`, what the agent printed during the turn.
std::string say_json(const TurnResult& turn, std::int64_t duration_ms, std::string_view cell_id,
                     const std::vector<std::string>* logs = nullptr);

std::string status_json(const Status& status);
std::string history_json(const std::vector<Event>& items);
std::string info_json(const AgentInfo& info, const Framework& framework);
std::string usage_json(const Usage& usage);

/// `usage` as a table for a person, one model a line.
std::string usage_text(const Usage& usage);

/// Unix milliseconds as RFC 3339 in UTC with microseconds, as every `ts` of ours.
std::string timestamp(std::int64_t unix_ms);

} // namespace kept::agent
