#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "control/launch.h"
#include "control/messages.h"
#include "session/cell_store.h"
#include "session/event_log.h"
#include "session/loop.h"
#include "session/output_log.h"

namespace kept::session {

/// Sees what happens in a session as it happens.
class Observer {
public:
    virtual ~Observer() = default;
    Observer() = default;
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    Observer(Observer&&) = delete;
    Observer& operator=(Observer&&) = delete;

    virtual void on_event(const control::EventInfo& event) = 0;

    /// True for one that stands for somebody outside.
    [[nodiscard]] virtual bool is_subscriber() const { return false; }

    /// Output, at the offset of its first byte.
    virtual void on_output(std::string_view bytes, std::uint64_t offset) {
        static_cast<void>(bytes);
        static_cast<void>(offset);
    }
};

/// What a specification says of a session; its state is left open.
control::StatusInfo status_of(const control::LaunchSpec& spec);

/// How a cell ended, as its program's kind found out.
struct CellEnd {
    control::Completion completion = control::Completion::none;
    std::optional<int> exit_code;
    std::string cwd;
    std::string error; ///< not empty: the cell failed for this reason
};

/// The state machine that both kinds of session share: one active cell at a time, its events, the
/// journal.
///
///     fired → running ⇄ waiting → done | error
///
/// It knows nothing of terminals or agents; a Program drives it.
class Session {
public:
    /// `directory` exists and is empty but for what the caller put there.
    Session(control::LaunchSpec spec, std::string directory, Loop& loop);

    [[nodiscard]] const control::LaunchSpec& spec() const { return spec_; }
    [[nodiscard]] const std::string& directory() const { return directory_; }

    /// Adds what became known after the start (child pid, profile, …) and writes `session.json`.
    void describe(const control::LaunchSpec& spec);

    // The cell ------------------------------------------------------------------------------------

    /// Takes the one place for an active cell; `busy` with its id when it is taken. Nothing has
    /// been sent yet.
    std::expected<control::CellInfo, control::Refusal> fire(std::string_view code,
                                                            std::chrono::milliseconds timeout);

    [[nodiscard]] Cell* active();
    [[nodiscard]] CellStore& cells() { return cells_; }

    /// Sets where the active cell's output stands (so far).
    void set_output(std::vector<Range> pieces);

    void waiting(const control::InputInfo& input);
    void resumed();

    /// Somebody asked for an interruption: however the frame ends now, the cell was interrupted.
    void interrupting();
    [[nodiscard]] bool is_interrupting() const { return interrupting_; }

    /// Ends the active cell. Without one it does nothing.
    void end_cell(CellEnd end);

    // Everything else -----------------------------------------------------------------------------

    /// Journals output of the program and shows it to the observers.
    void output(std::string_view bytes);
    [[nodiscard]] std::uint64_t output_end() const { return log_.end(); }
    [[nodiscard]] OutputLog& log() { return log_; }

    void notify(std::string from, std::string message);
    void resized(int cols, int rows);

    /// The program has ended, and with it the session. An active cell ends as `error: session
    /// exited`.
    void closed(std::optional<int> exit_code, std::optional<int> signal);
    [[nodiscard]] bool is_closed() const { return closed_.has_value(); }

    [[nodiscard]] control::StatusInfo status() const;

    /// Shows every later event to `observer`, until the handle goes.
    [[nodiscard]] WatchHandle observe(Observer& observer);

    /// The events of one cell as they were, for somebody who comes later.
    [[nodiscard]] static std::vector<control::EventInfo> replay(const Cell& cell);

private:
    class Subscription;

    void publish(control::EventInfo event);
    void publish_cell(control::EventType type, Cell& cell);
    void arm_timeout(std::chrono::milliseconds timeout);

    control::LaunchSpec spec_;
    std::string directory_;
    Loop& loop_;
    OutputLog log_;
    EventLog events_;
    CellStore cells_;
    std::string active_; ///< id of the active cell, or empty
    bool interrupting_ = false;
    WatchHandle timeout_;
    std::list<Observer*> observers_;
    std::uint64_t seq_ = 0;
    std::int64_t last_timing_us_ = 0;
    std::uint64_t noted_lost_ = 0;
    std::uint64_t noted_begin_ = 0;
    std::optional<control::EventInfo> closed_;
};

} // namespace kept::session
