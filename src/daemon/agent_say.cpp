#include "daemon/agent_say.h"

#include <algorithm>
#include <chrono>

#include "agent/render_json.h"
#include "agent/render_text.h"
#include "daemon/requests.h"

namespace kept::daemon {

namespace {

/// What may wait for a caller that does not read; the turn goes on without him.
constexpr std::size_t kMostUnread = 64UL * 1024 * 1024;

/// Collects what one turn tells, as its caller wants it.
class Turn final : public agent::Listener, public session::Observer {
public:
    Turn(Signal& signal, const control::AgentRequest& wanted) : signal_(signal), wanted_(wanted) {}

    void begin(std::string cell) { cell_ = std::move(cell); }

    void on_told(const agent::Event& event) override {
        const bool is_log = event.type == agent::EventType::log;
        // Those marked as errors explain a failure to somebody who has not seen them pass by.
        if (over_ || (is_log && wanted_.logs == event.is_error)) {
            return;
        }
        const bool is_act = event.type == agent::EventType::tool_call ||
                            event.type == agent::EventType::handoff ||
                            event.type == agent::EventType::config;
        const bool is_reply = event.type == agent::EventType::message &&
                              event.role == agent::Role::assistant && !event.text.empty();
        answered_ = answered_ || (!event.earlier && (is_act || is_reply));
        if (wanted_.json) {
            if (is_log) {
                logs_.push_back(event.text);
            }
            return;
        }
        show(agent::render_text(event, style()));
    }

    void on_turn_end(const std::string& cell, const agent::TurnResult& result) override {
        if (cell != cell_ || over_) {
            return;
        }
        over_ = true;
        result_ = result;
        signal_.notify();
    }

    void on_event(const control::EventInfo& event) override {
        if (!event.cell || event.cell->id != cell_) {
            return;
        }
        if (event.type == control::EventType::done && !wanted_.json) {
            ended_ = true; // what trails it is not for text
        }
        timed_out_ = timed_out_ || event.type == control::EventType::timeout;
        signal_.notify();
    }

    /// Nothing more will come for this caller.
    [[nodiscard]] bool settled() const { return over_ || ended_ || timed_out_; }
    [[nodiscard]] bool overflown() const { return text_.size() > kMostUnread; }
    [[nodiscard]] std::string take() { return std::exchange(text_, {}); }
    [[nodiscard]] const std::optional<agent::TurnResult>& result() const { return result_; }
    [[nodiscard]] const std::vector<std::string>* logs() const {
        return wanted_.logs || !logs_.empty() ? &logs_ : nullptr;
    }
    [[nodiscard]] bool answered() const { return answered_; }
    [[nodiscard]] agent::TextStyle style() const {
        return {.colours = wanted_.colours, .metrics = wanted_.metrics};
    }

    void show(const std::string& text) {
        if (!text.empty()) {
            text_ += text;
            signal_.notify();
        }
    }

private:
    Signal& signal_;
    const control::AgentRequest& wanted_;
    std::string cell_;
    std::string text_;
    std::vector<std::string> logs_;
    std::optional<agent::TurnResult> result_;
    bool answered_ = false;
    bool over_ = false;
    bool ended_ = false;
    bool timed_out_ = false;
};

std::string as_json(const Turn& turn, const agent::Agent& agent, const control::CellInfo& cell) {
    agent::TurnResult result = turn.result() ? *turn.result() : agent.turn();
    if (!cell.ended()) {
        result.error = "timeout: the agent has not answered yet; the turn goes on";
    }
    return agent::say_json(result, cell.duration_us / 1000, cell.id, turn.logs()) + "\n";
}

} // namespace

asio::awaitable<void> say(Connection& connection, agent::Agent& agent,
                          const control::AgentRequest& request) {
    auto text = co_await connection.receive_bytes(request.bytes);
    if (!text) {
        co_return;
    }
    Subject& subject = connection.subject();
    if (request.timeout_ms <= 0) {
        connection.refuse(control::ControlErrc::malformed, "timeout_ms must be positive");
        co_return;
    }
    const auto fired = subject.session()->fire(
        *text, std::chrono::milliseconds(std::min(request.timeout_ms, kLongestTimeoutMs)));
    if (!fired) {
        connection.queue(fired.error());
        co_return;
    }
    const std::string id = fired->id;
    auto signal = std::make_shared<Signal>(connection.context());
    Turn turn(*signal, request);
    turn.begin(id);
    const auto watching = subject.session()->observe(turn);
    const auto listening = agent.listen(turn);
    connection.watch_peer(signal);
    connection.queue(*fired);
    agent.run(std::move(*text));
    while (!connection.peer_gone()) {
        if (turn.overflown()) {
            connection.refuse(control::ControlErrc::slow,
                              "this caller reads too slowly; the turn goes on", id);
            co_return;
        }
        connection.queue_bytes(turn.take());
        if (connection.queued() > 0) {
            co_await connection.flush();
            if (connection.peer_gone()) {
                co_return;
            }
            continue;
        }
        if (turn.settled()) {
            break;
        }
        co_await signal->wait();
    }
    const auto cell = subject.cell(id);
    if (!cell || connection.peer_gone()) {
        co_return;
    }
    subject.told(id);
    if (request.json) {
        connection.queue_bytes(as_json(turn, agent, *cell));
    } else if (cell->state == control::CellState::done && !turn.answered()) {
        connection.queue_bytes(agent::render_silence(turn.style()));
    }
    connection.queue(*cell);
    connection.queue(control::ReportEnd{});
}

} // namespace kept::daemon
