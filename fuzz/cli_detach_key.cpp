#include "cli/detach_key.h"

#include <cstdint>
#include <string_view>

/// What goes on to the session is the beginning of what was typed, all of it unless the key was
/// pressed; and whether it was does not depend on how the typing is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view typed(reinterpret_cast<const char*>(data) + 1, size - 1);
    auto whole = *kept::cli::DetachKey::parse("^]");
    const std::string_view passed = whole.take(typed);
    if (!typed.starts_with(passed) || (!whole.pressed() && passed.size() != typed.size())) {
        __builtin_trap();
    }
    auto pieces = *kept::cli::DetachKey::parse("^]");
    const std::size_t piece = data[0] % 16 + std::size_t{1};
    for (std::size_t at = 0; at < typed.size() && !pieces.pressed(); at += piece) {
        static_cast<void>(pieces.take(typed.substr(at, piece)));
    }
    if (pieces.pressed() != whole.pressed()) {
        __builtin_trap();
    }
    return 0;
}
