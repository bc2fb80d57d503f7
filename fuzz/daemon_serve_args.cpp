#include "daemon/serve_args.h"

#include <cstdint>
#include <string_view>
#include <vector>

/// Whatever the words, a name that is taken is safe as a file name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    std::vector<std::string_view> words;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\0');
        words.push_back(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    const auto args = kept::daemon::parse_serve_args(words);
    if (args &&
        (args->name.empty() || args->name.size() > 64 || args->name == "." ||
         args->name.find("..") != std::string::npos || args->name.find('/') != std::string::npos ||
         args->name.find('\0') != std::string::npos)) {
        __builtin_trap();
    }
    return 0;
}
