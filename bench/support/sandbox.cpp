#include "support/sandbox.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "support/proc.h"
#include "support/process.h"

namespace kept::bench {

namespace {

namespace fs = std::filesystem;

/// Kills children until none is left; the children of those that die become ours in turn.
void kill_descendants() {
    while (true) {
        for (const pid_t child : children_of(::getpid())) {
            ::kill(child, SIGKILL);
        }
        if (::waitpid(-1, nullptr, 0) < 0 && errno == ECHILD) {
            return;
        }
    }
}

/// Waits for `worker`, collecting orphans meanwhile; a signal that asks us to end ends it.
int wait_for(pid_t worker, const sigset_t& signals) {
    while (true) {
        int status = 0;
        for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
            if (ended == worker) {
                return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
            }
        }
        int signal = 0;
        if (::sigwait(&signals, &signal) == 0 && signal != SIGCHLD) {
            std::fprintf(stderr, "bench: interrupted\n");
            return 1;
        }
    }
}

} // namespace

int in_sandbox(const std::function<int(const std::string& directory)>& measure) {
    std::array<char, 32> name{"/tmp/kept-bench-XXXXXX"};
    if (::mkdtemp(name.data()) == nullptr) {
        std::perror("bench: no directory under /tmp");
        return 1;
    }
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    sigset_t signals;
    sigset_t before;
    ::sigemptyset(&signals);
    for (const int signal : {SIGCHLD, SIGINT, SIGTERM, SIGHUP}) {
        ::sigaddset(&signals, signal);
    }
    ::sigprocmask(SIG_BLOCK, &signals, &before);
    const pid_t worker = ::fork();
    if (worker == 0) {
        ::sigprocmask(SIG_SETMASK, &before, nullptr);
        const int code = measure(name.data());
        std::fflush(nullptr);
        ::_exit(code);
    }
    const int code = worker < 0 ? 1 : wait_for(worker, signals);
    kill_descendants();
    std::error_code ignored;
    fs::remove_all(name.data(), ignored);
    return code;
}

} // namespace kept::bench
