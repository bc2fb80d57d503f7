#include "daemon/archive.h"

#include <algorithm>

#include "base/text.h"
#include "os/files.h"
#include "session/event_log.h"

namespace kept::daemon {

namespace {

/// A cell that was under way when the daemon went.
void end_with_session(CellInfo& cell, std::uint64_t output_end) {
    cell.state = control::CellState::error;
    cell.error = "session exited";
    cell.input.reset();
    if (!cell.output.empty() && cell.output.back().end < output_end) {
        cell.output.back().end = output_end;
    }
}

} // namespace

session::Result<std::unique_ptr<Archive>> Archive::open(const std::string& directory) {
    auto spec =
        control::decode_launch_spec(os::read_file(directory + "/session.json", control::kMaxSpec));
    if (!spec) {
        return base::fail(session::SessionErrc::damaged,
                          directory + " holds no session: " + spec.error().message());
    }
    std::unique_ptr<Archive> archive(new Archive);
    archive->directory_ = directory;
    archive->spec_ = std::move(*spec);
    archive->segments_ = session::list_segments(directory);

    control::StatusInfo& status = archive->status_;
    status = session::status_of(archive->spec_);
    status.pid = 0;
    status.child_pid = 0;
    status.state = control::SessionState::lost;
    session::read_events(directory, [&](const control::EventInfo& event) {
        archive->cells_.apply(event);
        if (event.type == control::EventType::closed) {
            status.state = control::SessionState::exited;
            status.exit_code = event.exit_code;
            status.signal = event.signal;
        }
    });
    if (session::Cell* latest = archive->cells_.latest();
        latest != nullptr && !latest->info.ended()) {
        end_with_session(latest->info, archive->kept().end);
    }
    status.cells = archive->cells_.count();
    status.output_bytes = archive->kept().end;
    status.journal_bytes = archive->kept().size();
    return archive;
}

std::optional<CellInfo> Archive::cell(std::string_view id) {
    if (id.empty()) {
        const session::Cell* latest = cells_.latest();
        return latest == nullptr ? std::nullopt : std::optional(latest->info);
    }
    const session::Cell* found = cells_.find(id);
    return found == nullptr ? session::find_in_events(directory_, id) : std::optional(found->info);
}

std::vector<control::EventInfo> Archive::replay(std::string_view id) {
    session::Cell* cell = cells_.find(id);
    return cell == nullptr ? std::vector<control::EventInfo>() : session::Session::replay(*cell);
}

std::vector<control::EventInfo> Archive::events_from(std::uint64_t offset) {
    std::vector<control::EventInfo> events;
    session::read_events(directory_, [&](const control::EventInfo& event) {
        if (event.offset >= offset && event.type != control::EventType::began) {
            events.push_back(event);
        }
    });
    return events;
}

std::uint64_t Archive::read(Range range, const std::function<void(std::string_view)>& sink) {
    return session::read_output(segments_, range, sink);
}

Range Archive::kept() const {
    if (segments_.empty()) {
        return {};
    }
    return {segments_.front().begin, segments_.back().begin + segments_.back().size};
}

const vt::Screen* Archive::screen() {
    if (spec_.kind == "agent") {
        return nullptr;
    }
    if (screen_) {
        return &*screen_;
    }
    // The size at the start is not kept; until the first change the last one stands in for it.
    screen_.emplace(vt::Size{spec_.cols, spec_.rows}, nullptr, 0, vt::kDefaultScrollbackBytes);
    std::uint64_t at = kept().begin;
    const auto feed_to = [&](std::uint64_t end) {
        if (end > at) {
            read({at, end}, [&](std::string_view bytes) { screen_->feed(bytes); });
            at = end;
        }
    };
    for (const control::EventInfo& event : events_from(at)) {
        if (event.type != control::EventType::resize) {
            continue;
        }
        feed_to(std::min(event.offset, kept().end));
        const auto cross = event.message.find('x');
        const auto cols =
            base::parse_integer(event.message.substr(0, cross), vt::kMinEdge, vt::kMaxEdge);
        const auto rows =
            cross == std::string::npos
                ? std::nullopt
                : base::parse_integer(event.message.substr(cross + 1), vt::kMinEdge, vt::kMaxEdge);
        if (cols && rows) {
            screen_->resize({static_cast<int>(*cols), static_cast<int>(*rows)});
        }
    }
    feed_to(kept().end);
    return &*screen_;
}

} // namespace kept::daemon
