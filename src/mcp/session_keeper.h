#pragma once

#include <map>
#include <string>
#include <sys/types.h>

#include "base/fd.h"

namespace kept::mcp {

/// Ends sessions with this process, whatever ends it: a process of its own, in a session of its
/// own, learns of them and ends them when this one is gone, which a SIGKILL does not prevent. A
/// session that somebody else has started under the same name meanwhile is left alone.
class SessionKeeper {
public:
    /// Begins; before there are threads. Without a process to be had, sessions end only when `end`
    /// is called.
    SessionKeeper();

    SessionKeeper(const SessionKeeper&) = delete;
    SessionKeeper& operator=(const SessionKeeper&) = delete;
    ~SessionKeeper() = default; // the other process notices

    /// The session is alive now, and is to end with this process.
    void started(const std::string& session);
    void closed(const std::string& session);

    /// By name, the pid of its daemon; 0 when it has ended already.
    using Sessions = std::map<std::string, pid_t>;

    /// Ends them, and returns when they have ended.
    void end();

private:
    void tell(char what, const std::string& session, pid_t daemon) const;

    Sessions sessions_;
    base::Fd line_; ///< to the other process
    pid_t pid_ = -1;
};

} // namespace kept::mcp
