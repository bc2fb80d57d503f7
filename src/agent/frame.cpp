#include "agent/frame.h"

#include <cstdint>

namespace kept::agent {

namespace {

/// An emptied buffer above this size is given back: one huge reply must not stay in memory for the
/// life of the session.
constexpr std::size_t kKeptCapacity = 64U << 10U;

std::size_t read_length(std::string_view header) {
    std::uint32_t length = 0;
    for (const char c : header.substr(0, kFrameHeaderBytes)) {
        length = (length << 8U) | static_cast<unsigned char>(c);
    }
    return length;
}

} // namespace

void FrameDecoder::feed(std::string_view bytes) {
    if (failed_) {
        return;
    }
    release_taken();
    buffer_.append(bytes);
}

std::expected<std::optional<std::string_view>, FrameError> FrameDecoder::next() {
    if (failed_) {
        return std::unexpected(FrameError::oversize);
    }
    if (taken_ == buffer_.size()) {
        release_taken();
    }
    const std::string_view rest = std::string_view(buffer_).substr(taken_);
    if (rest.size() < kFrameHeaderBytes) {
        return std::nullopt;
    }
    const std::size_t length = read_length(rest);
    if (length > limit_) {
        failed_ = true;
        taken_ = 0;
        std::string().swap(buffer_);
        return std::unexpected(FrameError::oversize);
    }
    if (rest.size() - kFrameHeaderBytes < length) {
        return std::nullopt;
    }
    taken_ += kFrameHeaderBytes + length;
    return rest.substr(kFrameHeaderBytes, length);
}

void FrameDecoder::release_taken() {
    if (taken_ == buffer_.size()) {
        if (buffer_.capacity() > kKeptCapacity) {
            std::string().swap(buffer_); // assigning an empty string would keep the memory
        }
        buffer_.clear();
        taken_ = 0;
    } else if (taken_ > 0 && taken_ >= buffer_.size() - taken_) {
        // Moving only when at least half is spent keeps the cost of a byte constant.
        buffer_.erase(0, taken_);
        taken_ = 0;
    }
}

std::expected<std::string, FrameError> encode_frame(std::string_view payload, std::size_t limit) {
    if (payload.size() > limit || payload.size() > UINT32_MAX) {
        return std::unexpected(FrameError::oversize);
    }
    std::string frame;
    frame.reserve(kFrameHeaderBytes + payload.size());
    for (int shift = 24; shift >= 0; shift -= 8) {
        frame.push_back(
            static_cast<char>((payload.size() >> static_cast<unsigned>(shift)) & 0xffU));
    }
    frame.append(payload);
    return frame;
}

} // namespace kept::agent
