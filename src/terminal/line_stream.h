#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace kept::terminal {

/// One line of output as the old line-oriented frames know it: without control sequences and outer
/// white space.
struct CleanLine {
    std::string text;
    std::uint64_t begin = 0; ///< offset of its first byte
    std::uint64_t end = 0;   ///< just past its line feed
};

/// Cuts output into lines.
class LineStream {
public:
    /// A longer line is given in pieces of this size.
    static constexpr std::size_t kLongest = 64UL * 1024;

    explicit LineStream(std::function<void(CleanLine)> sink) : sink_(std::move(sink)) {}

    void start(std::uint64_t offset);
    void feed(std::string_view bytes, std::uint64_t begin);

    /// The line that has no line feed yet.
    [[nodiscard]] CleanLine unfinished() const;

private:
    std::function<void(CleanLine)> sink_;
    std::string held_;
    std::uint64_t begin_ = 0;
};

} // namespace kept::terminal
