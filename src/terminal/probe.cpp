#include "terminal/probe.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace kept::terminal {

/// What the processes of the foreground are found doing.
struct Probe::Findings {
    bool running = false;
    bool unknown = false;
    bool elsewhere = false; ///< some process that does not read the terminal may go on by itself
    bool pipe = false;
    const os::ProcessStat* stopped = nullptr;

    const os::ProcessStat* reader = nullptr;
    os::ThreadWait reading;         ///< of the reader's thread
    bool reader_has_others = false; ///< other threads of that process may go on by themselves
};

Probe::Probe(const os::Pty& pty, pid_t child)
    : pty_(pty), child_(child), command_line_(os::command_line(child)) {}

void Probe::look_into(const os::ProcessStat& process, Findings& found) const {
    if (process.state == 'Z') {
        return;
    }
    if (process.state == 'T') {
        found.stopped = &process;
        return;
    }
    bool reads = false;
    bool others = false;
    const auto threads = os::thread_waits(process.pid, pty_.slave_path());
    for (const auto& thread : threads) {
        switch (thread.wait) {
        case os::Wait::running:
            found.running = true;
            return;
        case os::Wait::terminal:
        case os::Wait::mixed:
            reads = true;
            found.reader = &process;
            found.reading = thread;
            break;
        case os::Wait::unknown:
            found.unknown = true;
            break;
        case os::Wait::pipe:
            // Of a process alone it is a pipeline; beside a reader it may be a child's work.
            found.pipe = true;
            others = others || threads.size() > 1;
            break;
        case os::Wait::dependent:
            break;
        case os::Wait::elsewhere:
            others = true;
            break;
        }
    }
    if (reads) {
        found.reader_has_others = found.reader_has_others || others;
    } else {
        found.elsewhere = found.elsewhere || others;
    }
}

void Probe::judge(Stillness& still, const Findings& found) const {
    using Verdict = Stillness::Verdict;
    still.verdict = Verdict::busy;
    // What was typed and not read yet will wake the reader: it only looks blocked.
    const bool settled = pty_.unread_input() == 0 && !pty_.output_pending();
    if (found.running || !settled) {
        return;
    }
    if (found.reader != nullptr) {
        // Whoever is at the other end of a connection may be at work.
        still.mixed = found.reading.wait == os::Wait::mixed;
        still.verdict = still.mixed ? Verdict::unknown : Verdict::reading;
        still.pid = found.reader->pid;
        still.thread = found.reading.thread;
        still.process = found.reader->name;
        still.wakeups = os::wakeups(still.pid, still.thread);
        still.timeout_ms =
            found.reading.read_call ? still.mode.read_timeout_ms : found.reading.timeout_ms;
        // Nobody polls with a read that takes whole lines; keys are asked for while others work.
        const bool whole_lines = found.reading.read_call && still.mode.canonical;
        still.company = found.reader_has_others || (found.elsewhere && !whole_lines);
    } else if (found.unknown) {
        still.verdict = Verdict::unknown;
    } else if (found.stopped != nullptr && !found.elsewhere) {
        still.verdict = Verdict::stopped;
        still.pid = found.stopped->pid;
        still.process = found.stopped->name;
    }
}

Stillness Probe::look() const {
    Stillness still;
    still.mode = pty_.line_mode().value_or(os::LineMode{});
    const pid_t group = pty_.foreground_group();
    if (group == 0) {
        return still;
    }
    const auto tree = os::process_tree(child_);
    std::vector<os::ProcessStat> members;
    std::ranges::copy_if(tree, std::back_inserter(members),
                         [&](const auto& one) { return one.group == group; });
    if (members.empty()) {
        members = os::group_members(group); // not our descendants any more
    }
    if (members.empty()) {
        return still; // in a container, or another user's and hidden: not ours to see
    }
    still.own = std::ranges::any_of(members, [&](const auto& one) { return one.pid == child_; });
    still.replaced = still.own && os::command_line(child_) != command_line_;
    still.pid = members.front().pid;
    still.process = members.front().name;

    Findings found;
    for (const auto& process : members) {
        look_into(process, found);
        if (found.running) {
            break;
        }
    }
    const bool all_depend = !found.running && !found.elsewhere && !found.pipe && !found.unknown &&
                            found.reader == nullptr && found.stopped == nullptr;
    if (all_depend) {
        // A stopped process in a group of its own keeps everybody who waits for it. Parents come
        // before their children here.
        std::vector<pid_t> family;
        for (const auto& process : tree) {
            const bool member = process.group == group;
            if (member || std::ranges::find(family, process.parent) != family.end()) {
                family.push_back(process.pid);
                if (!member && process.state == 'T') {
                    found.stopped = &process;
                }
            }
        }
    }
    judge(still, found);
    if (still.verdict == Stillness::Verdict::unknown && !still.mixed) {
        // The youngest is the one that its parents wait for.
        still.pid = members.back().pid;
        still.process = members.back().name;
    }
    if (still.verdict == Stillness::Verdict::unknown || still.doubtful()) {
        for (const auto& process : members) {
            if (const auto switches = os::switches(process.pid)) {
                still.activity = still.activity.value_or(0) + *switches;
            }
        }
    }
    still.started_one = still.pid == child_;
    return still;
}

} // namespace kept::terminal
