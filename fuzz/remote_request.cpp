#include <algorithm>
#include <cstdint>
#include <string_view>

#include "remote/note.h"
#include "remote/request.h"

/// What comes over a connection: a request and what follows it at one end, notes at the other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kept;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    control::FrameReader frames;
    remote::RequestReader reader;
    bool complete = false;
    frames.feed(bytes);
    while (true) {
        const auto frame = frames.next();
        if (!frame || !*frame) {
            break;
        }
        if (complete) {
            static_cast<void>(remote::decode_control((*frame)->payload));
            continue;
        }
        const auto taken = reader.take(**frame);
        if (!taken) {
            break;
        }
        complete = *taken;
    }
    static_cast<void>(remote::from_word(bytes));
    remote::NoteFilter filter("00");
    std::size_t plain = filter.feed(bytes).size();
    plain += filter.rest().size();
    if (plain > size) {
        __builtin_trap(); // it may take away, never add
    }
    return 0;
}
