#include "cli/cli.h"

#include <cstring>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/elsewhere.h"
#include "cli/monitor.h"
#include "cli/overview.h"
#include "cli/verbs.h"
#include "cli/version.h"
#include "cli/writer.h"
#include "remote/tell.h"

namespace kept::cli {

namespace {

int unknown(const std::string& typed) {
    out().put(usage());
    out().flush();
    const auto near = nearest_verb(typed);
    say("k: there is no '" + typed + "'" +
        (near.empty() ? std::string() : "; did you mean: k " + std::string(near)));
    return 1;
}

int dispatch(const std::vector<std::string>& words) {
    if (words.empty() && ::isatty(STDOUT_FILENO) == 1) {
        return overview();
    }
    if (words.empty() || words[0] == "-h" || words[0] == "--help") {
        out().put(usage());
        return 0;
    }
    if (words[0] == "--version") {
        return print_version(words);
    }
    const Verb* verb = find_verb(words[0]);
    return verb == nullptr ? unknown(words[0]) : verb->run(*verb, Arguments(words).subspan(1));
}

/// A result that could not be written is no success.
int finish(int exit_code) {
    err().flush();
    if (!out().flush()) {
        say(std::string("k: cannot write the output: ") + std::strerror(out().error()));
        return exit_code == 0 ? 1 : exit_code;
    }
    return exit_code;
}

} // namespace

int help_command(const Verb& /*verb*/, Arguments arguments) {
    if (arguments.empty()) {
        out().put(usage());
        return 0;
    }
    const Verb* verb = find_verb(arguments.front());
    const std::vector<std::string> ask{"--help"};
    return verb == nullptr || verb->run == help_command ? unknown(arguments.front())
                                                        : verb->run(*verb, ask);
}

int k_main(const std::vector<std::string>& all_words) {
    remote::take_notes_variable();
    auto errand = find_errand(all_words);
    if (!errand) {
        return finish(errand.error());
    }
    const auto& words = errand->words;
    if (!errand->host.empty() && runs_elsewhere(words)) {
        return finish(run_elsewhere(*errand, "k"));
    }
    return finish(dispatch(words));
}

int km_main(const std::vector<std::string>& all_words) {
    remote::take_notes_variable();
    auto errand = find_errand(all_words);
    if (!errand) {
        return finish(errand.error());
    }
    const auto& words = errand->words;
    const bool asks_help = words.empty() || words[0] == "-h" || words[0] == "--help";
    if (!errand->host.empty() && !asks_help) {
        return finish(run_elsewhere(*errand, "km"));
    }
    if (!words.empty() && words[0] == "--version") {
        return finish(print_version(words));
    }
    return finish(monitor(words));
}

} // namespace kept::cli
