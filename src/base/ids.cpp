#include "base/ids.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <sys/random.h>

namespace kept::base {

namespace {
constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::size_t kMaxSessionName = 64;

bool is_name_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}
} // namespace

std::string random_hex(std::size_t digits) {
    std::string out;
    out.reserve(digits);
    while (out.size() < digits) {
        std::array<unsigned char, 16> bytes{};
        const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
        if (got < 0) {
            if (errno == EINTR) {
                continue;
            }
            std::abort(); // without randomness no nonce can be trusted
        }
        for (std::size_t i = 0; i < static_cast<std::size_t>(got) && out.size() < digits; ++i) {
            out.push_back(kHexDigits[bytes[i] & 0x0fU]);
        }
    }
    return out;
}

bool is_cell_id(std::string_view text) {
    return text.size() == 12 && std::ranges::all_of(text, [](char c) {
               return kHexDigits.find(c) != std::string_view::npos;
           });
}

bool is_session_name(std::string_view text) {
    return !text.empty() && text.size() <= kMaxSessionName && text != "." &&
           text.find("..") == std::string_view::npos &&
           std::ranges::all_of(text, is_name_character);
}

} // namespace kept::base
