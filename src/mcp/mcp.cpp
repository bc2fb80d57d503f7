#include "mcp/mcp.h"

#include <csignal>
#include <cstdlib>
#include <string>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "mcp/server.h"

namespace kept::mcp {

namespace {

/// Clients hand on few variables (HOME and PATH among them), and not the one that tells where the
/// user's own sessions are: without it, a person would not see those of the client.
void look_where_the_user_looks() {
    if (::getenv("KEPT_DIR") != nullptr || ::getenv("XDG_RUNTIME_DIR") != nullptr) {
        return;
    }
    const std::string usual = "/run/user/" + std::to_string(::geteuid());
    struct stat info{};
    constexpr mode_t kForOthers = 077;
    if (::lstat(usual.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid() &&
        (info.st_mode & kForOthers) == 0) {
        ::setenv("XDG_RUNTIME_DIR", usual.c_str(), 1);
    }
}

} // namespace

int serve_stdio(bool close_sessions) {
    look_where_the_user_looks();
    sigset_t stops;
    ::sigemptyset(&stops);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        ::signal(number, SIG_DFL); // one that is ignored would not come
        ::sigaddset(&stops, number);
    }
    ::sigprocmask(SIG_BLOCK, &stops, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    const base::Fd stop(::signalfd(-1, &stops, SFD_CLOEXEC));
    return Server({close_sessions}, STDIN_FILENO, STDOUT_FILENO).serve(stop.get());
}

} // namespace kept::mcp
