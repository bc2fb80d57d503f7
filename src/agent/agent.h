#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/bounded_log.h"
#include "agent/link.h"
#include "agent/process.h"
#include "agent/project.h"
#include "agent/render_json.h"
#include "agent/turn.h"
#include "session/program.h"
#include "session/session.h"

namespace kept::agent {

/// Sees an agent's conversation as it goes on.
class Listener {
public:
    virtual ~Listener() = default;
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    Listener(Listener&&) = delete;
    Listener& operator=(Listener&&) = delete;

    /// Something was told: by the agent, or (a `log` event) in its own output. The last lines of
    /// that are told again, marked is_error, when a turn fails.
    virtual void on_told(const Event& event) = 0;

    /// The turn is over, and what trails it has come. `cell` names it.
    virtual void on_turn_end(const std::string& cell, const TurnResult& result) = 0;
};

/// Files in the session's directory.
inline constexpr std::string_view kLogFile = "/agent.log";
inline constexpr std::string_view kEventsFile = "/agent.ndjson";

/// The agent kind: a LiveKit agent in text mode. A turn is a cell; what it says, as `say` shows it
/// in colours, is the session's output; every event is kept besides as one line of JSON.
class Agent final : public session::Program {
public:
    /// How a start went; `error` is empty when the agent is ready for its first turn.
    struct Started {
        std::string error;
        std::string last_words; ///< of the agent's output, when it failed
        std::string greeting;   ///< what it said before anybody asked, as text
    };

    Agent(session::Session& session, session::Loop& loop);
    ~Agent() override;
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;
    Agent(Agent&&) = delete;
    Agent& operator=(Agent&&) = delete;

    /// Starts the agent and calls `done` once; `detected` before that, when there is an agent to be
    /// started, with `Detected Node.js agent (agent.js in DIR)`.
    void start(std::function<void(Started)> done,
               const std::function<void(const std::string&)>& detected = {});

    /// Ends it as stop does and starts the same entrypoint again, with a new conversation. When
    /// that fails the session is over.
    void restart(std::function<void(Started)> done);

    // session::Program
    void run(std::string code) override;
    std::expected<void, control::Refusal> interrupt(bool kill) override;
    std::expected<void, control::Refusal> type(std::string bytes) override;
    void resize(int cols, int rows) override;
    void terminate() override;

    [[nodiscard]] session::WatchHandle listen(Listener& listener);
    /// The turn in progress as far as it has come, or the one that is just ending.
    [[nodiscard]] TurnResult turn() const;
    [[nodiscard]] Status status() const;
    [[nodiscard]] const BoundedLog& log() const { return log_; }
    [[nodiscard]] const BoundedLog& events() const { return events_; }

    /// A read-only question, also during a turn. The answer is nullptr when the agent does not give
    /// one in time.
    void ask(const std::function<std::string(std::string_view id)>& encode,
             const Link::Answer& answer, std::chrono::milliseconds limit);

private:
    class Registration;
    enum class State { starting, ready, stopping, ended };

    // the start
    std::optional<std::string> launch(const std::function<void(const std::string&)>& detected);
    void on_connected();
    void to_text_mode();
    void read_facts();
    void wait_for_greeting();
    void ready();
    void fail_start(std::string why);
    void start_failed();
    void started(const Started& how);

    // a turn
    void send_turn();
    void on_response(const Response& response);
    void finish_turn(TurnResult result, control::Completion completion);
    void finish_failed();
    void settle_turn();
    void abandon(Abandon reason, std::string_view detail, control::Completion completion);

    // what the agent does
    void on_events(std::vector<Event> events);
    void on_line(std::string line);
    void on_link_end(std::string why);
    void on_exit(os::ExitStatus status);
    void stop_process();
    void let_go();

    // telling
    void tell(const std::vector<Event>& events);
    void tell(const Event& event, bool known = false);
    void record(const Event& event, std::string_view cell);
    void write(std::string_view text);
    [[nodiscard]] std::vector<std::string> last_lines(std::uint64_t since) const;
    void arm_idle();
    void touch();

    session::Session& session_;
    session::Loop& loop_;
    BoundedLog log_;
    BoundedLog events_;
    Project project_;
    std::unique_ptr<Process> process_;
    std::unique_ptr<Link> link_;
    Conversation conversation_;
    State state_ = State::starting;
    std::function<void(Started)> start_done_;
    std::function<void(Started)> restart_done_;
    AgentInfo info_;
    Framework framework_;
    std::string failure_;    ///< of a start, while the process that failed is being ended
    std::string wire_error_; ///< why the connection ended, when that was no plain end

    std::string cell_;            ///< of the turn in progress, or of the one that just ended
    std::string text_;            ///< of the turn in progress
    std::uint64_t turn_ = 0;      ///< counts RunInputs; an answer to another than the last is late
    int unanswered_ = 0;          ///< RunInputs whose answer has not come
    bool may_be_refused_ = false; ///< the turn was sent while another had no answer
    bool echoing_ = false;        ///< what is being told is not the turn's output
    std::uint64_t turn_begin_ = 0;
    std::optional<TurnResult> failed_; ///< answered with an error, of which the log may tell more
    std::optional<TurnResult> unsettled_; ///< ended, its usage may still come
    std::uint64_t turns_ = 0;

    std::deque<std::string> lines_; ///< the last ones of the agent's output
    std::uint64_t line_count_ = 0;
    std::uint64_t lines_before_turn_ = 0;
    std::uint64_t seq_ = 0;
    bool flushing_ = false;
    std::int64_t started_us_ = 0;
    std::int64_t touched_us_ = 0;
    std::list<Listener*> listeners_;

    session::WatchHandle start_timer_;
    session::WatchHandle pause_timer_;
    session::WatchHandle turn_timer_;
    session::WatchHandle settle_timer_;
    session::WatchHandle stop_timer_;
    session::WatchHandle idle_timer_;
};

} // namespace kept::agent
