#include "session/session.h"

#include <algorithm>

#include "base/clock.h"
#include "base/ids.h"
#include "base/text.h"
#include "os/files.h"
#include "os/proc.h"

namespace kept::session {

namespace {

/// Recordings need no finer grain than a person's eye.
constexpr std::int64_t kTimingStepUs = 50'000;

} // namespace

control::StatusInfo status_of(const control::LaunchSpec& spec) {
    control::StatusInfo status;
    status.name = spec.name;
    status.kind = spec.kind;
    status.pid = spec.daemon_pid;
    status.child_pid = spec.child_pid;
    status.command = spec.command;
    status.cwd = spec.cwd;
    status.profile = spec.profile;
    status.frame = control::to_string(spec.frame);
    status.created_us = spec.created_us;
    status.cols = spec.cols;
    status.rows = spec.rows;
    status.labels = spec.labels;
    return status;
}

class Session::Subscription final : public Watch {
public:
    Subscription(Session& session, Observer& observer)
        : place_(session.observers_.insert(session.observers_.end(), &observer)) {}
    ~Subscription() override {
        // publish() may be walking the list: it drops empty places itself.
        *place_ = nullptr;
    }
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    Subscription(Subscription&&) = delete;
    Subscription& operator=(Subscription&&) = delete;

private:
    std::list<Observer*>::iterator place_;
};

Session::Session(control::LaunchSpec spec, std::string directory, Loop& loop)
    : directory_(std::move(directory)), loop_(loop), log_(directory_, spec.journal_limit),
      events_(directory_) {
    spec_ = std::move(spec);
}

void Session::describe(const control::LaunchSpec& spec) {
    spec_ = spec;
    static_cast<void>(
        os::replace_file(directory_ + "/session.json", control::encode(spec_) + "\n"));
}

std::expected<control::CellInfo, control::Refusal>
Session::fire(std::string_view code, std::chrono::milliseconds timeout) {
    if (closed_) {
        return std::unexpected(
            control::Refusal{control::ControlErrc::exited, "session exited", ""});
    }
    if (Cell* held = active()) {
        return std::unexpected(control::Refusal{
            control::ControlErrc::busy, "active cell '" + held->info.id + "'", held->info.id});
    }
    control::CellInfo info;
    info.id = base::new_cell_id();
    info.fired_us = base::wall_us();
    info.code = base::to_utf8(base::utf8_prefix(code, control::kCodePreview));
    Cell& cell = cells_.add(std::move(info));
    cell.fired_steady_us = base::steady_us();
    active_ = cell.info.id;
    interrupting_ = false;
    publish_cell(control::EventType::fired, cell);
    cell.fired_seq = cell.last_seq;
    arm_timeout(timeout);
    return cell.info;
}

Cell* Session::active() {
    return active_.empty() ? nullptr : cells_.find(active_);
}

void Session::set_output(std::vector<Range> pieces) {
    Cell* cell = active();
    if (cell == nullptr) {
        return;
    }
    const bool begins = cell->info.output.empty() && !pieces.empty();
    cell->info.output = std::move(pieces);
    if (begins) {
        // For a reader of the journal, should this daemon be killed: nobody else needs to hear of
        // it.
        control::EventInfo event;
        event.seq = ++seq_;
        event.ts_us = base::wall_us();
        event.type = control::EventType::began;
        event.offset = log_.end();
        event.cell = cell->info;
        events_.append(event);
    }
}

void Session::waiting(const control::InputInfo& input) {
    Cell* cell = active();
    if (cell == nullptr ||
        (cell->info.state == control::CellState::waiting && cell->info.input == input)) {
        return;
    }
    cell->info.state = control::CellState::waiting;
    cell->info.input = input;
    publish_cell(control::EventType::waiting, *cell);
}

void Session::resumed() {
    Cell* cell = active();
    if (cell == nullptr || cell->info.state != control::CellState::waiting) {
        return;
    }
    cell->info.state = control::CellState::running;
    cell->info.input.reset();
    publish_cell(control::EventType::resumed, *cell);
}

void Session::interrupting() {
    if (active() != nullptr) {
        interrupting_ = true;
    }
}

void Session::end_cell(CellEnd end) {
    Cell* cell = active();
    if (cell == nullptr) {
        return;
    }
    timeout_.reset();
    active_.clear();
    control::CellInfo& info = cell->info;
    info.completion = end.completion;
    info.exit_code = end.exit_code;
    info.cwd = std::move(end.cwd);
    info.error = std::move(end.error);
    info.input.reset();
    if (info.error.empty() && interrupting_) {
        info.error = "interrupted";
    }
    interrupting_ = false;
    info.state = info.error.empty() ? control::CellState::done : control::CellState::error;
    for (const Range& piece : info.output) {
        if (piece.begin < log_.begin()) {
            info.dropped += std::min(piece.end, log_.begin()) - piece.begin;
        }
    }
    publish_cell(info.state == control::CellState::done ? control::EventType::done
                                                        : control::EventType::error,
                 *cell);
}

void Session::output(std::string_view bytes) {
    const std::uint64_t offset = log_.end();
    log_.append(bytes);
    const std::int64_t now = base::wall_us();
    if (now - last_timing_us_ >= kTimingStepUs) {
        last_timing_us_ = now;
        events_.append_timing(++seq_, offset, now);
    }
    for (Observer* observer : observers_) {
        if (observer != nullptr) {
            observer->on_output(bytes, offset);
        }
    }
    if (log_.begin() != noted_begin_ || log_.lost() != noted_lost_) {
        noted_begin_ = log_.begin();
        noted_lost_ = log_.lost();
        control::EventInfo event;
        event.type = control::EventType::drop;
        event.message = "output before offset " + std::to_string(noted_begin_) + " was dropped";
        if (noted_lost_ > 0) {
            event.message += ", " + std::to_string(noted_lost_) + " bytes could not be written";
        }
        publish(std::move(event));
    }
}

void Session::notify(std::string from, std::string message) {
    control::EventInfo event;
    event.type = control::EventType::notify;
    event.from = std::move(from);
    event.message = std::move(message);
    publish(std::move(event));
}

void Session::resized(int cols, int rows) {
    const auto text = [](int width, int height) {
        return std::to_string(width) + "x" + std::to_string(height);
    };
    control::EventInfo event;
    event.type = control::EventType::resize;
    event.from = text(spec_.cols, spec_.rows); // a recording has no other way to know
    event.message = text(cols, rows);
    spec_.cols = cols;
    spec_.rows = rows;
    describe(spec_);
    publish(std::move(event));
}

void Session::closed(std::optional<int> exit_code, std::optional<int> signal) {
    if (closed_) {
        return;
    }
    log_.flush();
    const int shell_code = signal ? 128 + *signal : exit_code.value_or(0);
    end_cell({control::Completion::exit, shell_code, "", "session exited"});
    control::EventInfo event;
    event.type = control::EventType::closed;
    event.exit_code = exit_code;
    event.signal = signal;
    closed_ = event;
    publish(std::move(event));
}

control::StatusInfo Session::status() const {
    control::StatusInfo status = status_of(spec_);
    if (!closed_ && spec_.child_pid > 0) {
        status.cwd = os::working_directory(spec_.child_pid).value_or(spec_.cwd);
    }
    status.active = active_;
    status.cells = cells_.count();
    status.output_bytes = log_.end();
    status.journal_bytes = log_.bytes_on_disk();
    status.subscribers = static_cast<int>(std::ranges::count_if(
        observers_, [](const Observer* one) { return one != nullptr && one->is_subscriber(); }));
    if (closed_) {
        status.state = control::SessionState::exited;
        status.exit_code = closed_->exit_code;
        status.signal = closed_->signal;
    } else if (active_.empty()) {
        status.state = control::SessionState::idle;
    } else {
        const Cell* cell = cells_.find(active_);
        if (cell != nullptr) {
            status.input = cell->info.input;
        }
        status.state = cell != nullptr && cell->info.state == control::CellState::waiting
                           ? control::SessionState::waiting
                           : control::SessionState::running;
    }
    return status;
}

WatchHandle Session::observe(Observer& observer) {
    return std::make_unique<Subscription>(*this, observer);
}

std::vector<control::EventInfo> Session::replay(const Cell& cell) {
    std::vector<control::EventInfo> events(1);
    events[0].seq = cell.fired_seq;
    events[0].ts_us = cell.info.fired_us;
    events[0].type = control::EventType::fired;
    events[0].cell = cell.info;
    if (cell.info.state == control::CellState::running) {
        return events;
    }
    control::EventInfo last = events[0];
    last.seq = cell.last_seq;
    last.ts_us = cell.info.fired_us + cell.info.duration_us;
    switch (cell.info.state) {
    case control::CellState::waiting:
        last.type = control::EventType::waiting;
        break;
    case control::CellState::done:
        last.type = control::EventType::done;
        break;
    default:
        last.type = control::EventType::error;
        break;
    }
    events.push_back(std::move(last));
    return events;
}

void Session::publish(control::EventInfo event) {
    event.seq = ++seq_;
    event.ts_us = base::wall_us();
    event.offset = log_.end();
    events_.append(event);
    for (Observer* observer : observers_) {
        if (observer != nullptr) {
            observer->on_event(event);
        }
    }
    std::erase(observers_, nullptr);
}

void Session::publish_cell(control::EventType type, Cell& cell) {
    cell.info.duration_us = base::steady_us() - cell.fired_steady_us;
    cell.last_seq = seq_ + 1;
    control::EventInfo event;
    event.type = type;
    event.cell = cell.info;
    publish(std::move(event));
}

void Session::arm_timeout(std::chrono::milliseconds timeout) {
    timeout_ = loop_.after(timeout, [this] {
        if (Cell* cell = active()) {
            cell->info.timed_out = true;
            publish_cell(control::EventType::timeout, *cell);
        }
    });
}

} // namespace kept::session
