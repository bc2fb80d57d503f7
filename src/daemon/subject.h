#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "control/launch.h"
#include "control/messages.h"
#include "daemon/screen_view.h"
#include "session/program.h"
#include "session/session.h"

namespace kept::agent {
class Agent;
}
namespace kept::terminal {
class Terminal;
}
namespace kept::vt {
class Screen;
}

namespace kept::daemon {

using control::CellInfo;
using control::Range;

/// What a connection serves: a live session, or the journal of one that has ended.
class Subject {
public:
    virtual ~Subject() = default;
    Subject() = default;
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;
    Subject(Subject&&) = delete;
    Subject& operator=(Subject&&) = delete;

    [[nodiscard]] virtual const control::LaunchSpec& spec() const = 0;
    [[nodiscard]] virtual control::StatusInfo status() const = 0;

    /// One cell; with an empty id the active one, else the latest.
    [[nodiscard]] virtual std::optional<CellInfo> cell(std::string_view id) = 0;
    [[nodiscard]] virtual std::vector<CellInfo> cells() = 0;

    /// Events to show somebody who comes now: those of that cell, or, without an id, of the active
    /// cell and of a latest one whose end nobody has been told yet.
    [[nodiscard]] virtual std::vector<control::EventInfo> replay(std::string_view id) = 0;

    /// All events from an offset of the output on.
    [[nodiscard]] virtual std::vector<control::EventInfo> events_from(std::uint64_t offset) = 0;

    /// Gives the kept bytes of a range; returns how many are gone.
    virtual std::uint64_t read(Range range, const std::function<void(std::string_view)>& sink) = 0;
    [[nodiscard]] virtual Range kept() const = 0;

    /// Somebody has been told how the cell stands.
    virtual void told(std::string_view id) { static_cast<void>(id); }

    /// Null when the session has ended.
    [[nodiscard]] virtual session::Session* session() { return nullptr; }
    [[nodiscard]] virtual session::Program* program() { return nullptr; }
    /// The same program, when it is an agent.
    [[nodiscard]] virtual agent::Agent* agent() { return nullptr; }
    /// The same program, when it has a terminal.
    [[nodiscard]] virtual terminal::Terminal* terminal() { return nullptr; }

    /// What the terminal shows, or showed last; null for an agent.
    [[nodiscard]] virtual const vt::Screen* screen() = 0;
    [[nodiscard]] SeenScreens& seen_screens() { return seen_screens_; }

    /// Where the session's files are.
    [[nodiscard]] virtual const std::string& directory() const = 0;

private:
    SeenScreens seen_screens_;
};

} // namespace kept::daemon
