#include "terminal/guest_output.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace {

std::string passed(std::string_view bytes, std::size_t piece) {
    std::string out;
    kept::terminal::GuestOutput guest;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        guest.feed(bytes.substr(at, piece), out);
    }
    return out;
}

} // namespace

/// The same comes out however the input is cut, what has passed once passes again unchanged, and
/// nothing that a terminal answers is among it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string whole = passed(bytes, size);
    if (whole != passed(bytes, data[0] % 16 + std::size_t{1}) ||
        passed(whole + 'x', size + 9) != whole + 'x') {
        __builtin_trap();
    }
    for (const std::string_view banned :
         {"\x05", "\x1b[c", "\x1b[6n", "\x1b[?u", "\x1bP", "\x1bZ"}) {
        if (whole.find(banned) != std::string::npos) {
            __builtin_trap();
        }
    }
    return 0;
}
