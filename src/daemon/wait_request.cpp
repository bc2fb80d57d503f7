#include "daemon/wait_request.h"

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "daemon/wait_conditions.h"

namespace kept::daemon {

namespace {
/// No caller means to wait longer.
constexpr std::int64_t kLongestMs = 10LL * 365 * 24 * 3600 * 1000;
constexpr std::int64_t kMicros = 1000;
} // namespace

asio::awaitable<void> answer_wait(Connection& connection, const control::WaitRequest& request) {
    Subject& subject = connection.subject();
    auto signal = std::make_shared<Signal>(connection.context());
    auto made = WaitConditions::make(subject, request, *signal);
    if (!made) {
        connection.queue(made.error());
        co_return;
    }
    WaitConditions& conditions = **made;
    session::WatchHandle watching;
    if (subject.session() != nullptr) {
        watching = subject.session()->observe(conditions);
        connection.watch_peer(signal);
    }
    const std::int64_t began = base::steady_us();
    const std::int64_t deadline =
        began + std::clamp<std::int64_t>(request.timeout_ms, 0, kLongestMs) * kMicros;
    control::WaitInfo info;
    while (!connection.peer_gone()) {
        const std::int64_t now = base::steady_us();
        info.met = conditions.look(now);
        info.waited_ms = (now - began) / kMicros;
        const bool over = subject.session() == nullptr || subject.session()->is_closed();
        if (!info.met && over) {
            connection.refuse(control::ControlErrc::exited,
                              "the session ended before that came true");
            co_return;
        }
        if (info.met || now >= deadline) {
            break;
        }
        const std::int64_t until = std::min(deadline, conditions.due_us().value_or(deadline));
        // Rounded up: to be early would mean to look again for nothing.
        const std::chrono::milliseconds limit((until - now + kMicros - 1) / kMicros);
        co_await signal->wait_for(limit);
    }
    info.outcomes = conditions.outcomes();
    const control::StatusInfo status = subject.status();
    info.exit_code = status.exit_code;
    info.signal = status.signal;
    connection.queue(info);
}

} // namespace kept::daemon
