#include "daemon/attach.h"

#include <chrono>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "terminal/terminal.h"

namespace kept::daemon {

namespace {

using control::ControlErrc;

/// Between two pictures for a terminal of another size.
constexpr std::chrono::milliseconds kPictureStep{15};
/// What the system may hold for a terminal: little, so that a slow one shows what is new.
constexpr int kSendBuffer = 16 * 1024;
constexpr std::size_t kLongestName = 64;
constexpr vt::Size kUnknownSize{80, 24};

/// Notes the session's end, and wakes the coroutine then.
class Closing final : public session::Observer {
public:
    explicit Closing(Signal& signal) : signal_(signal) {}
    void on_event(const control::EventInfo& event) override {
        if (event.type == control::EventType::closed) {
            event_ = event;
            signal_.notify();
        }
    }
    [[nodiscard]] const std::optional<control::EventInfo>& event() const { return event_; }

private:
    Signal& signal_;
    std::optional<control::EventInfo> event_;
};

/// Some terminals (serial lines, editors) do not know their size.
vt::Size size_of(int cols, int rows) {
    return cols > 0 && rows > 0 ? vt::clamped({cols, rows}) : kUnknownSize;
}

} // namespace

asio::awaitable<void> attach_person(Connection& connection, control::AttachRequest request) {
    Subject& subject = connection.subject();
    terminal::Terminal* terminal = subject.terminal();
    if (subject.session() == nullptr) {
        connection.refuse(ControlErrc::exited, "session exited");
        co_return;
    }
    if (terminal == nullptr) {
        connection.refuse(ControlErrc::unsupported,
                          "'" + subject.spec().name +
                              "' is an agent: it has no terminal to attach to");
        co_return;
    }
    if (!request.tty.empty() && request.tty == terminal->terminal_path()) {
        connection.refuse(ControlErrc::unsupported,
                          "this is the session's own terminal: it cannot show itself");
        co_return;
    }
    const vt::Size size = size_of(request.cols, request.rows);
    control::GuestInfo who;
    who.pid = connection.peer_pid();
    who.user = base::utf8_prefix(request.user, kLongestName);
    who.tty = base::utf8_prefix(request.tty, kLongestName);
    who.cols = size.cols;
    who.rows = size.rows;
    who.read_only = request.read_only;
    who.since_us = base::wall_us();

    auto signal = std::make_shared<Signal>(connection.context());
    Signal pause(connection.context());
    Closing closing(*signal);
    const auto watching = subject.session()->observe(closing);
    terminal::Guest guest(terminal->audience(), std::move(who), request.rules,
                          [signal] { signal->notify(); });
    const auto on_frame = [&](const control::Frame& frame) {
        if (frame.type == control::FrameType::json) {
            const auto change = control::decode_request(frame.payload);
            if (const auto* window =
                    change ? std::get_if<control::ResizeRequest>(&*change) : nullptr) {
                guest.resize(size_of(window->cols, window->rows));
            }
        } else if (!guest.who().read_only && !closing.event()) {
            static_cast<void>(terminal->guest_types(guest.who(), frame.payload));
        }
    };
    connection.keep_little_unsent(kSendBuffer);
    connection.queue(control::Ok{});
    connection.receive_all(on_frame, signal);
    bool over = false;
    while (!over) {
        connection.queue_bytes(guest.take());
        if (connection.queued() > 0) {
            co_await connection.flush();
            if (guest.pictured() && !connection.peer_gone()) {
                co_await pause.wait_for(kPictureStep);
            }
            over = connection.peer_gone();
        } else if (closing.event()) {
            connection.queue(*closing.event());
            over = true;
        } else if (connection.peer_gone()) {
            over = true;
        } else {
            co_await signal->wait();
        }
    }
    connection.stop_receiving();
}

} // namespace kept::daemon
