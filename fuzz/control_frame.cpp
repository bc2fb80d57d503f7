#include "control/frame.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace {

struct Read {
    std::string frames; ///< written again
    bool failed = false;
};

Read read_cut(std::string_view stream, std::size_t piece) {
    kept::control::FrameReader reader;
    Read read;
    for (std::size_t at = 0; at < stream.size() && !read.failed; at += piece) {
        reader.feed(stream.substr(at, piece));
        auto frame = reader.next();
        for (; frame && *frame; frame = reader.next()) {
            kept::control::append_frame(read.frames, (*frame)->type, (*frame)->payload);
        }
        read.failed = !frame;
    }
    return read;
}

} // namespace

/// Frames are the same however the stream is cut; written again they are the bytes that were read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Read whole = read_cut(stream, size);
    const Read cut = read_cut(stream, data[0] % 16 + std::size_t{1});
    if (whole.frames != cut.frames || whole.failed != cut.failed ||
        !stream.starts_with(whole.frames)) {
        __builtin_trap();
    }
    return 0;
}
