#pragma once

#include <asio/awaitable.hpp>
#include <asio/experimental/channel.hpp>
#include <asio/io_context.hpp>
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
    asio::io_context& context_;
    /// Holds one. The second part says nothing: in Asio 1.22 a channel of errors alone is
    /// ambiguous.
    asio::experimental::channel<void(asio::error_code, bool)> raised_;
};

} // namespace kept::daemon
