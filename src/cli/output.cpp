#include "base/ids.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/report.h"

namespace kept::cli {

int output_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    bool raw = false;
    bool ansi = false;
    std::uint64_t offset = 0;
    std::uint64_t limit = 0;
    Options options(verb);
    options.flag("-j,--json", json, "Print one JSON object")
        .natural("--offset", offset, "N", "Begin after so many bytes")
        .natural("--limit", limit, "N", "At most so many bytes (0: all)")
        .flag("--raw", raw, "The program's bytes as they were")
        .flag("--ansi", ansi, "Keep colours")
        .note("It can be read while the cell runs, and after the session has ended.");
    auto words = options.parse(arguments, 1, 2);
    if (!words) {
        return words.error();
    }
    if (raw && ansi) {
        return options.wrong("--raw and --ansi exclude each other");
    }
    std::optional<std::string> session;
    if (words->size() == 2) {
        session = words->front();
    } else if (!base::is_cell_id(words->back())) {
        return options.wrong("'" + words->back() + "' is no cell_id (k cells lists them)");
    }
    const Manner manner{json ? Manner::Words::json : Manner::Words::plain};
    auto target = find_session(session, manner);
    if (!target) {
        return target.error();
    }
    control::OutputRequest request;
    request.cell = words->back();
    request.offset = offset;
    request.limit = limit;
    request.form = raw ? control::Form::raw : (ansi ? control::Form::ansi : control::Form::text);

    ReportStyle style;
    style.session = target->name;
    style.about = ReportStyle::About::output;
    style.json = json;
    style.exact = raw || offset > 0 || limit > 0;
    style.base64 = raw && json;
    const auto sink = make_report(style);
    const auto reported = ask_report(*target, request, request.cell, *sink);
    return reported ? 0 : fail(manner, reported.error());
}

} // namespace kept::cli
