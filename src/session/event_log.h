#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "control/messages.h"

namespace kept::session {

/// The journal's events, one JSON object a line, in `events.ndjson`. When that has reached
/// kMaxBytes it becomes `events.old.ndjson`, replacing the one before, so that both together stay
/// bounded.
class EventLog {
public:
    static constexpr std::uint64_t kMaxBytes = 4ULL * 1024 * 1024;

    explicit EventLog(std::string directory);

    /// Writes the event as one line in one write(2): a reader sees it whole or not at all.
    void append(const control::EventInfo& event);

    /// Notes that output went on at `offset` at that time; recordings are replayed from these.
    void append_timing(std::uint64_t seq, std::uint64_t offset, std::int64_t wall_us);

private:
    void write_line(std::string line);

    std::string directory_;
    base::Fd file_;
    std::uint64_t size_ = 0;
    bool cut_ = false; ///< the last line is not whole: the disk was full
};

/// Calls `sink` with each event in a journal's directory, oldest first. Lines that are cut short or
/// are no events are passed over.
void read_events(const std::string& directory,
                 const std::function<void(const control::EventInfo&)>& sink);

/// The same, and with each note of append_timing in its place among them.
void read_timeline(
    const std::string& directory, const std::function<void(const control::EventInfo&)>& on_event,
    const std::function<void(std::uint64_t offset, std::int64_t wall_us)>& on_output);

} // namespace kept::session
