#include "cli/monitor.h"

#include <csignal>
#include <unistd.h>

#include "base/ids.h"
#include "base/text.h"
#include "cli/event_json.h"
#include "cli/find_session.h"

namespace kept::cli {

namespace {

using control::EventInfo;
using control::EventType;

constexpr std::string_view kUsage =
    "km: the events of sessions as they happen, one JSON object a line\n"
    "\n"
    "Usage:\n"
    "  km <session> [cell_id] [-1] [--ready] [--screen]\n"
    "  km --all [-1]\n"
    "  km --host [user@]host ...    the sessions of another machine (see k host)\n"
    "\n"
    "  session    the session to watch\n"
    "  cell_id    this cell only (without one: every cell)\n"
    "  --all      every session, those that start later included\n"
    "  -1         exit after the first completion (done or error of a cell)\n"
    "  --ready    begin with a line of status `watching`: nothing later will be missed\n"
    "  --screen   also say that the screen has changed (status `screen`), twice a second at most\n"
    "\n"
    "Examples:\n"
    "  km work 0123456789ab -1    wait for one cell; returns at once when it has ended already\n"
    "  km work -1                 wait for the end of any cell\n"
    "  km work                    go on and on\n"
    "\n"
    "Events: fired, waiting, resumed, timeout, done, error, notify, closed; each with a \"ts\".\n"
    "Exit codes: 0 after -1, or Ctrl-C; 1 when the session has ended, or there is none.\n";

constexpr std::uint64_t kChangesEveryMs = 500;

void leave(int /*signal*/) {
    ::_exit(0);
}

} // namespace

std::span<const OptionInfo> monitor_options() {
    static const std::vector<OptionInfo> options{
        {{"-h", "--help"}, {}, "print the help", false},
        {{"--all"}, {}, "every session, those that start later included", false},
        {{"-1"}, {}, "exit after the first completion", false},
        {{"--ready"}, {}, "begin with a line of status `watching`", false},
        {{"--screen"}, {}, "also say that the screen has changed", false},
        {{"--version"}, {}, "which version this is", false},
        {{"--host"}, "HOST", "the sessions of another machine", false},
    };
    return options;
}

int monitor(const std::vector<std::string>& words) {
    if (words.empty() || words[0] == "-h" || words[0] == "--help") {
        out().put(kUsage);
        return 0;
    }
    MonitorFlags flags;
    auto rest = words.begin();
    if (*rest == "--all") {
        flags.all = true;
    } else {
        flags.session = *rest;
        if (!base::is_session_name(flags.session)) {
            say("km: invalid session name: " + base::quoted(flags.session));
            return 1;
        }
    }
    for (++rest; rest != words.end(); ++rest) {
        if (*rest == "-1") {
            flags.once = true;
        } else if (!flags.all && *rest == "--ready") {
            flags.ready = true;
        } else if (!flags.all && *rest == "--screen") {
            flags.screen = true;
        } else if (!flags.all && base::is_cell_id(*rest)) {
            flags.cell = *rest;
        } else if (*rest == "--help" || *rest == "-h") {
            out().put(kUsage);
            return 0;
        } else {
            say("unknown arg: " + *rest);
            return 1;
        }
    }
    ::signal(SIGINT, leave);
    ::signal(SIGTERM, leave);
    return flags.all ? monitor_all(flags) : monitor_one(flags);
}

int monitor_one(const MonitorFlags& flags) {
    const auto failed = [&](const std::string& why) {
        write_event_error(out(), flags.session, why);
        return 1;
    };
    auto paths = os::Paths::open();
    if (!paths) {
        return failed(paths.error().message());
    }
    const Target target{std::move(*paths), flags.session};
    auto client = open_session(target);
    if (!client) {
        const auto like = nearest_session(flags.session);
        if (client.error().code == control::ControlErrc::no_daemon && !like.empty()) {
            say("km: did you mean " + like + "?");
        }
        return failed(explain(flags.session, client.error()).text);
    }
    control::SubscribeRequest request;
    request.cell = flags.cell;
    request.changes_ms = flags.screen ? kChangesEveryMs : 0;
    if (auto sent = client->send(request); !sent) {
        return failed(explain(flags.session, sent.error()).text);
    }
    while (true) {
        auto answer = client->answer();
        if (!answer) {
            if (answer.error().code != control::ControlErrc::lost) {
                return failed(explain(flags.session, answer.error()).text);
            }
            write_closed(out(), flags.session);
            return 1;
        }
        if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
            return failed(explain(flags.session, *refusal, flags.cell).text);
        }
        if (flags.ready && std::holds_alternative<control::Ok>(*answer)) {
            write_watching(out(), flags.session);
            out().flush();
        }
        const auto* event = std::get_if<EventInfo>(&*answer);
        if (event == nullptr) {
            continue;
        }
        if (event->cell && !flags.cell.empty() && event->cell->id != flags.cell) {
            continue;
        }
        write_event(out(), flags.session, *event);
        if (!out().flush()) {
            return 1;
        }
        if (event->type == EventType::closed) {
            return 1;
        }
        if (flags.once && event->cell &&
            (event->type == EventType::done || event->type == EventType::error)) {
            return 0;
        }
    }
}

} // namespace kept::cli
