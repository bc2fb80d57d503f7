#pragma once

#include "mcp/tools.h"

namespace kept::mcp {

/// Tools about code and what runs.
Course run_code(ToolArguments& arguments);
Course fire_code(ToolArguments& arguments);
Course poll_cell(ToolArguments& arguments);
Course read_output(ToolArguments& arguments);
Course interrupt_cell(ToolArguments& arguments);

} // namespace kept::mcp
