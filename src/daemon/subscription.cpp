#include "daemon/subscription.h"

#include <algorithm>
#include <chrono>
#include <deque>

#include "base/clock.h"
#include "base/text.h"
#include "daemon/agent_text.h"
#include "daemon/line_view.h"

namespace kept::daemon {

namespace {

/// What may wait for a slow subscriber.
constexpr std::size_t kMostBehind = 1024UL * 1024;
constexpr std::uint64_t kOutputPiece = 128UL * 1024;
constexpr std::uint64_t kSlowestMs = 3'600'000;

bool wanted_event(const control::EventInfo& event, const std::string& cell) {
    return cell.empty() || !event.cell || event.cell->id == cell;
}

/// Collects a subscriber's events and lines until its coroutine sends them.
class Mailbox final : public session::Observer {
public:
    Mailbox(Signal& signal, const control::SubscribeRequest& wanted,
            const control::LaunchSpec& spec)
        : signal_(signal), wanted_(wanted),
          every_us_(static_cast<std::int64_t>(std::min(wanted.changes_ms, kSlowestMs)) *
                    base::kUsPerMs),
          view_(spec, [this](const std::string& line, std::uint64_t) { add_line(line); }) {}

    [[nodiscard]] bool is_subscriber() const override { return true; }

    void on_event(const control::EventInfo& event) override {
        closed_ = closed_ || event.type == control::EventType::closed;
        if (wanted_event(event, wanted_.cell)) {
            add_event(event);
        }
        if (event.type == control::EventType::resize) {
            screen_changed();
        }
    }

    void on_output(std::string_view bytes, std::uint64_t offset) override {
        if (wanted_.output && !overflown()) {
            view_.feed(bytes, offset);
        }
        screen_changed();
    }

    /// Tells of the screen's change when it is time. How long it is till then; none when there is
    /// nothing to tell.
    std::optional<std::chrono::milliseconds> tell_of_screen() {
        if (!changed_) {
            return std::nullopt;
        }
        const std::int64_t left = next_change_us_ - base::steady_us();
        if (left > 0) {
            return std::chrono::milliseconds((left + base::kUsPerMs - 1) / base::kUsPerMs);
        }
        changed_ = false;
        next_change_us_ = base::steady_us() + every_us_;
        control::EventInfo event;
        event.type = control::EventType::screen;
        event.ts_us = base::wall_us();
        add_event(event);
        return std::nullopt;
    }

    void add_event(const control::EventInfo& event) {
        if (overflown()) {
            return; // this subscriber is told so, and goes
        }
        control::append_frame(out_, control::FrameType::json,
                              control::encode(control::Answer(event)));
        signal_.notify();
    }

    void add_line(const std::string& line) {
        if (!base::trimmed(line).empty()) {
            control::append_bytes(out_, line + "\n");
            signal_.notify();
        }
    }

    /// Takes the beginning of the line that the output stands in, of which the rest comes: its cut
    /// sequences would be taken for text.
    void catch_up(Subject& subject) {
        constexpr std::uint64_t kMost = 4096;
        const Range kept = subject.kept();
        const std::uint64_t from =
            kept.end > kMost ? std::max(kept.begin, kept.end - kMost) : kept.begin;
        std::string tail;
        subject.read({from, kept.end}, [&](std::string_view bytes) { tail.append(bytes); });
        const std::size_t feed = tail.rfind('\n');
        if (feed != std::string::npos || from == 0) {
            tail.erase(0, feed == std::string::npos ? 0 : feed + 1);
            view_.feed(tail, kept.end - tail.size());
        }
    }

    [[nodiscard]] std::string take() { return std::exchange(out_, {}); }
    [[nodiscard]] bool empty() const { return out_.empty(); }
    [[nodiscard]] bool overflown() const { return out_.size() > kMostBehind; }
    [[nodiscard]] bool closed() const { return closed_; }

private:
    /// A flood wakes the coroutine once for each event that it is sent.
    void screen_changed() {
        if (every_us_ > 0 && !std::exchange(changed_, true)) {
            signal_.notify();
        }
    }

