#pragma once

#include "mcp/tools.h"

namespace kept::mcp {

/// Tools about sessions and their screens.
Course new_session(ToolArguments& arguments);
Course list_sessions(ToolArguments& arguments);
Course close_session(ToolArguments& arguments);
Course send_input(ToolArguments& arguments);
Course see_screen(ToolArguments& arguments);
Course wait_for(ToolArguments& arguments);

} // namespace kept::mcp
