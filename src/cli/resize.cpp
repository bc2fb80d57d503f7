#include "cli/commands.h"
#include "cli/new_options.h"
#include "cli/options.h"
#include "cli/step.h"

namespace kept::cli {

ParsedStep resize_step(const Verb& verb, Arguments arguments, StepReading reading) {
    bool json = reading.in_batch;
    Options options(verb);
    options.flag("-j,--json", json, "Print one JSON object")
        .note("The program is told (SIGWINCH) and draws anew; k wait --stable 200 waits for that.");
    auto words = options.parse(arguments, 1, reading.in_batch ? 1 : 2);
    if (!words) {
        return std::unexpected(words.error());
    }
    const auto size = parse_size(words->back());
    if (!size) {
        return std::unexpected(
            options.wrong("'" + words->back() + "' is no size; say COLSxROWS, 1x1 to 1000x1000"));
    }
    Step step;
    if (words->size() == 2) {
        step.session = words->front();
    }
    step.request = control::ResizeRequest{size->first, size->second};
    step.manner = {json ? Manner::Words::json : Manner::Words::marked};
    step.take = take_ok(step.manner, "resized");
    return step;
}

int resize_command(const Verb& verb, Arguments arguments) {
    return carry_out(resize_step(verb, arguments, {}));
}

} // namespace kept::cli
