#include "terminal/injection.h"

#include <cstdint>
#include <string_view>

/// What answers the knock of `k run --inject` comes from a program inside, perhaps on another
/// machine: a name is bounded, and nothing without the nonce is an answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using kept::terminal::Injection;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Injection injection("0f3a", kept::terminal::Inner::shell);
    const auto name = injection.answer(text);
    if (name && (name->size() > 16 || text.find("0f3a") == std::string_view::npos)) {
        __builtin_trap();
    }
    if (name) {
        static_cast<void>(Injection::profile_of(*name));
    }
    kept::terminal::Stillness still;
    still.verdict = kept::terminal::Stillness::Verdict::unknown;
    static_cast<void>(kept::terminal::inner_program(still, text));
    return 0;
}
