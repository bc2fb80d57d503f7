#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace kept::agent {

/// The largest frame accepted from an agent. The SDKs set no limit on what they send (a reply of
/// 1.1 MB arrives as one frame); this one stops a peer that announces gigabytes.
inline constexpr std::size_t kMaxFrameIn = 64U << 20U;

/// The largest frame sent to an agent: the SDKs close the connection on a larger one.
inline constexpr std::size_t kMaxFrameOut = 1U << 20U;

/// Bytes in front of each payload: its length as u32 big-endian.
inline constexpr std::size_t kFrameHeaderBytes = 4;

enum class FrameError { oversize };

/// Cuts a stream of `u32 big-endian length + payload` into payloads, however it was split. Memory
/// follows the bytes that have arrived, never the announced length.
class FrameDecoder {
public:
    explicit FrameDecoder(std::size_t limit = kMaxFrameIn) : limit_(limit) {}

    /// Takes the next bytes of the stream. After an oversize frame they are ignored.
    void feed(std::string_view bytes);

    /// The next complete payload, or nothing when more bytes are needed. The view is valid until
    /// the next call of feed or next. `oversize` is final: the stream has lost its framing.
    std::expected<std::optional<std::string_view>, FrameError> next();

    /// Bytes received and not yet handed out, headers included.
    std::size_t buffered() const { return buffer_.size() - taken_; }

    /// Bytes of memory held by the buffer.
    std::size_t capacity() const { return buffer_.capacity(); }

private:
    void release_taken();

    std::size_t limit_;
    std::string buffer_;
    std::size_t taken_ = 0;
    bool failed_ = false;
};

/// `payload` as one frame, or `oversize` when it is larger than `limit` bytes.
std::expected<std::string, FrameError> encode_frame(std::string_view payload,
                                                    std::size_t limit = kMaxFrameOut);

} // namespace kept::agent
