#include <cstdint>
#include <string>
#include <string_view>

#include "profiles/text.h"

/// A profile is read, or refused with a place; code goes into its call whole.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto profile = kept::profiles::parse(text, "fuzz", "fuzz.profile");
    if (!profile) {
        if (!profile.error().starts_with("fuzz.profile:")) {
            __builtin_trap();
        }
        return 0;
    }
    if (profile->commands.empty()) {
        __builtin_trap();
    }
    static_cast<void>(kept::profiles::recognises(*profile, {"env", std::string(text)}, 1));
    static_cast<void>(kept::profiles::call_line(*profile, text));
    return 0;
}
