#include "mcp/mcp.h"

#include <csignal>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/fd.h"
#include "mcp/server.h"

namespace kept::mcp {

int serve_stdio(bool close_sessions) {
    sigset_t stops;
    ::sigemptyset(&stops);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        ::sigaddset(&stops, number);
    }
    ::sigprocmask(SIG_BLOCK, &stops, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    const base::Fd stop(::signalfd(-1, &stops, SFD_CLOEXEC));
    return Server({close_sessions}, STDIN_FILENO, STDOUT_FILENO).serve(stop.get());
}

} // namespace kept::mcp
