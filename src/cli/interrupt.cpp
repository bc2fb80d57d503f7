#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/writer.h"

namespace kept::cli {

int interrupt_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    control::InterruptRequest request;
    Options options(verb);
    options.flag("-j,--json", json, "Print one JSON object")
        .flag("--kill", request.kill,
              "End the foreground program by force when Ctrl-C does not: SIGTERM, then SIGKILL")
        .note("The cell ends as `error: interrupted` once its program is back at its prompt.");
    auto words = options.parse(arguments, 0, 1);
    if (!words) {
        return words.error();
    }
    const Manner manner{json ? Manner::Words::json : Manner::Words::marked};
    auto target =
        find_session(words->empty() ? std::nullopt : std::optional(words->front()), manner);
    if (!target) {
        return target.error();
    }
    auto done = ask<control::Ok>(*target, request);
    if (!done) {
        return fail(manner, done.error());
    }
    if (json) {
        print_outcome(target->name, "ok");
    } else {
        out().put("OK\n");
    }
    return 0;
}

} // namespace kept::cli
