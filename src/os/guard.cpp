#include "os/guard.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "os/code_pages.h"
#include "os/proc.h"

namespace kept::os {

void end_descendants(const std::function<void(pid_t, int)>& ended) {
    while (true) {
        for (const ProcessStat& process : process_tree(::getpid())) {
            if (process.pid != ::getpid()) {
                ::kill(process.pid, SIGKILL);
            }
        }
        // What was forked meanwhile becomes our child with its parent's end: look again then.
        int status = 0;
        const pid_t pid = ::waitpid(-1, &status, 0);
        if (pid > 0) {
            ended(pid, status);
        } else if (errno != EINTR) {
            return;
        }
    }
}

int guard_main(std::string_view program) {
    const auto ward = static_cast<pid_t>(base::parse_integer(program, 1, INT32_MAX).value_or(0));
    struct stat control{};
    if (ward == 0 || ::fstat(kGuardControl, &control) != 0 || !S_ISSOCK(control.st_mode)) {
        std::fputs("kept guard is internal: it looks after the processes of an agent\n", stderr);
        return 2;
    }
    ::prctl(PR_SET_NAME, "kept-guard");
    for (const int ignored : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE}) {
        ::signal(ignored, SIG_IGN);
    }
    sigset_t ends;
    ::sigemptyset(&ends);
    ::sigaddset(&ends, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &ends, nullptr);
    const base::Fd children(::signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK));

    release_code_pages();

    bool running = true;
    const auto ended = [&](pid_t pid, int status) {
        if (pid == ward) {
            running = false;
            ::send(kGuardControl, &status, sizeof status, MSG_NOSIGNAL);
        }
    };
    while (true) {
        // Before the wait: some may have ended before their signal was asked for.
        int status = 0;
        for (pid_t pid = ::waitpid(-1, &status, WNOHANG); pid > 0;
             pid = ::waitpid(-1, &status, WNOHANG)) {
            ended(pid, status);
        }
        std::array<pollfd, 2> ready{pollfd{kGuardControl, POLLIN, 0},
                                    pollfd{children.get(), POLLIN, 0}};
        if (::poll(ready.data(), ready.size(), -1) < 0) {
            continue;
        }
        if (ready[1].revents != 0) {
            signalfd_siginfo info{};
            [[maybe_unused]] const auto got = ::read(children.get(), &info, sizeof info);
        }
        if (ready[0].revents == 0) {
            continue;
        }
        int signal = 0;
        if (::recv(kGuardControl, &signal, sizeof signal, 0) <= 0) {
            end_descendants(ended);
            return 0;
        }
        if (running) {
            ::kill(-ward, signal);
        }
    }
}

} // namespace kept::os
