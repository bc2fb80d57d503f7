#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/status_view.h"

namespace kept::cli {

int status_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    Options options(verb);
    options.flag("-j,--json", json, "Print one JSON object");
    const auto addressed = parse_addressed(options, arguments, json);
    if (!addressed) {
        return addressed.error();
    }
    const auto& [target, manner] = *addressed;
    auto status = ask<control::StatusInfo>(target, control::StatusRequest{});
    if (!status) {
        return fail(manner, status.error());
    }
    if (json) {
        JsonWriter writer(out());
        write_status(writer, *status);
        writer.end_line();
    } else {
        out().put(status_line(*status) + "\n");
    }
    return 0;
}

} // namespace kept::cli
