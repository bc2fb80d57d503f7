#include "cli/answer_options.h"
#include "cli/code_source.h"
#include "cli/commands.h"
#include "cli/find_session.h"
#include "cli/interrupt_signal.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "remote/tell.h"

namespace kept::cli {

namespace {

using control::CellInfo;
using control::ControlErrc;

struct RunFlags {
    bool json = false;
    bool own_code = false;
    bool through = false;
    bool stream = false;
    bool inject = false;
    bool raw = false;
    bool ansi = false;
    std::optional<std::string> timeout;
    std::uint64_t max_bytes = 0;
    AnswerOptions answers;
};

void declare(Options& options, RunFlags& flags) {
    options.flag("-j,--json", flags.json, "Print one JSON object")
        .text("-t,--timeout", flags.timeout, "SECONDS",
              "Report a timeout after so long (30); the cell goes on")
        .flag("-e,--exit-code", flags.own_code, "Exit with the command's own code (see below)")
        .flag("--through", flags.through, "Do not return when the program waits for input")
        .flag("--stream", flags.stream, "Print the output while it comes")
        .flag("--inject", flags.inject,
              "In a shell inside (ssh, sudo, docker): make it mark its prompts first")
        .flag("--raw", flags.raw, "The program's bytes as they were")
        .flag("--ansi", flags.ansi, "Keep colours")
        .natural("--max-bytes", flags.max_bytes, "N",
                 "At most so much output: its beginning and its end");
    flags.answers.declare(options);
    options.dashes_are_words().note(
        "Code `-` is read from standard input. Put -- before code that looks like an option.\n"
        "With -e, 124 is a timeout, 125 an error of ours, 126 waiting for input.\n"
        "A cell that timed out or waits for input goes on: see k poll, k send and k int.");
}

/// Waits for the report of a cell that runs; a daemon that vanishes meanwhile is asked through its
/// journal.
Reported await_report(control::Client& client, const Target& target, const CellInfo& started,
                      const control::RunRequest& request, ReportSink& sink) {
    while (true) {
        auto frame = client.receive();
        if (!frame && frame.error().code == ControlErrc::lost) {
            auto reported = ask_journal(
                target, control::PollRequest{started.id, false, request.form, request.max_bytes},
                started.id, sink);
            if (!reported && reported.error().cell.empty()) {
                return std::unexpected(
                    Failure{"session exited", "it was ended meanwhile", started.id});
            }
            return reported;
        }
        if (!frame) {
            return std::unexpected(explain(target.name, frame.error()));
        }
        if (frame->type == control::FrameType::bytes) {
            sink.body(frame->payload);
            continue;
        }
        auto answer = control::decode_answer(frame->payload);
        if (!answer) {
            return std::unexpected(explain(target.name, answer.error()));
        }
        if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
            return std::unexpected(explain(target.name, *refusal, started.id));
        }
        if (const auto* head = std::get_if<CellInfo>(&*answer)) {
            return receive_body(client, target.name, sink, *head);
        }
    }
}

} // namespace

int run_command(const Verb& verb, Arguments arguments) {
    RunFlags flags;
    Options options(verb);
    declare(options, flags);
    auto words = options.parse(arguments, 0, 2);
    if (!words) {
        return words.error();
    }
    if (flags.raw && flags.ansi) {
        return options.wrong("--raw and --ansi exclude each other");
    }
    if (flags.stream && (flags.json || flags.max_bytes > 0)) {
        return options.wrong("--stream goes with neither --json nor --max-bytes");
    }
    const Manner manner{flags.json ? Manner::Words::json : Manner::Words::plain,
                        flags.own_code ? 125 : 1};
    const auto timeout = positive(flags.timeout, "-t", kRunTimeoutS, manner.exit_code);
    if (!timeout) {
        return timeout.error();
    }
    auto answers = flags.answers.read(options);
    if (!answers) {
        return answers.error();
    }
    auto code = find_code(options, std::move(*words));
    if (!code) {
        return code.error();
    }
    auto target = find_session(code->session, manner);
    if (!target) {
        return target.error();
    }
    auto client = open_session(*target);
    if (!client) {
        return fail(manner, explain(target->name, client.error()));
    }

    control::RunRequest request;
    request.bytes = code->code.size();
    request.timeout_ms = *timeout * 1000;
    request.wait = true;
    request.through = flags.through;
    request.stream = flags.stream;
    request.inject = flags.inject;
    request.form =
        flags.raw ? control::Form::raw : (flags.ansi ? control::Form::ansi : control::Form::text);
    request.max_bytes = flags.max_bytes;
    request.answers = std::move(*answers);
    // From here on Ctrl-C belongs to the cell, which is ours as soon as the daemon says so.
    std::optional<HeldSignal> held(SIGINT);
    if (auto sent = client->send(request, code->code); !sent) {
        return fail(manner, explain(target->name, sent.error()));
    }
    auto answer = client->answer();
    if (!answer) {
        return fail(manner, explain(target->name, answer.error()));
    }
    if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
        return fail(manner, explain(target->name, *refusal));
    }
    const auto* started = std::get_if<CellInfo>(&*answer);
    if (started == nullptr) {
        return fail(manner, {"the session's daemon did not say which cell it started", {}, {}});
    }
    remote::tell_cell(target->name, started->id);
    Progress progress(*target, started->id);
    if (!flags.json && !flags.stream) {
        client->while_waiting([&](int fd) { progress.wait(fd); });
    }
    const InterruptOnSignal interrupt(target->paths.socket(target->name));
    held.reset();

    ReportStyle style;
    style.session = target->name;
    style.json = flags.json;
    style.exact = flags.raw;
    style.base64 = flags.raw && flags.json;
    style.gaps = flags.max_bytes > 0;
    style.stream = flags.stream;
    const auto sink = make_report(style);
    auto reported = await_report(*client, *target, *started, request, *sink);
    if (!reported) {
        return fail(manner, reported.error());
    }
    return flags.own_code ? command_exit_code(*reported) : report_exit_code(*reported);
}

} // namespace kept::cli
