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
    const auto addressed = parse_addressed(options, arguments, json);
    if (!addressed) {
        return addressed.error();
    }
    const auto& [target, manner] = *addressed;
    auto done = ask<control::Ok>(target, request);
    if (!done) {
        return fail(manner, done.error());
    }
    if (json) {
        print_outcome(target.name, "ok");
    } else {
        out().put("OK\n");
    }
    return 0;
}

} // namespace kept::cli
