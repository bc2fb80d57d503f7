#pragma once

#include <optional>
#include <string>
#include <sys/types.h>

#include "base/fd.h"
#include "os/errors.h"

namespace kept::os {

/// The right to be a session's daemon: an exclusive flock(2) on `<session>.lock`. It lives as long
/// as any descriptor of the same open file, so it passes to a re-executed daemon, and a killed
/// daemon gives it back.
class SessionLock {
public:
    /// Takes the lock; waits for the holder when `wait`, else fails with `in_use`.
    static Result<SessionLock> take(const std::string& path, bool wait);

    /// Adopts a descriptor that already holds the lock.
    static SessionLock adopt(base::Fd fd, std::string path);

    [[nodiscard]] int fd() const { return fd_.get(); }

    /// Notes the holder's pid in the file, for `k kill` of a daemon that no longer answers.
    void write_pid(pid_t pid) const;

    /// Removes the file while the lock is held.
    void remove() const;

private:
    SessionLock(base::Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
    base::Fd fd_;
    std::string path_;
};

/// The pid noted in a lock file that someone holds now; empty when nobody holds it.
std::optional<pid_t> lock_holder(const std::string& path);

} // namespace kept::os
