#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "cli/failure.h"
#include "cli/find_session.h"
#include "cli/json_writer.h"
#include "cli/writer.h"
#include "control/client.h"

namespace kept::cli {

/// How a report is shown.
struct ReportStyle {
    std::string session;
    enum class About {
        result, ///< how the cell ended, or what it does instead
        state,  ///< the same, but of a cell that merely runs the state alone
        output, ///< its output, however the cell is
    };
    About about = About::result;
    bool partial = false; ///< JSON, state: of a cell that runs, the output so far
    bool json = false;
    bool stream =
        false; ///< text: the output comes before the cell's state is known, and is shown at once
    bool exact = false; ///< the bytes as they are, no final newline added or taken away
    bool base64 =
        false; ///< JSON: bytes that are no UTF-8 become base64, so the body is held until its end
    bool gaps = false; ///< max_bytes was asked for: the body is held (it is small) and the gap is
                       ///< shown in it
};

/// Shows a report as it comes: its cell, its output in pieces, its end.
class ReportSink {
public:
    virtual ~ReportSink() = default;
    ReportSink() = default;
    ReportSink(const ReportSink&) = delete;
    ReportSink& operator=(const ReportSink&) = delete;
    ReportSink(ReportSink&&) = delete;
    ReportSink& operator=(ReportSink&&) = delete;

    virtual void begin(const control::CellInfo& cell) = 0;
    virtual void body(std::string_view bytes) = 0;
    virtual void end(const control::ReportEnd& end) = 0;
    /// The daemon went away in the middle: ends what has been printed so that it can be read.
    virtual void broken(const std::string& why) = 0;
};

/// Text: the output on `out`; what else there is to say on `err`.
std::unique_ptr<ReportSink> text_report(ReportStyle style, Writer& out, Writer& err);

/// One JSON object on one line, in the contract's order of keys.
std::unique_ptr<ReportSink> json_report(ReportStyle style, Writer& out);

std::unique_ptr<ReportSink> make_report(const ReportStyle& style);

/// The line that stands where max_bytes left something out.
std::string gap_line(std::uint64_t bytes);

/// `body` with the gap's line at its place.
std::string with_gap(std::string body, const control::ReportEnd& end);

/// What a caller can do about a cell in this state; empty when there is nothing to say.
std::string advice(const control::CellInfo& cell, const std::string& session);

/// What came of asking for a report.
using Reported = std::expected<control::CellInfo, Failure>;

/// Receives what follows a report's head, into the sink.
Reported receive_body(control::Client& client, const std::string& session, ReportSink& sink,
                      const control::CellInfo& head);

/// The key `input` and its object: kind, prompt, process, pid, evidence.
void write_input(JsonWriter& json, const control::InputInfo& input);

/// Asks for a poll's or an output's report and shows it; `cell` is the one asked for, or empty.
/// When the daemon vanishes before the report has begun, its journal is asked.
Reported ask_report(const Target& target, const control::Request& request, const std::string& cell,
                    ReportSink& sink);

/// The same, asking the journal of a session whose daemon has gone.
Reported ask_journal(const Target& target, const control::Request& request, const std::string& cell,
                     ReportSink& sink);

/// Exit code of `run`, `poll` and `output` for a cell in this state.
int report_exit_code(const control::CellInfo& cell);

/// Exit code of `run -e`: the command's own, 124 timeout, 125 our error, 126 waiting for input.
int command_exit_code(const control::CellInfo& cell);

} // namespace kept::cli
