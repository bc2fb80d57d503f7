#include "daemon/signal.h"

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "daemon/timers.h"

namespace kept::daemon {

Signal::Signal(asio::io_context& context) : context_(context), raised_(context, 1) {}

void Signal::notify() {
    raised_.try_send(asio::error_code(), true);
}

// The one place where a coroutine awaits a notification: with g++ 12 the frames of inline
// coroutines that await the same operation in several files do not link.
asio::awaitable<void> Signal::wait() {
    asio::error_code closed;
    co_await raised_.async_receive(asio::redirect_error(asio::use_awaitable, closed));
}

asio::awaitable<void> Signal::wait_for(std::chrono::milliseconds limit) {
    const session::WatchHandle timer = Timers::of(context_).after(limit, [this] { notify(); });
    co_await wait();
}

} // namespace kept::daemon
