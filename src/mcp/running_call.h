#pragma once

#include <string>

#include "base/fd.h"
#include "mcp/tools.h"
#include "os/spawn.h"

namespace kept::mcp {

/// A call of `k` that runs. It is killed when this goes away; what it started in a session goes on.
class RunningCall {
public:
    /// An error in words when it cannot be started.
    static std::expected<RunningCall, std::string> start(const Invocation& invocation);

    RunningCall(RunningCall&&) = default;
    RunningCall& operator=(RunningCall&& other) noexcept;
    RunningCall(const RunningCall&) = delete;
    RunningCall& operator=(const RunningCall&) = delete;
    ~RunningCall();

    /// Becomes readable when it has ended.
    [[nodiscard]] int ended_fd() const { return child_.pidfd.get(); }

    /// Ctrl-C: a `k run` interrupts its cell.
    void interrupt() const;

    /// What came of it, once it has ended.
    Outcome collect();

private:
    RunningCall() = default;
    void kill() noexcept;

    os::Child child_;
    base::Fd output_;
    base::Fd errors_;
};

/// A `km` on one session: its lines are read as they come.
class EventStream {
public:
    static std::expected<EventStream, std::string> start(const std::string& session);

    EventStream(EventStream&&) = default;
    EventStream& operator=(EventStream&& other) noexcept;
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;
    ~EventStream();

    [[nodiscard]] int fd() const { return lines_.get(); }

    /// Reads what is there: whether anything has happened, and whether it goes on.
    struct Seen {
        bool events = false;
        bool open = true;
    };
    Seen read();

    /// True once no later event can be missed, or there is nothing to come.
    [[nodiscard]] bool ready() const { return ready_; }

    /// True when `ready` and there is no such session.
    [[nodiscard]] bool is_of_none() const { return none_; }

private:
    EventStream() = default;
    void kill() noexcept;

    os::Child child_;
    base::Fd lines_;
    std::string first_;  ///< of its lines, as far as it has come
    bool ready_ = false; ///< that line says so
    bool none_ = false;
};

} // namespace kept::mcp
