#include <algorithm>
#include <array>
#include <chrono>

#include "cli/commands.h"
#include "cli/find_session.h"
#include "cli/json_writer.h"
#include "cli/options.h"
#include "cli/status_view.h"
#include "cli/writer.h"

namespace kept::cli {

namespace {

/// So many sessions are asked at once: enough to wait for all of them together, few enough for the
/// descriptors a process may have.
constexpr std::size_t kAtOnce = 64;
constexpr std::chrono::milliseconds kPatience{2000};

struct Row {
    Known session;
    control::Result<control::StatusInfo> status;
};

/// What each session says of itself. They all work on their answers at the same time.
std::vector<Row> ask_all(const os::Paths& paths, const std::vector<Known>& sessions) {
    std::vector<Row> rows;
    for (std::size_t begin = 0; begin < sessions.size(); begin += kAtOnce) {
        const std::size_t end = std::min(sessions.size(), begin + kAtOnce);
        std::vector<control::Result<control::Client>> clients;
        for (std::size_t i = begin; i < end; ++i) {
            const Target target{paths, sessions[i].name};
            auto client = sessions[i].live ? control::Client::connect(paths.socket(target.name))
                                           : open_reader(target);
            if (client) {
                if (auto sent = client->send(control::StatusRequest{}); !sent) {
                    client = std::unexpected(sent.error());
                }
            }
            clients.push_back(std::move(client));
        }
        for (std::size_t i = begin; i < end; ++i) {
            auto& client = clients[i - begin];
            Row row{sessions[i], base::fail(control::ControlErrc::malformed, "no status")};
            if (!client) {
                row.status = std::unexpected(client.error());
            } else if (auto answer = client->answer(kPatience); !answer) {
                row.status = std::unexpected(answer.error());
            } else if (auto* status = std::get_if<control::StatusInfo>(&*answer)) {
                row.status = std::move(*status);
            }
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

/// What is shown of a session that did not answer.
std::string silence(const Row& row) {
    if (row.status.error().code == control::ControlErrc::no_daemon) {
        return row.session.live ? "starting" : "gone";
    }
    return row.session.live ? "unresponsive" : "unreadable";
}

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
    using Line = std::array<std::string, 6>;
    std::vector<Line> lines{{"SESSION", "STATE", "PID", "CELLS", "FRAME", "COMMAND"}};
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
    std::array<std::size_t, 6> widths{};
    for (const Line& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            widths.at(i) = std::max(widths.at(i), line.at(i).size());
        }
    }
    for (const Line& line : lines) {
        std::string text;
        for (std::size_t i = 0; i + 1 < line.size(); ++i) {
            text += line.at(i) + std::string(widths.at(i) - line.at(i).size() + 2, ' ');
        }
        out().put(text + line.back() + "\n");
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
