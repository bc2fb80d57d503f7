#include "control/frame.h"

#include <algorithm>

namespace kept::control {

void append_frame(std::string& out, FrameType type, std::string_view payload) {
    const auto length = static_cast<std::uint32_t>(payload.size());
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        out.push_back(static_cast<char>(length >> shift & 0xffU));
    }
    out.push_back(static_cast<char>(type));
    out.append(payload);
}

void append_bytes(std::string& out, std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t piece = std::min(bytes.size(), kMaxFrame);
        append_frame(out, FrameType::bytes, bytes.substr(0, piece));
        bytes.remove_prefix(piece);
    }
}

void FrameReader::feed(std::string_view bytes) {
    if (at_ > 0) {
        buffer_.erase(0, at_);
        at_ = 0;
    }
    buffer_.append(bytes);
}

Result<std::optional<Frame>> FrameReader::next() {
    const std::string_view rest = std::string_view(buffer_).substr(at_);
    if (rest.size() < kFrameHeader) {
        return std::nullopt;
    }
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        length = length << 8U | static_cast<unsigned char>(rest[i]);
    }
    if (length > kMaxFrame) {
        return base::fail(ControlErrc::too_large, "a frame of " + std::to_string(length) +
                                                      " bytes; the limit is " +
                                                      std::to_string(kMaxFrame));
    }
    const char type = rest[4];
    if (type != 'J' && type != 'B') {
        return base::fail(ControlErrc::malformed, "a frame of unknown type");
    }
    if (rest.size() < kFrameHeader + length) {
        return std::nullopt;
    }
    Frame frame{type == 'J' ? FrameType::json : FrameType::bytes,
                std::string(rest.substr(kFrameHeader, length))};
    at_ += kFrameHeader + length;
    return frame;
}

} // namespace kept::control
