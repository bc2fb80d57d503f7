#include "base/text.h"
#include "control/event_line.h"
#include "control/launch.h"
#include "control/messages.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace {

/// What was understood is written so that it is understood in the same way again.
template <class Decode> void check(std::string_view json, Decode decode) {
    const auto first = decode(json);
    if (!first) {
        return;
    }
    const std::string written = encode(*first);
    const auto second = decode(written);
    if (!second || encode(*second) != written || !kept::base::is_utf8(written)) {
        __builtin_trap();
    }
}

} // namespace

/// No text from a peer, or from a file, makes a decoder fail in any other way than by saying so.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kept::control;
    const std::string_view json(reinterpret_cast<const char*>(data), size);
    check(json, decode_request);
    check(json, decode_answer);
    check(json, decode_launch_spec);
    check(json, decode_start_message);
    if (const auto event = decode_event_line(json)) {
        const std::string line = encode_event_line(*event);
        if (line.find('\n') != std::string::npos || !decode_event_line(line)) {
            __builtin_trap();
        }
    }
    return 0;
}
