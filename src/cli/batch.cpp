#include <array>

#include "base/text.h"
#include "cli/code_source.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/script_line.h"
#include "cli/step.h"
#include "cli/writer.h"

namespace kept::cli {

namespace {

/// `run [-t N] <code>`, with the report of `k run -j`.
ParsedStep run_step(const Verb& verb, Arguments arguments, StepReading /*reading*/) {
    std::optional<std::string> timeout;
    Options options(verb);
    options.text("-t,--timeout", timeout, "SECONDS", "Report a timeout after so long (30)")
        .dashes_are_words();
    const auto words = options.parse(arguments, 1, 1);
    if (!words) {
        return std::unexpected(words.error());
    }
    const auto seconds = positive(timeout, "-t", kRunTimeoutS, 1);
    if (!seconds) {
        return std::unexpected(seconds.error());
    }
    Step step;
    step.bytes = words->front();
    control::RunRequest request;
    request.bytes = step.bytes.size();
    request.timeout_ms = *seconds * 1000;
    request.wait = true;
    step.request = request;
    step.manner = {Manner::Words::json};
    step.take = [](control::Client& client, const Target& target) {
        const Manner manner{Manner::Words::json};
        std::optional<control::CellInfo> cell;
        for (int heads = 0; heads < 2; ++heads) { // as it was fired, then as it ended
            const auto answer = next_answer(client, target.name);
            if (!answer) {
                return fail(manner, answer.error());
            }
            const auto* info = std::get_if<control::CellInfo>(&*answer);
            if (info == nullptr) {
                return fail(manner,
                            {"the session's daemon gave an answer of another kind", {}, {}});
            }
            cell = *info;
        }
        ReportStyle style;
        style.session = target.name;
        style.json = true;
        const auto sink = make_report(style);
        const auto reported = receive_body(client, target.name, *sink, *cell);
        return reported ? report_exit_code(*reported) : fail(manner, reported.error());
    };
    return step;
}

ParsedStep interrupt_step(const Verb& verb, Arguments arguments, StepReading /*reading*/) {
    control::InterruptRequest request;
    Options options(verb);
    options.flag("--kill", request.kill, "By force when Ctrl-C does not help");
    const auto words = options.parse(arguments, 0, 0);
    if (!words) {
        return std::unexpected(words.error());
    }
    Step step;
    step.request = request;
    step.manner = {Manner::Words::json};
    step.take = take_ok(step.manner, "ok");
    return step;
}

struct StepVerb {
    std::string_view name;
    ParsedStep (*parse)(const Verb&, Arguments, StepReading);
};

constexpr std::array kStepVerbs{
    StepVerb{"send", send_step},     StepVerb{"wait", wait_step}, StepVerb{"screen", screen_step},
    StepVerb{"resize", resize_step}, StepVerb{"run", run_step},   StepVerb{"int", interrupt_step},
};

ParsedStep parse_line(std::string_view line, const Options& options, std::size_t number) {
    const std::string where = "line " + std::to_string(number) + ": ";
    const auto words = split_words(line);
    if (!words) {
        return std::unexpected(options.wrong(where + words.error()));
    }
    const std::string& name = words->front();
    const auto* found = std::find_if(kStepVerbs.begin(), kStepVerbs.end(),
                                     [&](const StepVerb& verb) { return verb.name == name; });
    const Verb* verb = find_verb(name);
    if (found == kStepVerbs.end() || verb == nullptr) {
        return std::unexpected(
            options.wrong(where + "'" + name +
                          "' is no step; there are send, wait, screen, resize, run and int"));
    }
    auto step = found->parse(*verb, Arguments(*words).subspan(1), {.in_batch = true});
    if (!step) {
        say("k batch: that was " + where + std::string(base::trimmed(line)));
    }
    return step;
}

std::expected<std::vector<Step>, int> parse_script(const std::string& text,
                                                   const Options& options) {
    std::vector<Step> steps;
    std::size_t number = 0;
    for (const std::string_view line : base::split_lines(text)) {
        ++number;
        const auto content = base::trimmed(line);
        if (content.empty() || content.front() == '#') {
            continue;
        }
        auto step = parse_line(content, options, number);
        if (!step) {
            return std::unexpected(step.error());
        }
        steps.push_back(std::move(*step));
    }
    if (steps.empty()) {
        return std::unexpected(options.wrong("there are no steps"));
    }
    return steps;
}

int take_steps(control::Client& client, const Target& target, const std::vector<Step>& steps) {
    int exit_code = 0;
    for (const Step& step : steps) {
        int code = step.take(client, target);
        const auto end = next_answer(client, target.name);
        const auto* ended = end ? std::get_if<control::StepEnd>(&*end) : nullptr;
        out().flush();
        if (ended == nullptr) {
            return code == 0 ? fail({Manner::Words::json},
                                    end ? Failure{"the session's daemon gave an answer of another "
                                                  "kind",
                                                  {},
                                                  {}}
                                        : end.error())
                             : code;
        }
        code = code == 0 && ended->failed ? 1 : code;
        exit_code = exit_code == 0 ? code : exit_code;
        if (ended->stopped) {
            break;
        }
    }
    return exit_code;
}

} // namespace

int batch_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    control::BatchRequest request;
    Options options(verb);
    options.flag("-j,--json", json, "What it prints is JSON anyway")
        .flag("--keep-going", request.keep_going, "Go on after a step that failed")
        .note(
            "Standard input has one step a line, as commands without `k` and session:\n"
            "  send 'make test'\n"
            "  wait --text 'Continue?' -t 60\n"
            "  send --keys \"Down Enter\"\n"
            "  wait --stable 200\n"
            "  screen --region 0,0,0,5\n"
            "Steps are send, wait, screen, resize, run and int; # begins a comment. All go to the\n"
            "session at once; each prints one line of JSON when it is done, what the command "
            "prints\n"
            "with --json. It stops at a step that fails: an error, a timeout, an exit code of run\n"
            "other than 0. Exit code: 0, or that of the first step that failed.");
    auto words = options.parse(arguments, 0, 1);
    if (!words) {
        return words.error();
    }
    auto script = find_code(options, {"-"});
    if (!script) {
        return script.error();
    }
    const auto steps = parse_script(script->code, options);
    if (!steps) {
        return steps.error();
    }
    Step batch;
    if (!words->empty()) {
        batch.session = words->front();
    }
    for (const Step& step : *steps) {
        control::append_frame(batch.bytes, control::FrameType::json, control::encode(step.request));
        control::append_bytes(batch.bytes, step.bytes);
    }
    request.bytes = batch.bytes.size();
    batch.request = request;
    batch.manner = {Manner::Words::json};
    batch.take = [&](control::Client& client, const Target& target) {
        return take_steps(client, target, *steps);
    };
    return carry_out(std::move(batch));
}

} // namespace kept::cli
