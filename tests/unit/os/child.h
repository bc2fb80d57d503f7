#pragma once

#include <cstddef>
#include <functional>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "os/spawn.h"

namespace kept::test {

/// How long a test waits for something that always happens, before it says that it did not.
inline constexpr std::int64_t kPatienceUs = 20'000'000;

/// Waits until `true_now` says so; false when it never did.
inline bool eventually(const std::function<bool()>& true_now) {
    const std::int64_t limit = base::steady_us() + kPatienceUs;
    while (!true_now()) {
        if (base::steady_us() > limit) {
            return false;
        }
        ::poll(nullptr, 0, 1);
    }
    return true;
}

inline bool readable(int fd, int timeout_ms = 20'000) {
    pollfd ready{fd, POLLIN, 0};
    return ::poll(&ready, 1, timeout_ms) > 0;
}

/// Reads until `end` is in what has been read, the other end has gone, or patience ends.
inline std::string read_until(int fd, std::string_view end) {
    std::string text;
    char byte = 0;
    while (text.find(end) == std::string::npos && readable(fd) && ::read(fd, &byte, 1) == 1) {
        text.push_back(byte);
    }
    return text;
}

/// A script for /bin/sh, with no more in its environment than PATH.
inline os::Command shell(std::string script) {
    return {{"/bin/sh", "-c", std::move(script)}, {{"PATH", "/usr/bin:/bin"}}, ""};
}

/// Runs `body` in a forked child and returns its exit status: 0 when it returned true.
inline int in_child(const std::function<bool()>& body) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::_exit(body() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

} // namespace kept::test