    Signal& signal_;
    const control::SubscribeRequest& wanted_;
    std::string out_;
    bool closed_ = false;
    bool changed_ = false; ///< the screen, since that was told
    std::int64_t every_us_;
    std::int64_t next_change_us_ = 0;
    LineView view_;
};

/// The last lines of the output with the events between them, as the live view would have shown
/// them.
void add_history(Mailbox& mailbox, Subject& subject, const control::SubscribeRequest& wanted) {
    const Range kept = subject.kept();
    struct Line {
        std::string text;
        std::uint64_t offset;
    };
    std::deque<Line> lines;
    bool everything = false;
    // Reads ever more from the end until there are enough lines.
    for (std::uint64_t back = kOutputPiece;; back *= 4) {
        lines.clear();
        std::uint64_t from = kept.end > back ? std::max(kept.begin, kept.end - back) : kept.begin;
        const bool all = from == kept.begin;
        bool skip_first = from > 0; // it is cut, also where the journal has lost its beginning
        everything = all;
        LineView view(subject.spec(), [&](std::string line, std::uint64_t offset) {
            if (std::exchange(skip_first, false) || base::trimmed(line).empty()) {
                return;
            }
            lines.push_back({std::move(line), offset});
            if (lines.size() > wanted.tail_lines) {
                everything = false;
                lines.pop_front();
            }
        });
        subject.read({from, kept.end}, [&](std::string_view bytes) {
            view.feed(bytes, from);
            from += bytes.size();
        });
        view.finish();
        if (all || lines.size() >= wanted.tail_lines) {
            break;
        }
    }
    const auto events = subject.events_from(everything || lines.empty() ? 0 : lines.front().offset);
    auto next = events.begin();
    for (const Line& line : lines) {
        while (next != events.end() && next->offset < line.offset) {
            mailbox.add_event(*next++);
        }
        mailbox.add_line(line.text);
    }
    while (next != events.end()) {
        mailbox.add_event(*next++);
    }
}

} // namespace

asio::awaitable<void> stream_events(Connection& connection, control::SubscribeRequest subscribe) {
    Subject& subject = connection.subject();
    if (!subscribe.cell.empty() && !subject.cell(subscribe.cell)) {
        connection.refuse(control::ControlErrc::unknown_cell, "unknown cell", subscribe.cell);
        co_return;
    }
    auto signal = std::make_shared<Signal>(connection.context());
    Mailbox mailbox(*signal, subscribe, subject.spec());
    if (subscribe.tail_lines > 0) {
        add_history(mailbox, subject, subscribe);
    }
    if (subscribe.replay) {
        for (const auto& event : subject.replay(subscribe.cell)) {
            mailbox.add_event(event);
        }
    }
    session::Session* session = subject.session();
    session::WatchHandle watching;
    const bool follow = subscribe.follow && session != nullptr;
    if (follow) {
        if (subscribe.output) {
            mailbox.catch_up(subject);
        }
        watching = session->observe(mailbox);
        connection.watch_peer(signal);
        connection.queue(control::Ok{});
    } else if (subscribe.follow) {
        control::EventInfo closed;
        closed.type = control::EventType::closed;
        const control::StatusInfo status = subject.status();
        closed.exit_code = status.exit_code;
        closed.signal = status.signal;
        mailbox.add_event(closed);
    }
    co_await connection
        .flush(); // our hello at least: the stream stands, even when nothing happens for long
    while (true) {
        if (mailbox.overflown() && follow) {
            connection.refuse(control::ControlErrc::slow,
                              "this subscriber reads too slowly; subscribe again");
            co_return;
        }
        const auto until_change = mailbox.tell_of_screen();
        if (!mailbox.empty()) {
            connection.queue_raw(mailbox.take());
            co_await connection.flush();
            if (connection.peer_gone()) {
                co_return;
            }
            continue;
        }
        if (!follow || mailbox.closed() || connection.peer_gone()) {
            co_return;
        }
        if (until_change) {
            const std::chrono::milliseconds limit = *until_change;
            co_await signal->wait_for(limit);
        } else {
            co_await signal->wait();
        }
    }
}

asio::awaitable<void> stream_cell(Connection& connection, std::string id, control::Form form,
                                  bool through) {
    Subject& subject = connection.subject();
    session::Session* session = subject.session();
    auto signal = std::make_shared<Signal>(connection.context());

    class Wake final : public session::Observer {
    public:
        explicit Wake(Signal& wake) : wake_(wake) {}
        void on_event(const control::EventInfo&) override { wake_.notify(); }
        void on_output(std::string_view, std::uint64_t) override { wake_.notify(); }

    private:
        Signal& wake_;
    } wake(*signal);
    const auto watching = session->observe(wake);
    connection.watch_peer(signal);

    const auto style =
        form == control::Form::ansi ? vt::Transcript::Style::ansi : vt::Transcript::Style::plain;
    LineView view(
        subject.spec(),
        [&](const std::string& line, std::uint64_t) { connection.queue_bytes(line + "\n"); },
        style);
    OutputText raw(control::Form::raw, subject.spec(),
                   [&](std::string_view bytes) { connection.queue_bytes(bytes); });
    std::uint64_t sent = 0; // offset up to which the output has been shown
    bool last = false;
    while (!last && !connection.peer_gone()) {
        const auto cell = subject.cell(id);
        last = !cell || cell->ended() || cell->timed_out ||
               (!through && cell->state == control::CellState::waiting);
        const std::vector<Range> pieces = cell ? cell->output : std::vector<Range>();
        for (Range piece : pieces) {
            piece.begin = std::max(piece.begin, sent);
            if (piece.begin >= piece.end) {
                continue;
            }
            // A peer that has been slow has much to come: no more of it at once than it takes.
            while (piece.begin < piece.end && !connection.peer_gone()) {
                const Range part{piece.begin, std::min(piece.end, piece.begin + kOutputPiece)};
                std::uint64_t at = part.begin;
                subject.read(part, [&](std::string_view bytes) {
                    if (form == control::Form::raw) {
                        raw.feed(bytes);
                    } else {
                        view.feed(bytes, at);
                    }
                    at += bytes.size();
                });
                piece.begin = part.end;
                if (connection.queued() > kOutputPiece) {
                    co_await connection.flush();
                }
            }
            sent = piece.end;
        }
        if (last) {
            view.finish();
            raw.finish();
        }
        if (connection.queued() > 0) {
            co_await connection.flush();
        }
        if (connection.peer_gone()) {
            co_return;
        }
        if (!last) {
            co_await signal->wait();
        }
    }
}

} // namespace kept::daemon
