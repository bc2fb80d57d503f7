#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "agent/plain_text.h"
#include "control/launch.h"
#include "vt/transcript.h"

namespace kept::daemon {

/// Output as lines for a person who looks on: each line as it stood when the cursor left it. Cursor
/// moves to earlier lines are not followed; the cell's own report has the exact picture.
class LineView {
public:
    /// Called with one line, without its line feed, and the offset just past the bytes that made
    /// it.
    using Sink = std::function<void(std::string line, std::uint64_t offset)>;

    LineView(const control::LaunchSpec& spec, Sink sink,
             vt::Transcript::Style style = vt::Transcript::Style::plain);

    /// `begin` is the offset of the first byte.
    void feed(std::string_view bytes, std::uint64_t begin);

    /// Gives the line that has no end yet, if there is any text in it.
    void finish();

private:
    void take(std::string_view text);

    Sink sink_;
    std::string line_;
    std::uint64_t offset_ = 0;
    // One of both: an agent's lines are text already, but for their colours.
    std::optional<vt::Transcript> transcript_;
    std::optional<agent::PlainText> plain_;
};

} // namespace kept::daemon
