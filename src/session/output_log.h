#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "control/cell_info.h"
#include "session/errors.h"

namespace kept::session {

using control::Range;

/// The journal's bytes on disk: `output.log` holds those from offset 0, `output.log.<offset>` those
/// from that offset on. The oldest file goes first when the journal has reached its limit.
struct Segment {
    std::uint64_t begin = 0;
    std::uint64_t size = 0;
    std::string path;
};

/// All segments in a journal's directory, in order.
std::vector<Segment> list_segments(const std::string& directory);

/// Gives the bytes of `range` that are still there, in pieces and in order; returns how many were
/// missing.
std::uint64_t read_output(const std::vector<Segment>& segments, Range range,
                          const std::function<void(std::string_view)>& sink);

/// Appends a program's output. Bytes are kept in memory until flush() or kFlushAt, whichever is
/// first; an offset once given to a byte never changes, also when a full disk loses some.
class OutputLog {
public:
    /// Least and most that one file may hold, whatever the limit: small ones keep the bound tight,
    /// large ones keep the number of files low.
    static constexpr std::uint64_t kLeastSegment = 16ULL * 1024;
    static constexpr std::uint64_t kMostSegment = 8ULL * 1024 * 1024;
    static constexpr std::size_t kFlushAt = 64UL * 1024;

    /// Starts a new log in an existing directory. `limit` bounds the bytes on disk (at least 64
    /// KiB).
    OutputLog(std::string directory, std::uint64_t limit);

    void append(std::string_view bytes);

    /// Writes out what is held. A full disk drops it; the loss is counted.
    void flush();

    /// Offset of the next byte.
    [[nodiscard]] std::uint64_t end() const { return end_; }

    /// Offset of the oldest byte kept.
    [[nodiscard]] std::uint64_t begin() const;

    [[nodiscard]] std::uint64_t bytes_on_disk() const;

    /// Bytes that could not be written.
    [[nodiscard]] std::uint64_t lost() const { return lost_; }

    /// Flushes, then as read_output.
    std::uint64_t read(Range range, const std::function<void(std::string_view)>& sink);

private:
    void write_out(std::string_view bytes);
    bool open_segment(std::uint64_t begin);
    void drop_oldest(std::uint64_t room);

    std::string directory_;
    std::uint64_t limit_;
    std::uint64_t segment_size_;
    std::vector<Segment> segments_;
    base::Fd current_;
    std::string held_;
    std::uint64_t end_ = 0;
    std::uint64_t lost_ = 0;
};

} // namespace kept::session
