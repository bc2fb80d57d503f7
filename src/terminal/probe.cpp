#include "terminal/probe.h"

#include <algorithm>
#include <vector>

#include "os/proc.h"

namespace kept::terminal {

Probe::Probe(const os::Pty& pty, pid_t child)
    : pty_(pty), child_(child), command_line_(os::command_line(child)) {}

Stillness Probe::look() const {
    Stillness still;
    still.mode = pty_.line_mode().value_or(os::LineMode{});
    const pid_t group = pty_.foreground_group();
    if (group == 0) {
        return still;
    }
    std::vector<os::ProcessStat> members;
    for (auto& process : os::process_tree(child_)) {
        if (process.group == group) {
            members.push_back(std::move(process));
        }
    }
    if (members.empty()) {
        return still; // in a container, or another user's: not in our tree, or not ours to see
    }
    still.own = std::ranges::any_of(members, [&](const auto& one) { return one.pid == child_; });
    still.replaced = still.own && os::command_line(child_) != command_line_;
    still.pid = members.front().pid;
    still.process = members.front().name;

    bool reading = false;
    bool unknown = false;
    for (const auto& process : members) {
        if (process.state == 'Z') {
            continue;
        }
        for (const auto& thread : os::thread_waits(process.pid, pty_.slave_path())) {
            switch (thread.wait) {
            case os::Wait::running:
                still.verdict = Stillness::Verdict::busy;
                return still;
            case os::Wait::mixed:
                unknown = true; // whoever is at the other end may be at work
                still.pid = process.pid;
                still.process = process.name;
                break;
            case os::Wait::terminal:
                reading = true;
                still.pid = process.pid;
                still.process = process.name;
                still.timed = thread.timed;
                break;
            case os::Wait::unknown:
                unknown = true;
                break;
            case os::Wait::elsewhere:
                break;
            }
        }
    }
    // What was typed and not read yet will wake the reader: it only looks blocked.
    still.started_one = still.pid == child_;
    if (reading && pty_.unread_input() == 0 && !pty_.output_pending()) {
        still.verdict = Stillness::Verdict::reading;
        still.wakeups = os::wakeups(still.pid);
    } else if (!reading && unknown) {
        still.verdict = Stillness::Verdict::unknown;
    } else {
        still.verdict = Stillness::Verdict::busy;
    }
    return still;
}

} // namespace kept::terminal
