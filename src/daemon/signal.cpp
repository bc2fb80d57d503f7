#include "daemon/signal.h"

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <utility>

namespace kept::daemon {

Signal::Signal(asio::io_context& context) : timer_(context) {
    timer_.expires_at(asio::steady_timer::time_point::max());
}

void Signal::notify() {
    raised_ = true;
    timer_.cancel();
}

// The one place where a coroutine awaits a timer: with g++ 12 the frames of inline coroutines that
// await the same operation in several files do not link.
asio::awaitable<void> Signal::sleep() {
    asio::error_code cancelled;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

asio::awaitable<void> Signal::wait() {
    if (!raised_) {
        co_await sleep();
    }
    raised_ = false;
}

asio::awaitable<void> Signal::wait_for(std::chrono::milliseconds limit) {
    if (!raised_) {
        timer_.expires_after(limit);
        co_await sleep();
        timer_.expires_at(asio::steady_timer::time_point::max());
    }
    raised_ = false;
}

} // namespace kept::daemon
