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
    Verb{"poll", "[session] [cell_id]", "the state and the result of a cell", kWork, poll_command},
    Verb{"send", "[session] <text> | --keys K | ...", "type, press keys, use the mouse", kWork,
         send_command},
    Verb{"wait", "[session] --text T | --idle MS | ...", "wait until the screen shows it", kWork,
         wait_command},
    Verb{"batch", "[session] < steps", "send, wait and look in one go", kWork, batch_command},
    Verb{"int", "[--kill] [session]", "interrupt the active cell (Ctrl-C)", kWork,
         interrupt_command},
    Verb{"reset", "[session]", "get a stuck session back to its prompt", kWork, reset_command},
    Verb{"notify", "[session] <message...>", "send a message to those who watch it", kWork,
         notify_command},
    Verb{"new", "<session> [cmd...] [--prompt=P]", "start a session (default: bash)", kSessions,
         new_command},
    Verb{"agent", "start|say|stop|... [args]", "a LiveKit agent in text mode (k agent --help)",
         kSessions, agent_command},
    Verb{"ls", "[-l]", "list the sessions", kSessions, ls_command},
    Verb{"status", "[session]", "the state of a session", kSessions, status_command},
    Verb{"profiles", "[name]", "programs that k knows more about", kSessions, profiles_command},
    Verb{"kill", "<session>", "end a session and remove its files", kSessions, kill_command},
    Verb{"screen", "[session]", "what the screen shows", kLook, screen_command},
    Verb{"resize", "[session] <COLSxROWS>", "change the size of the screen", kSessions,
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
    Verb{"doctor", "", "what is wrong, and how to fix it", kSessions, doctor_command},
    Verb{"mcp", "[--close-sessions]", "serve AI clients (Model Context Protocol)", kSessions,
         mcp_command},
    Verb{"host", "setup|check|close <host>", "set up another machine for k --host", kSessions,
         host_command},
    Verb{"remote-serve", "[word]", "", kSessions, remote_serve_command},
    Verb{"__complete", "<program> <words...>", "", kLook, complete_command},
    Verb{"skill", "[--agents]", "a page about k for AI agents to read", kSessions, skill_command},
    Verb{"help", "[verb]", "", kLook, help_command},
};

/// What other programs call the same, and what people and models try first.
struct OtherWord {
    std::string_view typed;
    std::string_view verb;
};

constexpr std::array kOtherWords{
    OtherWord{"list", "ls"},           OtherWord{"ps", "ls"},
    OtherWord{"sessions", "ls"},       OtherWord{"start", "new"},
    OtherWord{"create", "new"},        OtherWord{"open", "new"},
    OtherWord{"stop", "kill"},         OtherWord{"close", "kill"},
    OtherWord{"rm", "kill"},           OtherWord{"delete", "kill"},
    OtherWord{"end", "kill"},          OtherWord{"exec", "run"},
    OtherWord{"eval", "run"},          OtherWord{"type", "send"},
    OtherWord{"write", "send"},        OtherWord{"input", "send"},
    OtherWord{"keys", "send --keys"},  OtherWord{"answer", "send"},
    OtherWord{"interrupt", "int"},     OtherWord{"cancel", "int"},
    OtherWord{"result", "poll"},       OtherWord{"show", "screen"},
    OtherWord{"capture", "screen"},    OtherWord{"snapshot", "screen"},
    OtherWord{"log", "history"},       OtherWord{"logs", "history"},
    OtherWord{"tail", "history"},      OtherWord{"info", "status"},
    OtherWord{"version", "--version"}, OtherWord{"-v", "--version"},
    OtherWord{"-V", "--version"},
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
    const auto same = std::ranges::find(kOtherWords, typed, &OtherWord::typed);
    if (same != kOtherWords.end()) {
        return same->verb;
    }
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
        "\nThe session may be left out when $K_SESSION names it or there is only one.\n"
        "On another machine, through ssh: k --host [user@]host VERB ..., or $KEPT_HOST.\n"
        "Every verb takes --json. `k --version` prints the version; at a terminal, `k` alone "
        "shows\n"
        "the sessions and what you can do next.\n"
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
