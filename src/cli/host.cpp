#include <array>
#include <cstring>
#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/ids.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/json_writer.h"
#include "cli/options.h"
#include "cli/writer.h"
#include "os/files.h"
#include "remote/call.h"
#include "remote/link.h"

namespace kept::cli {

namespace {

constexpr std::size_t kMostSaid = 4096;

/// Replaces what is there in one step: commands that run go on with the old one. Any login shell
/// reads this the same way.
constexpr const char* kInstall =
    "exec sh -c 'set -e; umask 022; d=\"$HOME/.local/bin\"; mkdir -p \"$d\"; "
    "cat >\"$d/.kept.new\"; chmod 755 \"$d/.kept.new\"; \"$d/.kept.new\" --version >/dev/null; "
    "mv -f \"$d/.kept.new\" \"$d/kept\"; ln -sf kept \"$d/k\"; ln -sf kept \"$d/km\"; "
    "echo \"$d\"'";

struct Said {
    int exit_code = 0;
    std::string words;
};

/// Runs a command of the other machine's with this file as its input.
std::expected<Said, std::string> run_there(const remote::Link& link, const std::string& text,
                                           const char* input) {
    const base::Fd from(::open(input, O_RDONLY | O_CLOEXEC));
    std::array<int, 2> ends{-1, -1};
    if (!from || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return std::unexpected(std::string("cannot read ") + input + ": " + std::strerror(errno));
    }
    const base::Fd output(ends[0]);
    base::Fd theirs(ends[1]);
    // What it says is short: the pipe holds it until we read.
    const auto code = remote::run_shell(link, text, from.get(), theirs.get(), true);
    if (!code) {
        return std::unexpected(code.error());
    }
    theirs.reset();
    Said said{*code, std::string(base::trimmed(os::read_all(output.get(), kMostSaid)))};
    return said;
}

/// What is known of the k of the other machine.
struct There {
    std::string host;
    remote::Outcome outcome;
    std::int64_t connect_us = 0;
    std::int64_t command_us = 0;
};

There look(const remote::Link& link, std::int64_t connect_us) {
    There there{link.host(), {}, connect_us, 0};
    remote::Request request;
    request.nonce = base::random_hex(16);
    request.program = "k";
    request.words = {"--version"};
    const std::int64_t began = base::steady_us();
    there.outcome = remote::call(link, request, [](std::string_view) { return true; });
    there.command_us = base::steady_us() - began;
    return there;
}

int show(const There& there, const Manner& manner, const std::string& placed) {
    using How = remote::Outcome::How;
    if (there.outcome.how != How::ended || there.outcome.exit_code != 0) {
        const bool absent = there.outcome.how == How::absent;
        return fail(manner,
                    {absent ? "there is no k on " + there.host
                            : "the k on " + there.host + " does not answer: " + there.outcome.why,
                     "k host setup " + there.host + " puts this one there",
                     {}});
    }
    if (manner.words == Manner::Words::json) {
        JsonWriter json(out());
        json.begin_object();
        json.text("status", "ok");
        json.text("host", there.host);
        json.text("version", there.outcome.version);
        json.number("protocol", there.outcome.protocol);
        if (!placed.empty()) {
            json.text("placed_in", placed);
        }
        json.number("connect_ms", there.connect_us / 1000);
        json.number("command_ms", there.command_us / 1000);
        json.end_object();
        json.end_line();
        return 0;
    }
    out().put("OK " + there.host + ": kept " + there.outcome.version +
              (placed.empty() ? "" : ", placed in " + placed) + "; a command takes " +
              std::to_string(there.command_us / 1000) + " ms\n");
    return 0;
}

int setup(const remote::Link& link, const Manner& manner, std::int64_t connect_us) {
    struct utsname here{};
    ::uname(&here);
    const std::string ours = std::string(here.sysname) + " " + here.machine;
    const auto kind = run_there(link, "exec uname -sm", "/dev/null");
    if (!kind || kind->exit_code != 0) {
        return fail(manner, {"cannot tell what kind of machine " + link.host() +
                                 " is: " + (kind ? kind->words : kind.error()),
                             {},
                             {}});
    }
    if (kind->words != ours) {
        return fail(manner, {link.host() + " is " + kind->words + ", and this k is for " + ours,
                             "build kept there, or install its package for that machine",
                             {}});
    }
    const auto placed = run_there(link, kInstall, "/proc/self/exe");
    if (!placed || placed->exit_code != 0) {
        return fail(manner, {"cannot put k on " + link.host() + ": " +
                                 (placed ? placed->words : placed.error()),
                             {},
                             {}});
    }
    return show(look(link, connect_us), manner, placed->words);
}

} // namespace

int host_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    Options options(verb);
    options.flag("-j,--json", json, "Print one JSON object")
        .note("setup  copies this program to ~/.local/bin there, with the names kept, k and km\n"
              "check  says whether the k there can be used, and how long a command takes\n"
              "close  ends the connection (else it ends ten minutes after the last command)\n"
              "\n"
              "k --host [user@]host VERB ... then works with the sessions there; so does any\n"
              "command with KEPT_HOST=[user@]host. The connection is one of your own ssh's, with\n"
              "your configuration; KEPT_SSH is another ssh command, as in KEPT_SSH='ssh -p 2222'.");
    auto words = options.parse(arguments, 2, 2);
    if (!words) {
        return words.error();
    }
    const std::string& action = words->front();
    if (action != "setup" && action != "check" && action != "close") {
        return options.wrong("there is no '" + action + "'; it is setup, check or close");
    }
    const Manner manner{json ? Manner::Words::json : Manner::Words::marked};
    auto paths = os::Paths::open();
    if (!paths) {
        return fail(manner, {paths.error().message(), {}, {}});
    }
    auto link = remote::Link::to(words->back(), *paths);
    if (!link) {
        return options.wrong(link.error());
    }
    if (action == "close") {
        const bool closed = link->close();
        if (json) {
            JsonWriter writer(out());
            writer.begin_object();
            writer.text("status", closed ? "closed" : "not_connected");
            writer.text("host", link->host());
            writer.end_object();
            writer.end_line();
        } else {
            out().put(closed ? "OK closed\n" : "OK not connected\n");
        }
        return 0;
    }
    const std::int64_t began = base::steady_us();
    if (const auto connected = link->connect(); !connected) {
        return fail(manner, {"no connection to " + link->host() + ": " + connected.error(),
                             "try it with: ssh " + link->host(),
                             {}});
    }
    const std::int64_t connect_us = base::steady_us() - began;
    return action == "setup" ? setup(*link, manner, connect_us)
                             : show(look(*link, connect_us), manner, {});
}

} // namespace kept::cli
