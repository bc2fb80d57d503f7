#include "mcp/mcp.h"

#include <unistd.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/writer.h"

namespace kept::cli {

int mcp_command(const Verb& verb, Arguments arguments) {
    bool close_sessions = false;
    bool json = false;
    Options options(verb);
    options
        .flag("--close-sessions", close_sessions,
              "End the sessions that were started through the server when it ends")
        .flag("-j,--json", json, "JSON, which it always is")
        .note("Speaks the Model Context Protocol (2024-11-05 to 2026-07-28) on standard input and\n"
              "output: for AI clients that start it, not for people. A client's configuration:\n"
              "  {\"mcpServers\": {\"kept\": {\"command\": \"k\", \"args\": [\"mcp\"]}}}");
    auto words = options.parse(arguments, 0, 0);
    if (!words) {
        return words.error();
    }
    if (::isatty(STDIN_FILENO) == 1) {
        say("k mcp: waiting for an MCP client's messages, one JSON object a line (Ctrl-D ends it)");
    }
    return mcp::serve_stdio(close_sessions);
}

} // namespace kept::cli
