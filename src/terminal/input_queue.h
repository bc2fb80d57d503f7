#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "os/pty.h"
#include "session/loop.h"

namespace kept::terminal {

/// Bytes on their way to a program's terminal. Writing never blocks: what the terminal does not
/// take waits here.
class InputQueue {
public:
    /// Bytes that may wait; more are refused, so that a program that never reads cannot fill our
    /// memory.
    static constexpr std::size_t kMost = 32UL * 1024 * 1024;

    InputQueue(const os::Pty& pty, session::Loop& loop);

    /// Queues bytes; false when the queue is full.
    bool push(std::string bytes);

    /// Drops what has not been written yet.
    void clear();

    [[nodiscard]] std::size_t size() const { return waiting_.size() - at_; }
    [[nodiscard]] bool empty() const { return at_ == waiting_.size(); }

private:
    void write_some();

    const os::Pty& pty_;
    session::Loop& loop_;
    std::string waiting_;
    std::size_t at_ = 0;
    std::size_t line_ = 0; ///< bytes written since the last line end
    session::WatchHandle watch_;
};

} // namespace kept::terminal
