#include "daemon/timers.h"

#include <algorithm>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"

namespace kept::daemon {

asio::execution_context::id Timers::id;

class Timers::Timer final : public session::Watch {
public:
    Timer(Timers& timers, const Due& due) : timers_(timers), due_(due) {}
    ~Timer() override { timers_.remove(due_); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    Timer(Timer&&) = delete;
    Timer& operator=(Timer&&) = delete;

private:
    Timers& timers_;
    Due due_;
};

Timers& Timers::of(asio::io_context& context) {
    return asio::use_service<Timers>(context);
}

Timers::Timers(asio::io_context& context)
    : service(context),
      clock_(context, ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {}

void Timers::shutdown() {
    const auto gone = std::exchange(pending_, {}); // what goes with a callback may remove others
    asio::error_code ignored;
    clock_.close(ignored);
}

session::WatchHandle Timers::after(std::chrono::microseconds delay, std::function<void()> call) {
    const Due due{base::steady_us() + delay.count(), next_++};
    pending_.emplace(due, std::move(call));
    set();
    return std::make_unique<Timer>(*this, due);
}

void Timers::remove(const Due& due) {
    if (pending_.erase(due) != 0 && pending_.empty()) {
        set();
    }
}

/// What is set too early, since a timer has gone, costs one look; what nobody waits for is off.
void Timers::set() {
    const std::int64_t wanted =
        pending_.empty() ? 0 : std::max<std::int64_t>(pending_.begin()->first.first, 1);
    if (wanted != set_us_ && (wanted == 0 || set_us_ == 0 || wanted < set_us_)) {
        constexpr std::int64_t kUsPerS = 1'000'000;
        itimerspec when{};
        when.it_value.tv_sec = wanted / kUsPerS;
        when.it_value.tv_nsec = wanted % kUsPerS * 1000;
        ::timerfd_settime(clock_.native_handle(), TFD_TIMER_ABSTIME, &when, nullptr);
        set_us_ = wanted;
    }
    if (pending_.empty() && listening_) {
        asio::error_code ignored;
        clock_.cancel(ignored);
        listening_ = false;
        ++turn_;
    } else if (!pending_.empty() && !listening_) {
        listening_ = true;
        listen();
    }
}

void Timers::listen() {
    clock_.async_wait(asio::posix::stream_descriptor::wait_read,
                      [this, turn = turn_](const asio::error_code& cancelled) {
                          if (!cancelled && turn == turn_) {
                              ring();
                          }
                      });
}

void Timers::ring() {
    listening_ = false;
    set_us_ = 0;
    std::uint64_t expirations = 0;
    [[maybe_unused]] const auto taken =
        ::read(clock_.native_handle(), &expirations, sizeof expirations);
    // What a callback adds has its turn in another one, however soon it is due.
    const std::uint64_t known = next_;
    const std::int64_t now = base::steady_us();
    for (auto first = pending_.begin(); first != pending_.end() && first->first.first <= now;
         first = pending_.begin()) {
        if (first->first.second >= known) {
            break;
        }
        const auto call = std::move(first->second);
        pending_.erase(first);
        call();
    }
    set();
}

} // namespace kept::daemon
