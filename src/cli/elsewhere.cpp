#include "cli/elsewhere.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ids.h"
#include "base/text.h"
#include "cli/code_source.h"
#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/far_files.h"
#include "cli/json_writer.h"
#include "cli/person_terminal.h"
#include "cli/writer.h"
#include "remote/call.h"
#include "remote/link.h"

namespace kept::cli {

namespace {

using Words = std::vector<std::string>;

constexpr int kSshFailed = 255;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

bool has(const Words& words, std::initializer_list<std::string_view> wanted) {
    const auto end = std::ranges::find(words, "--");
    return std::any_of(words.begin(), end, [&](const auto& one) { return is_one_of(one, wanted); });
}

/// Whether the command reads standard input. One that does not must not take it away from the
/// script that called us.
bool reads_input(const std::string& program, const Words& words) {
    if (program == "km") {
        return false;
    }
    const std::string& verb = words.front();
    if (is_one_of(verb, {"mcp", "batch"})) {
        return true;
    }
    if (!is_one_of(verb, {"run", "await", "fire", "send", "agent"})) {
        return false;
    }
    bool has_words = false;
    for (std::size_t i = verb == "agent" ? 2 : 1; i < words.size(); ++i) {
        if (is_one_of(words[i], {"-", "--password-stdin"})) {
            return true;
        }
        if (is_one_of(words[i], {"-t", "--timeout", "--max-bytes", "--answer", "--answer-env",
                                 "--name", "-n", "--port"})) {
            ++i;
        } else {
            has_words = has_words || !words[i].starts_with('-') || words[i] == "--eof" ||
                        words[i].starts_with("--keys") || words[i].starts_with("--mouse");
        }
    }
    const bool takes_code = verb != "agent" || (words.size() > 1 && words[1] == "say");
    return takes_code && !has_words && stdin_is_given();
}

/// The variables that mean the same there as here, and those that --answer-env names.
os::Environment variables_for(const Words& words) {
    os::Environment variables;
    const auto add = [&](const std::string& name) {
        if (const char* value = std::getenv(name.c_str())) {
            variables.emplace_back(name, value);
        }
    };
    add("K_SESSION");
    for (std::size_t i = 0; i < words.size(); ++i) {
        constexpr std::string_view kOption = "--answer-env";
        std::string_view pair;
        if (words[i] == kOption && i + 1 < words.size()) {
            pair = words[i + 1];
        } else if (words[i].starts_with("--answer-env=")) {
            pair = std::string_view(words[i]).substr(kOption.size() + 1);
        }
        if (const auto equals = pair.rfind('='); equals != std::string_view::npos) {
            add(std::string(pair.substr(equals + 1)));
        }
    }
    return variables;
}

/// How this command speaks of failures.
Manner manner_of(const std::string& program, const Words& words) {
    const bool json = program == "km" || is_one_of(words.front(), {"fire", "poll", "batch"}) ||
                      has(words, {"-j", "--json"});
    const bool own_code =
        is_one_of(words.front(), {"run", "await"}) && has(words, {"-e", "--exit-code"});
    return {json ? Manner::Words::json : Manner::Words::marked, own_code ? 125 : 1};
}

/// The command was begun, or may have been: that is no failure of what it does.
int disconnected(const Manner& manner, const std::string& host, const remote::Outcome& outcome) {
    const std::string text = "the connection to " + host + " was lost";
    std::string hint;
    if (!outcome.cell.empty()) {
        hint = "the cell goes on there: k --host " + host + " poll " + outcome.session + " " +
               outcome.cell;
    } else {
        hint = "what was asked may have been done: see k --host " + host + " ls";
    }
    if (manner.words != Manner::Words::json) {
        err().put(std::string(outcome.in_a_line ? "\n" : "") + "k: " + text + "; " + hint + "\n");
        return manner.exit_code;
    }
    if (outcome.in_a_line) {
        out().put("\n");
    }
    JsonWriter json(out());
    json.begin_object();
    if (!outcome.cell.empty()) {
        json.text("cell_id", outcome.cell);
        json.text("session", outcome.session);
    }
    json.text("status", "disconnected");
    json.text("output", text);
    json.text("hint", hint);
    json.end_object();
    json.end_line();
    return manner.exit_code;
}

/// A person's terminal goes to the other machine as a whole.
int attach_elsewhere(const remote::Link& link, const remote::Request& request,
                     const Manner& manner) {
    auto terminal = PersonTerminal::open();
    if (!terminal) {
        return fail(manner, {terminal.error(), "k history, k watch and k send do without one", {}});
    }
    Words words =
        link.run_on_terminal(fmt::format("exec sh -c 'PATH=$HOME/.local/bin:$PATH; exec k {} {}'",
                                         remote::kServeVerb, remote::to_word(request)));
    std::vector<char*> argv;
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::execvp(argv[0], argv.data());
        ::_exit(kSshFailed);
    }
    ::signal(SIGINT, SIG_IGN); // ssh's business, as far as it is a signal at all
    ::signal(SIGQUIT, SIG_IGN);
    int status = 0;
    while (pid > 0 && ::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    const bool lost = pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == kSshFailed;
    if (!lost) {
        return WEXITSTATUS(status);
    }
    terminal->restore(); // nobody else did
    remote::Outcome outcome;
    return disconnected(manner, link.host(), outcome);
}

int report(const Errand& errand, const Manner& manner, const remote::Outcome& outcome) {
    using How = remote::Outcome::How;
    const std::string setup = "k host setup " + errand.host + " puts this one there";
    switch (outcome.how) {
    case How::ended:
        return outcome.exit_code;
    case How::signalled:
        ::signal(outcome.signal, SIG_DFL);
        out().flush();
        ::raise(outcome.signal);
        return 128 + outcome.signal;
    case How::absent:
        return fail(manner, {"there is no k on " + errand.host, setup, {}});
    case How::strange:
        return fail(manner, {"cannot work with the k on " + errand.host +
                                 (outcome.why.empty() ? "" : ": " + outcome.why),
                             setup,
                             {}});
    case How::lost:
        break;
    }
    if (!outcome.begun && !outcome.why.empty()) {
        return fail(manner, {"no connection to " + errand.host + ": " + outcome.why,
                             "try it with: ssh " + errand.host,
                             {}});
    }
    return disconnected(manner, errand.host, outcome);
}

} // namespace

std::expected<Errand, int> find_errand(const std::vector<std::string>& words) {
    constexpr std::string_view kOption = "--host";
    Errand errand;
    auto rest = words.begin();
    if (rest != words.end() && *rest == kOption) {
        ++rest;
        if (rest == words.end() || rest->empty()) {
            say("k: --host needs a host: k --host [user@]host VERB ...");
            return std::unexpected(2);
        }
        errand.host = *rest++;
    } else if (rest != words.end() && rest->starts_with("--host=")) {
        errand.host = rest->substr(kOption.size() + 1);
        ++rest;
        if (errand.host.empty()) {
            say("k: --host needs a host: k --host [user@]host VERB ...");
            return std::unexpected(2);
        }
    } else if (const char* host = std::getenv("KEPT_HOST")) {
        errand.host = host;
    }
    errand.words.assign(rest, words.end());
    return errand;
}

bool runs_elsewhere(const std::vector<std::string>& words) {
    if (words.empty()) {
        return false;
    }
    if (words.size() > 1 && is_one_of(words[1], {"-h", "--help"})) {
        return false;
    }
    const Verb* verb = find_verb(words.front());
    return words.front() == "--version" ||
           (verb != nullptr && !verb->about.empty() && verb->run != host_command &&
            verb->run != skill_command);
}

std::optional<int> complete_elsewhere(const Errand& errand) {
    if (errand.host.empty()) {
        return std::nullopt;
    }
    const auto paths = os::Paths::open();
    const auto link =
        paths ? remote::Link::to(errand.host, *paths) : std::unexpected<std::string>(std::string());
    if (!link || !link->connected()) {
        return std::nullopt;
    }
    remote::Request request;
    request.nonce = base::random_hex(16);
    request.program = "k";
    request.words = errand.words;
    request.variables = variables_for(errand.words);
    const auto outcome = remote::call(*link, request, [](std::string_view bytes) {
        out().put(bytes);
        return true;
    });
    if (outcome.how != remote::Outcome::How::ended || outcome.exit_code != 0) {
        return outcome.printed ? std::optional(1) : std::nullopt;
    }
    return 0;
}

int run_elsewhere(const Errand& errand, const std::string& program) {
    const Words& words = errand.words;
    const Manner manner = manner_of(program, words);
    auto paths = os::Paths::open();
    if (!paths) {
        return fail(manner, {paths.error().message(), {}, {}});
    }
    auto link = remote::Link::to(errand.host, *paths);
    if (!link) {
        return fail({manner.words, 2}, {link.error(), {}, {}});
    }
    if (const auto connected = link->connect(); !connected) {
        return fail(manner, {"no connection to " + errand.host + ": " + connected.error(),
                             "try it with: ssh " + errand.host,
                             {}});
    }
    remote::Request request;
    request.nonce = base::random_hex(16);
    request.program = program;
    request.words = words;
    request.variables = variables_for(words);
    if (program == "k" && words.front() == "attach") {
        return attach_elsewhere(*link, request, manner);
    }
    request.input = reads_input(program, words);
    FarFiles files;
    if (const auto failure = files.take(request.words, request.nonce)) {
        return fail(manner, *failure);
    }
    std::string last_words; // with files: about them, and not true before they are here
    const auto outcome = remote::call(*link, request, [&](std::string_view bytes) {
        if (!files.empty()) {
            last_words.append(bytes);
            return true;
        }
        out().put(bytes);
        return out().flush();
    });
    if (!files.empty() && outcome.how == remote::Outcome::How::ended && outcome.exit_code == 0) {
        if (const auto failure = files.fetch(*link)) {
            return fail(manner, *failure);
        }
    }
    out().put(files.with_names(std::move(last_words)));
    return report(errand, manner, outcome);
}

} // namespace kept::cli
