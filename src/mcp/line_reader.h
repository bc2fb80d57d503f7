#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kept::mcp {

/// Cuts a stream into lines. A line longer than the limit is skipped to its end and told once.
class LineReader {
public:
    explicit LineReader(std::size_t limit) : limit_(limit) {}

    void feed(std::string_view bytes);

    struct Line {
        std::string text;
        bool too_long = false;
    };

    /// The next whole line, without its line feed and carriage return.
    std::optional<Line> next();

private:
    std::size_t limit_;
    std::string held_;
    std::size_t from_ = 0;    ///< where the next line begins
    std::size_t scanned_ = 0; ///< no line feed stands before it
    bool skipping_ = false;
};

} // namespace kept::mcp
