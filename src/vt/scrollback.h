#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace kept::vt {

/// Lines that left the main screen at the top, as the bytes that show them again: text with SGR and
/// OSC 8 sequences, each line ended by '\n'. A line takes what it says and no more, knows nothing
/// of a width, and so flows to any. When the limit is passed the oldest lines go, some 64 KiB at
/// once.
class Scrollback {
public:
    explicit Scrollback(std::size_t limit);

    /// Adds whole lines, or the beginning of one: the next call goes on where this one ended. A
    /// piece must make sense on its own (no style or character may reach into it), since the ones
    /// before may be dropped.
    void append(std::string_view piece);
    /// Lines held, one that is not yet ended included.
    std::size_t lines() const { return lines_ + (open() ? 1 : 0); }
    /// True if the last line has not ended: it goes on in the top row of the screen.
    bool open() const { return !pieces_.empty() && pieces_.back().back() != '\n'; }
    bool empty() const { return pieces_.empty(); }
    /// The last `count` lines.
    std::string tail(std::size_t count) const;
    /// Bytes of the last line, its end not included; counted up to `limit` only.
    std::size_t last_line_bytes(std::size_t limit) const;
    /// Removes the last line and gives it without its end.
    std::string take_line();
    void clear();
    /// Gives back memory held for lines to come.
    void trim();
    std::size_t bytes() const { return bytes_; }
    std::size_t memory_used() const;

private:
    std::string& room_for(std::size_t bytes);
    std::size_t reserved() const;

    std::size_t limit_;
    std::size_t piece_bytes_;
    std::size_t bytes_ = 0;
    std::size_t lines_ = 0;          // ended ones
    std::deque<std::string> pieces_; // none is empty
};

} // namespace kept::vt
