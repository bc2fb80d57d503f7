#include "daemon/requests.h"

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "daemon/agent_requests.h"
#include "daemon/attach.h"
#include "daemon/cast.h"
#include "daemon/report.h"
#include "daemon/screen_requests.h"
#include "daemon/subscription.h"
#include "daemon/timers.h"
#include "daemon/wait_request.h"

namespace kept::daemon {

namespace {

using control::ControlErrc;

/// How long `int` waits for the frame to end before it says that the program did not obey.
constexpr std::chrono::seconds kInterruptLimit{2};

/// Wakes a coroutine at every event of the session, and at output when asked.
class CellWake final : public session::Observer {
public:
    CellWake(Signal& signal, bool output) : signal_(signal), output_(output) {}
    void on_event(const control::EventInfo&) override { signal_.notify(); }
    void on_output(std::string_view, std::uint64_t) override {
        if (output_) {
            signal_.notify();
        }
    }

private:
    Signal& signal_;
    bool output_;
};

/// Refuses what needs the program when it has ended.
bool need_live(Connection& connection) {
    const bool live = connection.subject().session() != nullptr;
    if (!live) {
        connection.refuse(ControlErrc::exited, "session exited");
    }
    return live;
}

/// Nothing more will happen to the cell that this caller waits for.
bool settled(const std::optional<control::CellInfo>& cell, bool through) {
    return !cell || cell->ended() || cell->timed_out ||
           (!through && cell->state == control::CellState::waiting);
}

asio::awaitable<void> wait_for_cell(Connection& connection, std::string id, bool through) {
    session::Session* session = connection.subject().session();
    if (session == nullptr || settled(connection.subject().cell(id), through)) {
        co_return;
    }
    auto signal = std::make_shared<Signal>(connection.context());
    CellWake wake(*signal, false);
    const auto watching = session->observe(wake);
    connection.watch_peer(signal);
    while (!connection.peer_gone() && !settled(connection.subject().cell(id), through)) {
        co_await signal->wait();
    }
}

/// Waits for the end of a cell, or until it waits for input; a timeout that its starter was told of
/// does not count.
asio::awaitable<void> wait_at_most(Connection& connection, std::string id, bool through,
                                   std::int64_t timeout_ms) {
    session::Session* session = connection.subject().session();
    const auto settled = [&] {
        const auto cell = connection.subject().cell(id);
        return !cell || cell->ended() || (!through && cell->state == control::CellState::waiting);
    };
    if (session == nullptr || settled()) {
        co_return;
    }
    auto signal = std::make_shared<Signal>(connection.context());
    CellWake wake(*signal, false);
    const auto watching = session->observe(wake);
    connection.watch_peer(signal);
    const std::int64_t limit_ms =
        timeout_ms > 0 ? std::min(timeout_ms, kLongestTimeoutMs) : kLongestTimeoutMs;
    const std::int64_t deadline = base::steady_us() + limit_ms * base::kUsPerMs;
    while (!connection.peer_gone() && !settled()) {
        const std::int64_t left = deadline - base::steady_us();
        if (left <= 0) {
            break;
        }
        const std::chrono::milliseconds limit((left + base::kUsPerMs - 1) / base::kUsPerMs);
        co_await signal->wait_for(limit);
    }
}

asio::awaitable<void> answer(Connection& connection, const control::RunRequest& run) {
    auto code = co_await connection.receive_bytes(run.bytes);
    if (!code || !need_live(connection)) {
        co_return;
    }
    Subject& subject = connection.subject();
    if (run.timeout_ms <= 0) {
        connection.refuse(ControlErrc::malformed, "timeout_ms must be positive");
        co_return;
    }
    if (const auto room = subject.program()->make_room(); !room) {
        connection.queue(room.error());
        co_return;
    }
    if (subject.session()->active() == nullptr) {
        const auto expecting = subject.program()->expect_prompts(run.answers);
        if (!expecting) {
            connection.queue(expecting.error());
            co_return;
        }
    }
    const auto cell = subject.session()->fire(
        *code, std::chrono::milliseconds(std::min(run.timeout_ms, kLongestTimeoutMs)));
    if (!cell) {
        connection.queue(cell.error());
        co_return;
    }
    const std::string id = cell->id;
    if (run.inject) {
        subject.program()->inject();
    }
    subject.program()->run(std::move(*code));
    connection.queue(*cell);
    if (!run.wait) {
        co_return;
    }
    co_await connection.flush();
    if (run.stream) {
        co_await stream_cell(connection, id, run.form, run.through);
    } else {
        co_await wait_for_cell(connection, id, run.through);
    }
    if (const auto ended = subject.cell(id); ended && !connection.peer_gone()) {
        Wanted wanted;
        wanted.form = run.form;
        wanted.max_bytes = run.max_bytes;
        wanted.body = !run.stream;
        co_await send_report(connection, *ended, wanted);
    }
}

asio::awaitable<void> answer(Connection& connection, const control::PollRequest& poll) {
    Subject& subject = connection.subject();
    auto cell = subject.cell(poll.cell);
    if (!cell) {
        if (poll.cell.empty()) {
            connection.refuse(ControlErrc::no_cell,
                              "no active cell on '" + subject.spec().name + "'");
        } else {
            connection.refuse(ControlErrc::unknown_cell, "unknown cell", poll.cell);
        }
        co_return;
    }
    if (poll.wait) {
        co_await wait_at_most(connection, cell->id, poll.through, poll.timeout_ms);
        cell = subject.cell(cell->id);
    }
    if (cell && !connection.peer_gone()) {
        Wanted wanted;
        wanted.form = poll.form;
        wanted.max_bytes = poll.max_bytes;
        co_await send_report(connection, *cell, wanted);
    }
}

asio::awaitable<void> answer(Connection& connection, const control::OutputRequest& output) {
    const auto cell = connection.subject().cell(output.cell);
    if (!cell) {
        connection.refuse(ControlErrc::unknown_cell, "unknown cell", output.cell);
        co_return;
    }
    Wanted wanted;
    wanted.form = output.form;
    wanted.offset = output.offset;
    wanted.limit = output.limit;
    co_await send_report(connection, *cell, wanted);
}

asio::awaitable<void> answer(Connection& connection, const control::CellsRequest&) {
    auto cells = connection.subject().cells();
    // What does not fit one frame is left out from the old end.
    constexpr std::size_t kMostCells = 1000;
    if (cells.size() > kMostCells) {
        cells.erase(cells.begin(), cells.end() - kMostCells);
    }
    connection.queue(control::CellsInfo{std::move(cells)});
    co_return;
}

asio::awaitable<void> answer(Connection& connection, const control::StatusRequest&) {
    connection.queue(connection.subject().status());
    co_return;
}

asio::awaitable<void> answer(Connection& connection, const control::InterruptRequest& interrupt) {
    if (!need_live(connection)) {
        co_return;
    }
    Subject& subject = connection.subject();
    const session::Cell* active = subject.session()->active();
    const std::string id = active == nullptr ? std::string() : active->info.id;
    auto signal = std::make_shared<Signal>(connection.context());
    CellWake wake(*signal, false);
    const auto watching = subject.session()->observe(wake);
    if (const auto done = subject.program()->interrupt(interrupt.kill); !done) {
        connection.queue(done.error());
        co_return;
    }
    bool late = false;
    const session::WatchHandle limit =
        Timers::of(connection.context()).after(kInterruptLimit, [&signal, &late] {
            late = true;
            signal->notify();
        });
    const auto ended = [&] {
        const auto cell = subject.cell(id);
        return id.empty() || !cell || cell->ended();
    };
    while (!ended() && !late) {
        co_await signal->wait();
    }
    if (ended()) {
        connection.queue(control::Ok{});
    } else {
        connection.refuse(ControlErrc::interrupt_failed, "the program has not ended after Ctrl-C",
                          id);
    }
}

asio::awaitable<void> answer(Connection& connection, const control::ResetRequest&) {
    if (!need_live(connection)) {
        co_return;
    }
    auto signal = std::make_shared<Signal>(connection.context());
    auto result = std::make_shared<std::optional<control::ResetInfo>>();
    const bool begun = connection.subject().program()->reset([signal, result](auto info) {
        *result = std::move(info);
        signal->notify();
    });
    if (!begun) {
        connection.refuse(ControlErrc::unsupported,
                          "only a terminal can be reset, and one reset runs at a time");
        co_return;
    }
    while (!*result) {
        co_await signal->wait();
    }
    connection.queue(**result);
}

asio::awaitable<void> answer(Connection& connection, const control::KillRequest&) {
    if (!need_live(connection)) {
        co_return;
    }
    session::Session* session = connection.subject().session();
    auto signal = std::make_shared<Signal>(connection.context());
    CellWake wake(*signal, false);
    const auto watching = session->observe(wake);
    connection.subject().program()->terminate();
    while (!session->is_closed()) {
        co_await signal->wait();
    }
    connection.queue(control::Ok{});
}

asio::awaitable<void> answer(Connection& connection, const control::NotifyRequest& notify) {
    if (!need_live(connection)) {
        co_return;
    }
    constexpr std::size_t kMostMessage =
        64UL * 1024; // one line of the journal, one frame to each subscriber
    if (notify.message.size() + notify.from.size() > kMostMessage) {
        connection.refuse(ControlErrc::too_large, "a notification is at most 64 KiB");
        co_return;
    }
    connection.subject().session()->notify(notify.from, notify.message);
    connection.queue(control::Ok{});
    co_return;
}

asio::awaitable<void> answer(Connection& connection, const control::SendRequest& send) {
    co_await answer_send(connection, send);
}

asio::awaitable<void> answer(Connection& connection, const control::ResizeRequest& resize) {
    co_await answer_resize(connection, resize);
}

asio::awaitable<void> answer(Connection& connection, const control::WaitRequest& wait) {
    co_await answer_wait(connection, wait);
}

asio::awaitable<void> answer(Connection& connection, const control::BatchRequest& batch) {
    co_await answer_batch(connection, batch);
}

asio::awaitable<void> answer(Connection& connection, const control::ScreenRequest& screen) {
    co_await answer_screen(connection, screen);
}

asio::awaitable<void> answer(Connection& connection, const control::SubscribeRequest& subscribe) {
    co_await stream_events(connection, subscribe);
}

asio::awaitable<void> answer(Connection& connection, const control::AttachRequest& request) {
    co_await attach_person(connection, request);
}

asio::awaitable<void> answer(Connection& connection, const control::CastRequest& request) {
    co_await send_cast(connection, request);
}

asio::awaitable<void> answer(Connection& connection, const control::AgentRequest& request) {
    co_await answer_agent(connection, request);
}

} // namespace

asio::awaitable<void> handle(Connection& connection, const control::Request& request) {
    co_await std::visit([&](const auto& one) { return answer(connection, one); }, request);
}

} // namespace kept::daemon
