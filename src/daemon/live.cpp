#include "daemon/live.h"

#include "agent/agent.h"
#include "terminal/terminal.h"

namespace kept::daemon {

Live::Live(session::Session& session, agent::Agent& agent)
    : session_(session), program_(agent), agent_(&agent) {}

Live::Live(session::Session& session, terminal::Terminal& terminal)
    : session_(session), program_(terminal), terminal_(&terminal) {}

const vt::Screen* Live::screen() {
    return terminal_ == nullptr ? nullptr : &terminal_->screen();
}

control::StatusInfo Live::status() const {
    control::StatusInfo status = session_.status();
    if (terminal_ != nullptr) {
        status.attached = terminal_->guests();
    }
    return status;
}

std::optional<CellInfo> Live::cell(std::string_view id) {
    session::Cell* cell = nullptr;
    if (!id.empty()) {
        cell = session_.cells().find(id);
        if (cell == nullptr) {
            return session::find_in_events(session_.directory(), id);
        }
    } else {
        cell = session_.active();
        if (cell == nullptr) {
            cell = session_.cells().latest();
        }
    }
    return cell == nullptr ? std::nullopt : std::optional(cell->info);
}

std::vector<control::EventInfo> Live::replay(std::string_view id) {
    session::Cell* cell = session_.cells().find(id);
    if (id.empty()) {
        cell = session_.active();
        session::Cell* latest = session_.cells().latest();
        if (cell == nullptr && latest != nullptr && !latest->claimed) {
            cell = latest;
        }
    }
    if (cell == nullptr) {
        return {};
    }
    cell->claimed = cell->info.ended();
    return session::Session::replay(*cell);
}

std::vector<control::EventInfo> Live::events_from(std::uint64_t offset) {
    std::vector<control::EventInfo> events;
    session::read_events(session_.directory(), [&](const control::EventInfo& event) {
        if (event.offset >= offset && event.type != control::EventType::began) {
            events.push_back(event);
        }
    });
    return events;
}

std::uint64_t Live::read(Range range, const std::function<void(std::string_view)>& sink) {
    return session_.log().read(range, sink);
}

void Live::told(std::string_view id) {
    if (session::Cell* cell = session_.cells().find(id)) {
        cell->claimed = cell->claimed || cell->info.ended();
        if (cell->info.timed_out && !cell->info.ended()) {
            cell->info.timeout_reported = true;
        }
    }
}

} // namespace kept::daemon
