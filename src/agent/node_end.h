#pragma once

#include <string>
#include <vector>

#include "os/spawn.h"

namespace kept::agent {

/// Makes the process of a Node.js agent end when its console mode has, shutdown callbacks included;
/// by itself it would stay for ever. A small script, put into `directory`, is preloaded by way of
/// NODE_OPTIONS, which the agent itself sees as they were. Where that cannot be done, nothing
/// changes, and a stop takes all of its grace; so it is under Node's permission model, which would
/// not let the script be read.
void end_with_console_mode(os::Environment& environment, const std::string& directory,
                           const std::vector<std::string>& runtime_args);

} // namespace kept::agent
