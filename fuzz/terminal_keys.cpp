// What a caller may give as keys, as a mouse action and as a paste: typed or refused, in any modes.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "terminal/keys.h"
#include "terminal/mouse.h"

using namespace kept;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kHead = 4;
    if (size < kHead) {
        return 0;
    }
    vt::Modes modes;
    modes.application_cursor = (data[0] & 1U) != 0;
    modes.application_keypad = (data[0] & 2U) != 0;
    modes.bracketed_paste = (data[0] & 4U) != 0;
    modes.newline = (data[0] & 8U) != 0;
    modes.modify_other_keys = data[1] % 3;
    modes.kitty_keyboard = data[1] / 3 & 31U;
    modes.mouse = static_cast<vt::MouseTracking>(data[2] % 5);
    modes.mouse_encoding = static_cast<vt::MouseEncoding>(data[3] % 5);
    const std::string_view words(reinterpret_cast<const char*>(data) + kHead, size - kHead);

    if (const auto parts = terminal::encode_keys(words, modes)) {
        std::size_t total = 0;
        for (const auto& part : *parts) {
            total += part.size();
        }
        if (parts->empty() || total > terminal::kMostKeyBytes) {
            __builtin_trap();
        }
    }
    if (const auto action = terminal::parse_mouse(words)) {
        static_cast<void>(terminal::encode_mouse(*action, modes, {data[2] + 1, data[3] + 1}));
    }
    const auto paste = terminal::encode_paste(words, modes);
    constexpr std::string_view kEnd = "\x1b[201~";
    if (modes.bracketed_paste && paste.find(kEnd) != paste.size() - kEnd.size()) {
        __builtin_trap();
    }
    return 0;
}
