#pragma once

#include <string>

#include "cli/json_writer.h"
#include "control/messages.h"

namespace kept::cli {

/// Writes an event as one line of JSON, in the order of keys that `km` has always had: cell_id,
/// session, status, from, message, ts, then more. False, and nothing written, for an event that
/// `km` does not show.
bool write_event(Writer& writer, const std::string& session, const control::EventInfo& event);

/// {"session": …, "status": "error", "message": …, "ts": …}
void write_event_error(Writer& writer, const std::string& session, const std::string& message);

/// {"session": …, "status": "closed", "ts": …}, for a daemon that went without saying so.
void write_closed(Writer& writer, const std::string& session);

/// {"session": …, "status": "watching", "ts": …}
void write_watching(Writer& writer, const std::string& session);

} // namespace kept::cli
