#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/json_writer.h"
#include "cli/options.h"
#include "cli/writer.h"

namespace kept::cli {

int reset_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    Options options(verb);
    options.flag("-j,--json", json, "Print one JSON object")
        .note(
            "Gets a session that is stuck back to its program's prompt, and says how: wakes what\n"
            "is stopped, interrupts, quits pagers and editors (unsaved work is lost), restores "
            "the\n"
            "terminal's modes, ends inner programs, kills what does not obey. Each step is taken\n"
            "only when the one before did not do. An active cell ends as `error: interrupted`.\n"
            "Exits 0 at a prompt, 1 when there is none within 15 seconds: then there is k kill.");
    const auto addressed = parse_addressed(options, arguments, json);
    if (!addressed) {
        return addressed.error();
    }
    const auto& [target, manner] = *addressed;
    auto reset = ask<control::ResetInfo>(target, control::ResetRequest{});
    if (!reset) {
        return fail(manner, reset.error());
    }
    const std::string failure = reset->text.empty() ? "no prompt" : reset->text;
    if (json) {
        JsonWriter object(out());
        object.begin_object();
        object.text("session", target.name);
        object.text("status", reset->prompt ? "ok" : "error");
        if (reset->prompt) {
            object.text("prompt", reset->text);
        } else {
            object.text("output", failure + "; use k kill");
        }
        object.key("did");
        object.begin_array();
        for (const std::string& step : reset->did) {
            object.text(step);
        }
        object.end_array();
        object.end_object();
        object.end_line();
        return reset->prompt ? 0 : 1;
    }
    std::string steps;
    for (const std::string& step : reset->did) {
        steps += (steps.empty() ? "" : "; ") + step;
    }
    if (!reset->prompt) {
        return fail(manner, {failure + " (" + steps + "); use k kill",
                             "k kill " + target.name + " ends the session",
                             {}});
    }
    out().put("OK " + target.name + ": " +
              (steps.empty() ? "it was at its prompt already" : steps) + "\n");
    return 0;
}

} // namespace kept::cli
