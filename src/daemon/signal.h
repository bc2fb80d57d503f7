#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>

namespace kept::daemon {

/// Lets one coroutine sleep until something has happened. A notification that comes while it is
/// awake is kept.
class Signal {
public:
    explicit Signal(asio::io_context& context);

    void notify();
    asio::awaitable<void> wait();

    /// Sleeps until a notification or the end of that time.
    asio::awaitable<void> wait_for(std::chrono::milliseconds limit);

private:
    asio::awaitable<void> sleep();

    asio::steady_timer timer_;
    bool raised_ = false;
};

} // namespace kept::daemon
