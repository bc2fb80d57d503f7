#include "daemon/wait_request.h"

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "daemon/requests.h"
#include "daemon/wait_conditions.h"

namespace kept::daemon {

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
        began + std::clamp<std::int64_t>(request.timeout_ms, 0, kLongestTimeoutMs) * base::kUsPerMs;
    control::WaitInfo info;
    while (!connection.peer_gone()) {
        const std::int64_t now = base::steady_us();
        info.met = conditions.look(now);
        info.waited_ms = (now - began) / base::kUsPerMs;
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
        const std::chrono::milliseconds limit((until - now + base::kUsPerMs - 1) / base::kUsPerMs);
        co_await signal->wait_for(limit);
    }
    info.outcomes = conditions.outcomes();
    const control::StatusInfo status = subject.status();
    info.exit_code = status.exit_code;
    info.signal = status.signal;
    connection.queue(info);
}

} // namespace kept::daemon
