#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "control/messages.h"

namespace kept::control {

/// An event as one line of a journal (without the line feed), and back; empty when the line is
/// none.
std::string encode_event_line(const EventInfo& event);
std::optional<EventInfo> decode_event_line(std::string_view line);

} // namespace kept::control
