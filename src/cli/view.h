#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "control/messages.h"

namespace kept::cli {

/// Text fit for one line of somebody's terminal: line breaks and tabs become spaces, other control
/// characters are shown as `\x07`.
std::string one_line(std::string_view text);

/// Whether colours are welcome on standard output: a terminal, and no $NO_COLOR.
bool colours_wanted();

/// How `watch` and `history` mark an event, without a line break; empty for one that they do not
/// show.
std::string event_mark(const control::EventInfo& event, bool colours);

/// Puts output, which comes in pieces, and marks together into whole lines.
class LineJoiner {
public:
    /// `line` receives each line without its line break; unfinished ones too when `flush` is
    /// called.
    explicit LineJoiner(std::function<void(std::string_view)> line) : line_(std::move(line)) {}

    void output(std::string_view bytes);
    /// A line of its own: ends an unfinished one first.
    void mark(std::string_view text);
    void flush();

private:
    std::function<void(std::string_view)> line_;
    std::string pending_;
};

} // namespace kept::cli
