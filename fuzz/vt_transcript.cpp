#include "vt/transcript.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

/// A transcript is the same however its input is cut. Repeated, the input is long enough for the
/// ways that skip the emulator.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) {
        return 0;
    }
    const kept::vt::Size screen{data[0] % 64, data[1] % 16};
    std::string bytes;
    do {
        bytes.append(reinterpret_cast<const char*>(data) + 3, size - 3);
    } while (size > 3 && bytes.size() < 8192);
    std::string cut;
    kept::vt::Transcript transcript(screen, [&](std::string_view text) { cut.append(text); });
    const std::size_t piece = data[2] + std::size_t{1};
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        transcript.feed(std::string_view(bytes).substr(at, piece));
    }
    transcript.finish();
    if (cut != kept::vt::render_text(bytes, screen)) {
        __builtin_trap();
    }
    return 0;
}
