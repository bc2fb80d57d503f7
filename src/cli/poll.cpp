#include "cli/code_source.h"
#include "cli/commands.h"
#include "cli/find_session.h"
#include "cli/options.h"
#include "cli/report.h"

namespace kept::cli {

namespace {
constexpr std::int64_t kPollTimeoutS = 30;
} // namespace

int poll_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    bool wait = false;
    bool through = false;
    bool partial = false;
    std::optional<std::string> timeout_text;
    bool raw = false;
    bool ansi = false;
    std::uint64_t max_bytes = 0;
    Options options(verb);
    options.flag("-j,--json", json, "JSON, which it always is")
        .flag("--wait", wait, "Return when the cell has ended or waits for input")
        .text("-t,--timeout", timeout_text, "SECONDS", "The same, for no longer than that (30)")
        .flag("--through", through, "Go on waiting when it waits for input")
        .flag("--partial", partial, "Of a cell that runs, the output so far too (key partial)")
        .flag("--raw", raw, "The program's bytes as they were; as base64 when they are no text")
        .flag("--ansi", ansi, "Keep colours")
        .natural("--max-bytes", max_bytes, "N", "At most so much output: its beginning and its end")
        .note("Without a cell_id: the active cell, else the latest one.");
    auto words = options.parse(arguments, 0, 2);
    if (!words) {
        return words.error();
    }
    if (raw && ansi) {
        return options.wrong("--raw and --ansi exclude each other");
    }
    const Manner manner{Manner::Words::json};
    const auto timeout = positive(timeout_text, "-t", kPollTimeoutS, 1);
    if (!timeout) {
        return timeout.error();
    }
    auto target =
        find_session(words->empty() ? std::nullopt : std::optional(words->front()), manner);
    if (!target) {
        return target.error();
    }
    control::PollRequest request;
    request.cell = words->size() > 1 ? (*words)[1] : std::string();
    request.wait = wait || through || timeout_text.has_value();
    request.through = through;
    request.timeout_ms = *timeout * 1000;
    request.form = raw ? control::Form::raw : (ansi ? control::Form::ansi : control::Form::text);
    request.max_bytes = max_bytes;

    ReportStyle style;
    style.session = target->name;
    style.json = true;
    style.about = ReportStyle::About::state;
    style.partial = partial;
    style.exact = raw;
    style.base64 = raw;
    style.gaps = max_bytes > 0;
    auto sink = make_report(style);
    const auto reported = ask_report(*target, request, request.cell, *sink);
    return reported ? report_exit_code(*reported) : fail(manner, reported.error());
}

} // namespace kept::cli
