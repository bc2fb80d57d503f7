#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "session/loop.h"

namespace kept::daemon {

/// The timers of an event loop: one timerfd, which is off while nothing is due. Asio's own timers
/// wake an idle process every five minutes for as long as it lives.
class Timers final : public asio::execution_context::service {
public:
    static asio::execution_context::id id; ///< what Asio knows the service by

    /// Those of that loop; made when they are first asked for.
    static Timers& of(asio::io_context& context);

    explicit Timers(asio::io_context& context);
    ~Timers() override = default;
    Timers(const Timers&) = delete;
    Timers& operator=(const Timers&) = delete;
    Timers(Timers&&) = delete;
    Timers& operator=(Timers&&) = delete;

    /// Calls back once, after that time; destroying the handle ends that. A loop with a timer has
    /// something to do, and goes on.
    [[nodiscard]] session::WatchHandle after(std::chrono::microseconds delay,
                                             std::function<void()> call);

private:
    /// When it is due, in microseconds of the steady clock, and a number of its own.
    using Due = std::pair<std::int64_t, std::uint64_t>;
    class Timer;

    void shutdown() override;
    void remove(const Due& due);
    void set();
    void listen();
    void ring();

    asio::posix::stream_descriptor clock_;
    std::map<Due, std::function<void()>> pending_;
    std::uint64_t next_ = 0;
    std::int64_t set_us_ = 0; ///< what the timerfd is set to; 0: off
    std::uint64_t turn_ = 0;  ///< of the wait for the timerfd; a wait of an earlier one is over
    bool listening_ = false;
};

} // namespace kept::daemon
