#include "cli/verbs.h"

#include <algorithm>
#include <array>
#include <vector>

#include "cli/commands.h"
#include "cli/nearest.h"

namespace kept::cli {

namespace {

constexpr std::string_view kWork = "Work";
constexpr std::string_view kSessions = "Sessions";
constexpr std::string_view kLook = "Looking";

constexpr std::array kVerbs{
    Verb{"run", "[-j] [-t N] [session] <code>", "run code and wait for its end (30 s)", kWork,
         run_command},
    Verb{"await", "[-j] [-t N] [session] <code>", "the same as run", kWork, run_command},
    Verb{"fire", "[-t N] [session] <code>", "send code and return at once (300 s)", kWork,
         fire_command},
    Verb{"poll", "[session] [cell_id]", "the result of a cell, as often as wanted", kWork,
         poll_command},
    Verb{"send", "[session] <text> | --keys K | ...", "type, press keys, use the mouse", kWork,
         send_command},
    Verb{"wait", "[session] --text T | --idle MS | ...", "wait until the screen is so", kWork,
         wait_command},
    Verb{"batch", "[session] < steps", "send, wait and look in one go", kWork, batch_command},
    Verb{"int", "[--kill] [session]", "interrupt the active cell (Ctrl-C)", kWork,
         interrupt_command},
    Verb{"reset", "[session]", "get a stuck session back to its prompt", kWork, reset_command},
    Verb{"notify", "[session] <message...>", "tell those who watch the session something", kWork,
         notify_command},
    Verb{"new", "<session> [cmd...] [--prompt=P]", "start a session (default: bash)", kSessions,
         new_command},
    Verb{"agent", "start|say|stop|... [args]", "a LiveKit agent in text mode (k agent --help)",
         kSessions, agent_command},
    Verb{"ls", "[-l]", "the sessions there are", kSessions, ls_command},
    Verb{"status", "[session]", "how a session is", kSessions, status_command},
    Verb{"profiles", "[name]", "the programs that sessions know more about", kSessions,
         profiles_command},
    Verb{"kill", "<session>", "end a session and remove its files", kSessions, kill_command},
    Verb{"screen", "[session]", "what the screen shows", kLook, screen_command},
    Verb{"resize", "[session] <COLSxROWS>", "make the screen another size", kSessions,
         resize_command},
    Verb{"output", "[session] <cell_id>", "the output of a cell, or a part of it", kLook,
         output_command},
    Verb{"cells", "[session]", "the cells of a session", kLook, cells_command},
    Verb{"watch", "[session]", "what happens, live, until Ctrl-C", kLook, watch_command},
    Verb{"history", "[-n N] [session]", "the last N*5 lines of the same view (default 5)", kLook,
         history_command},
    Verb{"attach", "[session]", "your terminal becomes the session's; Ctrl-] leaves", kLook,
         attach_command},
    Verb{"cast", "[session] [-o FILE]", "what happened, as a recording for asciinema", kLook,
         cast_command},
    Verb{"doctor", "", "what is not as it should be, and how to fix it", kSessions, doctor_command},
    Verb{"mcp", "[--close-sessions]", "AI clients, over the Model Context Protocol", kSessions,
         mcp_command},
    Verb{"host", "setup|check|close <host>", "another machine, for k --host (k host --help)",
         kSessions, host_command},
    Verb{"remote-serve", "[word]", "", kSessions, remote_serve_command},
    Verb{"__complete", "<program> <words...>", "", kLook, complete_command},
    Verb{"skill", "[--agents]", "how to use k, for AI agents to read", kSessions, skill_command},
    Verb{"help", "[verb]", "", kLook, help_command},
};

} // namespace

std::span<const Verb> verbs() {
    return kVerbs;
}

const Verb* find_verb(std::string_view name) {
    const auto found = std::ranges::find(kVerbs, name, &Verb::name);
    return found == kVerbs.end() ? nullptr : &*found;
}

std::string_view nearest_verb(std::string_view typed) {
    std::vector<std::string_view> names;
    for (const Verb& verb : kVerbs) {
        if (!verb.name.starts_with('_')) { // those are for programs
            names.push_back(verb.name);
        }
    }
    return nearest(typed, names);
}

std::string usage() {
    constexpr std::size_t kColumn = 45;
    std::string text = "k: keeps interactive programs alive for callers that cannot\n\n"
                       "Usage: k VERB ...     `k VERB --help` tells more about one\n";
    for (const std::string_view group : {kSessions, kWork, kLook}) {
        text.append("\n").append(group).append("\n");
        for (const Verb& verb : kVerbs) {
            if (verb.group != group || verb.about.empty()) {
                continue;
            }
            std::string line = "  k ";
            line.append(verb.name);
            line.resize(std::max<std::size_t>(line.size() + 1, 12), ' ');
            line.append(verb.arguments);
            line.resize(std::max<std::size_t>(line.size() + 1, kColumn), ' ');
            text.append(line).append(verb.about).append("\n");
        }
    }
    text.append(
        "\nEvents as they happen, one JSON object a line: km <session> [cell_id] [-1]   (km "
        "--help)\n"
        "\nA session is named outright, or by $K_SESSION, or is the only one there is.\n"
        "On another machine, through ssh: k --host [user@]host VERB ..., or $KEPT_HOST.\n"
        "Every verb takes --json. `k --version` says which version this is; `k` alone, at a "
        "terminal,\n"
        "shows the sessions and what can be done next.\n"
        "\nJSON of run -j, fire and poll:\n"
        "  {\"cell_id\": \"...\", \"status\": \"fired\"}\n"
        "  {\"cell_id\": \"...\", \"status\": \"running\"}\n"
        "  {\"cell_id\": \"...\", \"status\": \"done\", \"output\": \"...\", \"exit_code\": 0, "
        "...}\n"
        "  {\"cell_id\": \"...\", \"status\": \"waiting\", \"output\": \"...\", \"input\": {...}, "
        "...}\n"
        "  {\"cell_id\": \"...\", \"status\": \"timeout\", \"output\": \"\", \"partial\": \"...\", "
        "...}\n"
        "  {\"cell_id\": \"...\", \"status\": \"timeout\", \"output\": \"use k int or k kill\", "
        "...}\n"
        "  {\"status\": \"error\", \"output\": \"...\"}, with \"cell_id\" when it is about a cell\n"
        "\nA timeout leaves the cell running: only its own end, k int or k kill ends it.\n"
        "Exit codes: 0 fine, 1 an error, 2 wrong usage; run -e: the command's own.\n");
    return text;
}

} // namespace kept::cli
