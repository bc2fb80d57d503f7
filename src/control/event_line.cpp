#include "control/event_line.h"

#include "control/json_codec.h"

namespace kept::control {

std::string encode_event_line(const EventInfo& event) {
    return codec::dump(codec::to_json(event));
}

std::optional<EventInfo> decode_event_line(std::string_view line) {
    const auto parsed = codec::parse_object(line);
    if (!parsed || !codec::is_event(*parsed)) {
        return std::nullopt;
    }
    return codec::event_from(*parsed);
}

} // namespace kept::control
