#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/find_session.h"
#include "cli/view.h"
#include "cli/writer.h"

namespace kept::cli {

/// Opens the session, live or not, and subscribes to it.
control::Result<control::Client> subscribe(const Target& target,
                                           const control::SubscribeRequest& request);

/// Receives a subscription until it ends: output goes to the joiner, events to `on_event`; `after`
/// is called behind each of them. A daemon that goes away is an end like any other.
control::Result<void> follow(control::Client& client, LineJoiner& joiner,
                             const std::function<void(const control::EventInfo&)>& on_event,
                             const std::function<void()>& after);

/// {"session": …, "status": "output", "line": …}
void write_output_line(Writer& writer, const std::string& session, std::string_view line);

} // namespace kept::cli
