#include "daemon/frame_end.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "base/clock.h"
#include "daemon/signal.h"
#include "terminal/terminal.h"
#include "vt/screen.h"

namespace kept::daemon {

namespace {

constexpr std::int64_t kFramePatienceUs = 1'000'000;

class OutputSignal final : public session::Observer {
public:
    explicit OutputSignal(Signal& signal) : signal_(signal) {}

    void on_event(const control::EventInfo& /*event*/) override { signal_.notify(); }
    void on_output(std::string_view /*bytes*/, std::uint64_t /*offset*/) override {
        signal_.notify();
    }

private:
    Signal& signal_;
};

} // namespace

std::optional<std::int64_t> frame_due_us(Subject& subject, std::int64_t now_us) {
    const vt::Screen* screen = subject.screen();
    const terminal::Terminal* terminal = subject.terminal();
    if (screen == nullptr || terminal == nullptr || !screen->modes().synchronized_output) {
        return std::nullopt;
    }
    const std::int64_t due = terminal->last_activity_us() + kFramePatienceUs;
    return now_us < due ? std::optional(due) : std::nullopt;
}

asio::awaitable<void> wait_for_frame_end(Connection& connection) {
    Subject& subject = connection.subject();
    const std::int64_t began = base::steady_us();
    auto due = frame_due_us(subject, began);
    if (!due) {
        co_return;
    }
    auto signal = std::make_shared<Signal>(connection.context());
    OutputSignal observer(*signal);
    const session::WatchHandle watching = subject.session()->observe(observer);
    connection.watch_peer(signal);
    const std::int64_t latest = began + kFramePatienceUs; // a program may draw for ever
    for (std::int64_t now = began; due && now < latest && !connection.peer_gone();
         now = base::steady_us(), due = frame_due_us(subject, now)) {
        const std::int64_t until = std::min(*due, latest);
        co_await signal->wait_for(std::chrono::milliseconds((until - now) / base::kUsPerMs + 1));
        if (subject.session() == nullptr || subject.session()->is_closed()) {
            break;
        }
    }
}

} // namespace kept::daemon
