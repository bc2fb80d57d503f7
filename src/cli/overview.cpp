#include "cli/overview.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "cli/session_rows.h"
#include "cli/status_view.h"
#include "cli/view.h"
#include "cli/writer.h"
#include "kept_version.h"

namespace kept::cli {

namespace {

using control::SessionState;

constexpr std::size_t kMostShown = 20;

std::string_view colour_of(const Row& row) {
    if (!row.status) {
        return "\033[31m";
    }
    switch (row.status->state) {
    case SessionState::waiting:
        return "\033[33m";
    case SessionState::running:
    case SessionState::starting:
        return "\033[36m";
    case SessionState::idle:
        return "\033[32m";
    case SessionState::exited:
    case SessionState::lost:
        return "\033[2m";
    }
    return {};
}

/// What an active cell asks or does, in a few words.
std::string doing(const control::StatusInfo& status) {
    if (status.input && !status.input->prompt.empty()) {
        constexpr std::size_t kPromptShown = 40;
        return "asks " +
               base::quoted(base::utf8_prefix(one_line(status.input->prompt), kPromptShown));
    }
    return {};
}

/// Commands to type next, with what they do; one of a kind.
struct NextSteps {
    std::vector<std::vector<std::string>> lines;

    void add(const std::string& command, const std::string& about) {
        lines.push_back({"  " + command, about});
    }
};

const Row* first_in(const std::vector<Row>& rows, SessionState state) {
    const auto found = std::ranges::find_if(
        rows, [&](const Row& row) { return row.status && row.status->state == state; });
    return found == rows.end() ? nullptr : &*found;
}

NextSteps next_steps(const std::vector<Row>& rows) {
    NextSteps next;
    if (const Row* row = first_in(rows, SessionState::waiting)) {
        const std::string& name = row->session.name;
        next.add("k send " + name + " 'TEXT'", "answer it");
    }
    if (const Row* row = first_in(rows, SessionState::running)) {
        const std::string& name = row->session.name;
        next.add("k watch " + name, "look on while it works (Ctrl-C leaves)");
        next.add("k int " + name, "interrupt it");
    }
    if (const Row* row = first_in(rows, SessionState::idle)) {
        const std::string& name = row->session.name;
        next.add("k run " + name + " 'COMMAND'", "run something there");
        next.add("k attach " + name, "sit down at it (Ctrl-] leaves)");
    }
    for (const auto state : {SessionState::exited, SessionState::lost}) {
        if (const Row* row = first_in(rows, state)) {
            next.add("k history " + row->session.name, "what happened there");
            next.add("k kill " + row->session.name, "forget it");
            break;
        }
    }
    if (std::ranges::any_of(rows, [](const Row& row) { return !row.status; })) {
        next.add("k doctor", "see what is wrong");
    }
    return next;
}

void print_sessions(const std::vector<Row>& rows, bool colours) {
    std::vector<std::vector<std::string>> lines{{"SESSION", "STATE", "COMMAND"}};
    for (const Row& row : rows) {
        if (!row.status) {
            lines.push_back({row.session.name, silence(row), "-"});
            continue;
        }
        const std::string what = doing(*row.status);
        lines.push_back({row.session.name, state_words(*row.status),
                         command_line(*row.status) + (what.empty() ? "" : "  " + what)});
    }
    const auto texts = aligned(lines);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (!colours) {
            out().put(texts[i] + "\n");
        } else {
            out().put(fmt::format("{}{}\033[0m\n", i == 0 ? "\033[1m" : colour_of(rows[i - 1]),
                                  texts[i]));
        }
    }
}

} // namespace

int overview() {
    const auto paths = os::Paths::named();
    std::vector<Known> sessions;
    if (os::check_private_directory(paths.runtime()) &&
        os::check_private_directory(paths.state())) {
        sessions = known_sessions(paths);
    }
    std::ranges::sort(sessions, {}, [](const Known& session) {
        return std::pair(!session.live, std::string_view(session.name));
    });
    NextSteps next;
    if (sessions.empty()) {
        out().put(fmt::format("kept {}: there are no sessions.\n", kVersion));
        next.add("k new work", "start a shell that stays");
        next.add("k run work 'COMMAND'", "run something in it");
        next.add("k doctor", "is everything as it should be?");
    } else {
        const std::size_t left_out =
            sessions.size() > kMostShown ? sessions.size() - kMostShown : 0;
        sessions.resize(sessions.size() - left_out);
        const auto rows = ask_all(paths, sessions);
        print_sessions(rows, colours_wanted());
        if (left_out > 0) {
            out().put("and " + std::to_string(left_out) + " more: k ls -l\n");
        }
        next = next_steps(rows);
    }
    next.add("k --help", "all commands");
    out().put("\n");
    for (const auto& line : aligned(next.lines)) {
        out().put(line + "\n");
    }
    return 0;
}

} // namespace kept::cli
