#include "terminal/marks.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view kNonce = "0f3a";

std::string filtered(std::string_view bytes, std::size_t piece) {
    std::string out;
    kept::terminal::MarkFilter filter{std::string(kNonce),
                                      [&](std::string_view text) { out += text; }};
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        filter.feed(bytes.substr(at, piece));
    }
    filter.finish();
    return out;
}

} // namespace

/// The filter gives the same however its input is cut, leaves a stream without the nonce alone, and
/// takes nothing of what stands before a mark.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string whole = filtered(bytes, size);
    if (whole != filtered(bytes, data[0] % 16 + std::size_t{1})) {
        __builtin_trap();
    }
    const std::string mark = "\x1b]133;D;0;n=" + std::string(kNonce) + "\a";
    if (bytes.find(kNonce) == std::string_view::npos &&
        (whole != bytes || filtered(std::string(bytes) + mark, 7) != bytes)) {
        __builtin_trap();
    }
    static_cast<void>(kept::terminal::parse_mark(bytes, kNonce));
    return 0;
}
