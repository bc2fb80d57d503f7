#include "cli/report.h"

#include <algorithm>

namespace kept::cli {

using control::CellInfo;
using control::CellState;
using control::ControlErrc;

std::unique_ptr<ReportSink> make_report(const ReportStyle& style) {
    return style.json ? json_report(style, out()) : text_report(style, out(), err());
}

std::string gap_line(std::uint64_t bytes) {
    return "[... " + std::to_string(bytes) + " bytes left out ...]\n";
}

std::string with_gap(std::string body, const control::ReportEnd& end) {
    if (end.gap_bytes == 0) {
        return body;
    }
    const auto at = static_cast<std::size_t>(std::min<std::uint64_t>(end.gap_at, body.size()));
    std::string line = gap_line(end.gap_bytes);
    if (at > 0 && body[at - 1] != '\n') {
        line.insert(0, 1, '\n');
    }
    body.insert(at, line);
    return body;
}

namespace {

/// How to answer, for each kind of input.
std::string waiting_advice(const CellInfo& cell, const std::string& of) {
    using control::InputKind;
    const control::InputInfo input = cell.input.value_or(control::InputInfo{});
    const std::string process = input.process.empty() ? "the program" : input.process;
    const std::string interrupt = ", or end it with k int" + of;
    switch (input.kind) {
    case InputKind::line:
        break;
    case InputKind::password:
        return process + " asks for a password: answer with k send" + of +
               " - (the password on standard input)" + interrupt;
    case InputKind::key:
        return process + " waits for a key: type it with k send -n" + of + " <key>" + interrupt;
    case InputKind::screen:
        return process + " has the whole screen and waits for keys: type them with k send -n" + of +
               " <keys>" + interrupt;
    case InputKind::continuation:
        return "the code is not complete: type the rest with k send" + of + " <text>" + interrupt;
    case InputKind::repl:
        return process + " is at its own prompt: the next k run" + of + " goes to it" + interrupt;
    case InputKind::stopped:
        return process + " was stopped by a signal: kill -CONT " + std::to_string(input.pid) +
               " continues it" + interrupt;
    }
    return process + " waits for input: answer with k send" + of + " <text>" + interrupt;
}

} // namespace

std::string advice(const CellInfo& cell, const std::string& session) {
    const std::string of = " " + session;
    if (cell.state == CellState::waiting) {
        return waiting_advice(cell, of);
    }
    if (cell.timed_out && !cell.ended()) {
        return "the cell goes on: k poll" + of + " " + cell.id + " asks again, k int" + of +
               " interrupts it";
    }
    if (cell.state == CellState::error && cell.error == "session exited") {
        return "the program has ended; k new" + of + " starts afresh";
    }
    return {};
}

int report_exit_code(const CellInfo& cell) {
    if (cell.state == CellState::error) {
        return 1;
    }
    return !cell.ended() && cell.timed_out && cell.timeout_reported ? 1 : 0;
}

int command_exit_code(const CellInfo& cell) {
    // `exit 3` ends the session, and 3 is still the command's own code.
    const bool exited = cell.completion == control::Completion::exit && cell.exit_code;
    if (cell.state == CellState::error && !exited) {
        return 125;
    }
    if (cell.ended()) {
        return cell.exit_code.value_or(0) & 0xff;
    }
    if (cell.timed_out) {
        return 124;
    }
    return cell.state == CellState::waiting ? 126 : 0;
}

Reported receive_body(control::Client& client, const std::string& session, ReportSink& sink,
                      const CellInfo& head) {
    const auto broken = [&](const control::ControlError& error) {
        Failure failure = explain(session, error);
        sink.broken(failure.text);
        failure.said = true;
        return std::unexpected(failure);
    };
    sink.begin(head);
    while (true) {
        auto frame = client.receive();
        if (!frame) {
            return broken(frame.error());
        }
        if (frame->type == control::FrameType::bytes) {
            sink.body(frame->payload);
            continue;
        }
        const auto answer = control::decode_answer(frame->payload);
        if (!answer) {
            return broken(answer.error());
        }
        if (const auto* end = std::get_if<control::ReportEnd>(&*answer)) {
            sink.end(*end);
            return head;
        }
        if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
            return broken({refusal->code, 0, refusal->message});
        }
    }
}

namespace {

/// The answer that opens a report; `lost` when the daemon went away before it.
control::Result<control::Answer> ask(control::Client& client, const control::Request& request) {
    if (auto sent = client.send(request); !sent) {
        return std::unexpected(sent.error());
    }
    return client.answer();
}

Reported show(control::Client& client, const Target& target,
              const control::Result<control::Answer>& answer, const std::string& cell,
              ReportSink& sink) {
    if (!answer) {
        return std::unexpected(explain(target.name, answer.error()));
    }
    if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
        return std::unexpected(explain(target.name, *refusal, cell));
    }
    const auto* head = std::get_if<CellInfo>(&*answer);
    if (head == nullptr) {
        return std::unexpected(
            Failure{"the session's daemon gave an answer that is no report", {}, {}});
    }
    return receive_body(client, target.name, sink, *head);
}

} // namespace

Reported ask_journal(const Target& target, const control::Request& request, const std::string& cell,
                     ReportSink& sink) {
    auto reader = open_reader(target);
    if (!reader) {
        return std::unexpected(explain(target.name, reader.error()));
    }
    const auto answer = ask(*reader, request);
    return show(*reader, target, answer, cell, sink);
}

Reported ask_report(const Target& target, const control::Request& request, const std::string& cell,
                    ReportSink& sink) {
    auto client = open_session(target);
    if (!client) {
        return std::unexpected(explain(target.name, client.error()));
    }
    const auto answer = ask(*client, request);
    if (!answer && answer.error().code == ControlErrc::lost) {
        return ask_journal(target, request, cell, sink);
    }
    return show(*client, target, answer, cell, sink);
}

} // namespace kept::cli
