#include "cli/commands.h"
#include "cli/find_session.h"
#include "cli/json_writer.h"
#include "cli/options.h"
#include "cli/session_rows.h"
#include "cli/status_view.h"
#include "cli/writer.h"

namespace kept::cli {

namespace {

void print_json(const std::vector<Row>& rows) {
    JsonWriter json(out());
    json.begin_array();
    for (const Row& row : rows) {
        if (row.status) {
            write_status(json, *row.status);
            continue;
        }
        json.begin_object();
        json.text("session", row.session.name);
        json.text("status", silence(row));
        json.text("message", row.status.error().message());
        json.end_object();
    }
    json.end_array();
    json.end_line();
}

void print_table(const std::vector<Row>& rows) {
    std::vector<std::vector<std::string>> lines{
        {"SESSION", "STATE", "PID", "CELLS", "FRAME", "COMMAND"}};
    for (const Row& row : rows) {
        if (!row.status) {
            lines.push_back({row.session.name, silence(row), "-", "-", "-", "-"});
            continue;
        }
        const auto& status = *row.status;
        lines.push_back({row.session.name, state_words(status),
                         row.session.live ? std::to_string(status.pid) : "-",
                         std::to_string(status.cells), status.frame.empty() ? "-" : status.frame,
                         command_line(status)});
    }
    for (const auto& line : aligned(lines)) {
        out().put(line + "\n");
    }
}

} // namespace

int ls_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    bool details = false;
    Options options(verb);
    options.flag("-l,--long", details, "More about each, and those that have ended, too")
        .flag("-j,--json", json, "Print one JSON array, those that have ended included");
    auto words = options.parse(arguments, 0, 0);
    if (!words) {
        return words.error();
    }
    const Manner manner{json ? Manner::Words::json : Manner::Words::marked};
    const auto paths = os::Paths::open();
    if (!paths) {
        return fail(manner, {paths.error().message(), {}, {}});
    }
    const auto sessions = known_sessions(*paths);
    if (json) {
        print_json(ask_all(*paths, sessions));
        return 0;
    }
    if (details && !sessions.empty()) {
        print_table(ask_all(*paths, sessions));
        return 0;
    }
    std::size_t live = 0;
    for (const Known& session : sessions) {
        if (session.live) {
            out().put(session.name + "\n");
            ++live;
        }
    }
    if (live == 0) {
        out().put("no sessions\n");
        if (!sessions.empty()) {
            out().flush();
            say("k: " + std::to_string(sessions.size()) + " have ended; k ls -l shows them");
        }
    }
    return 0;
}

} // namespace kept::cli
