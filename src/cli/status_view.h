#pragma once

#include <string>

#include "cli/json_writer.h"
#include "control/messages.h"

namespace kept::cli {

/// A session's command as one line that a shell would read back.
std::string command_line(const control::StatusInfo& status);

/// The state, with how the program ended: `idle`, `exited:3`, `exited:signal 9`.
std::string state_words(const control::StatusInfo& status);

/// `OK <session> state=… …`, the text of `k status`, without a line break.
std::string status_line(const control::StatusInfo& status);

/// The same as a JSON object.
void write_status(JsonWriter& json, const control::StatusInfo& status);

} // namespace kept::cli
