#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "control/errors.h"

namespace kept::control {

/// Longest payload of one frame: stops a peer from making us hold gigabytes for one message.
inline constexpr std::size_t kMaxFrame = 1024 * 1024;
/// Longest piece of code or input in one request, over all its frames.
inline constexpr std::size_t kMaxCode = 16 * 1024 * 1024;
/// Bytes before the payload: length and type.
inline constexpr std::size_t kFrameHeader = 5;

enum class FrameType : std::uint8_t { json = 'J', bytes = 'B' };

struct Frame {
    FrameType type = FrameType::json;
    std::string payload;
};

/// Appends one frame to `out`. The payload must not be longer than kMaxFrame.
void append_frame(std::string& out, FrameType type, std::string_view payload);

/// Appends bytes of any length as `B` frames.
void append_bytes(std::string& out, std::string_view bytes);

/// Turns a stream of bytes, cut anywhere, into frames. Holds at most one frame and what was fed
/// with it.
class FrameReader {
public:
    void feed(std::string_view bytes);

    /// The next whole frame; empty when more bytes are needed; an error when the stream cannot be a
    /// peer of ours, after which nothing more is read.
    Result<std::optional<Frame>> next();

    /// Bytes held that are no whole frame yet.
    [[nodiscard]] std::size_t pending() const { return buffer_.size() - at_; }

private:
    std::string buffer_;
    std::size_t at_ = 0;
};

} // namespace kept::control
