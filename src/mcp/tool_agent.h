#pragma once

#include "mcp/tools.h"

namespace kept::mcp {

/// The tool about LiveKit agents.
Course say_to_agent(ToolArguments& arguments);

} // namespace kept::mcp
