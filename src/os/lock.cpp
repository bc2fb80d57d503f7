#include "os/lock.h"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kept::os {

namespace {

constexpr int kTries = 4;

/// Whether `path` still names the file behind `fd`: the last holder removes it, and a lock on a
/// removed file excludes nobody.
bool still_there(int fd, const std::string& path) {
    struct stat mine{};
    struct stat named{};
    return ::fstat(fd, &mine) == 0 && ::lstat(path.c_str(), &named) == 0 &&
           mine.st_ino == named.st_ino && mine.st_dev == named.st_dev;
}

} // namespace

Result<SessionLock> SessionLock::take(const std::string& path, bool wait) {
    int refused = 0;
    while (true) {
        base::Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!fd) {
            return base::fail_sys(OsErrc::unavailable, errno, "cannot open " + path);
        }
        while (::flock(fd.get(), wait ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK && ++refused < kTries) {
                ::sched_yield(); // it may only have been looked at: see lock_holder
                continue;
            }
            if (errno == EWOULDBLOCK) {
                return base::fail(OsErrc::in_use, path + " is held");
            }
            if (errno != EINTR) {
                return base::fail_sys(OsErrc::unavailable, errno, "cannot lock " + path);
            }
        }
        if (still_there(fd.get(), path)) {
            return SessionLock(std::move(fd), path);
        }
    }
}

SessionLock SessionLock::adopt(base::Fd fd, std::string path) {
    return {std::move(fd), std::move(path)};
}

void SessionLock::write_pid(pid_t pid) const {
    const std::string text = std::to_string(pid) + "\n";
    if (::ftruncate(fd_.get(), 0) == 0) {
        // A lost pid only costs `k kill` its last resort.
        [[maybe_unused]] const auto written = ::pwrite(fd_.get(), text.data(), text.size(), 0);
    }
}

void SessionLock::remove() const {
    if (still_there(fd_.get(), path_)) {
        ::unlink(path_.c_str());
    }
}

std::optional<pid_t> lock_holder(const std::string& path) {
    const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) {
        return std::nullopt;
    }
    // F_OFD_GETLK would ask without taking; flock cannot. /proc/locks can, but not in every
    // container. So this takes the lock for a moment, and take() tries again before it believes
    // that somebody holds it.
    if (::flock(fd.get(), LOCK_SH | LOCK_NB) == 0) {
        return std::nullopt;
    }
    std::array<char, 32> text{};
    const auto got = ::pread(fd.get(), text.data(), text.size() - 1, 0);
    return got > 0 ? static_cast<pid_t>(std::strtol(text.data(), nullptr, 10)) : 0;
}

} // namespace kept::os
