#include "vt/screen.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {
constexpr std::size_t kScrollbackBytes = 4096; // so that lines are dropped, too
} // namespace

/// Any bytes, cut anywhere, on a screen with scrollback that is resized in between: no crash, and
/// the cursor stays on the screen.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 4) {
        return 0;
    }
    kept::vt::Listener listener;
    kept::vt::Screen screen({data[0] % 64, data[1] % 32}, &listener, 0, kScrollbackBytes);
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 4, size - 4);
    const std::size_t cut = data[2] * bytes.size() / 255;
    screen.feed(bytes.substr(0, cut));
    screen.resize({data[2] % 64, data[3] % 32});
    screen.feed(bytes.substr(cut));
    screen.trim();
    const auto [row, col] = screen.cursor();
    if (row < 0 || col < 0 || row >= screen.size().rows || col >= screen.size().cols) {
        __builtin_trap();
    }
    static_cast<void>(screen.text_before_cursor());
    static_cast<void>(screen.repaint());
    static_cast<void>(screen.history(64));
    return 0;
}
