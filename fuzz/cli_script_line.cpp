// Lines of a batch: split into words or refused.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cli/script_line.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view line(reinterpret_cast<const char*>(data), size);
    if (const auto words = kept::cli::split_words(line)) {
        std::size_t total = 0;
        for (const auto& word : *words) {
            total += word.size();
        }
        if (words->empty() || total > size) {
            __builtin_trap();
        }
    }
    return 0;
}
