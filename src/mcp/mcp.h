#pragma once

namespace kept::mcp {

/// Serves the Model Context Protocol on standard input and output until the input ends, or SIGTERM,
/// SIGINT or SIGHUP comes. With `close_sessions`, the sessions started through it end with it.
/// Gives the exit code.
int serve_stdio(bool close_sessions);

} // namespace kept::mcp
