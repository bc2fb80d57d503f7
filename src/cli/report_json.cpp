#include "base/text.h"
#include "cli/json_writer.h"
#include "cli/report.h"

namespace kept::cli {

namespace {

using control::CellInfo;
using control::CellState;

class JsonReport : public ReportSink {
public:
    JsonReport(ReportStyle style, Writer& out) : style_(std::move(style)), out_(out), json_(out) {}

    void begin(const CellInfo& cell) override {
        cell_ = cell;
        const bool output_only = style_.about == ReportStyle::About::output;
        timed_out_ = cell.timed_out && !cell.ended() && !output_only;
        hold_ = style_.gaps || style_.base64;
        json_.begin_object();
        json_.text("cell_id", cell.id);
        if (timed_out_) {
            json_.text("status", "timeout");
            json_.text("output", cell.timeout_reported ? "use k int or k kill" : "");
            facts();
            open_body("partial");
            return;
        }
        json_.text("status", control::to_string(cell.state));
        if (output_only) {
            open_body("output");
            facts_follow_ = true;
            return;
        }
        switch (cell.state) {
        case CellState::running:
            shown_ = style_.about != ReportStyle::About::state;
            if (shown_) {
                open_body("output");
            } else if (style_.partial) {
                shown_ = true;
                open_body("partial");
            }
            return;
        case CellState::error:
            json_.text("output", cell.error);
            facts();
            open_body("partial");
            return;
        case CellState::done:
        case CellState::waiting:
            open_body("output");
            facts_follow_ = true;
        }
    }

    void body(std::string_view bytes) override {
        if (!shown_ || bytes.empty()) {
            return;
        }
        if (hold_) {
            held_.append(bytes);
            return;
        }
        if (style_.exact) {
            json_.piece(bytes);
            return;
        }
        // The final newline is not shown, and which one is final shows only when more comes.
        if (newline_) {
            json_.piece("\n");
        }
        newline_ = bytes.back() == '\n';
        json_.piece(newline_ ? bytes.substr(0, bytes.size() - 1) : bytes);
    }

    void end(const control::ReportEnd& end) override {
        if (shown_) {
            close_body(end);
        }
        if (facts_follow_) {
            facts();
        }
        const std::uint64_t missing = end.gap_bytes + cell_.dropped;
        if (missing > 0 && shown_) {
            json_.boolean("truncated", true);
            json_.number("dropped_bytes", missing);
        }
        if (const auto text = advice(cell_, style_.session);
            !text.empty() && !(timed_out_ && cell_.timeout_reported)) {
            json_.text("hint", text);
        }
        json_.end_object();
        json_.end_line();
        out_.flush();
    }

    void broken(const std::string& why) override {
        if (shown_) {
            close_body({});
        }
        json_.boolean("truncated", true);
        json_.text("hint", why);
        json_.end_object();
        json_.end_line();
        out_.flush();
    }

private:
    void open_body(std::string_view key) {
        json_.key(key);
        if (!hold_) {
            json_.begin_text();
        }
    }

    void close_body(const control::ReportEnd& end) {
        if (!hold_) {
            json_.end_text();
            return;
        }
        if (style_.base64 && !base::is_utf8(held_)) {
            json_.text(base::base64(held_));
            json_.text("encoding", "base64");
            return;
        }
        if (!style_.exact) {
            held_ = with_gap(std::move(held_), end);
            if (held_.ends_with('\n')) {
                held_.pop_back();
            }
        }
        json_.text(held_);
    }

    void facts() {
        if (facts_follow_ && cell_.state == CellState::error) {
            json_.text("error", cell_.error);
        }
        if (cell_.ended()) {
            if (cell_.exit_code) {
                json_.number("exit_code", *cell_.exit_code);
            }
            if (!cell_.cwd.empty()) {
                json_.text("cwd", cell_.cwd);
            }
            if (cell_.completion != control::Completion::none) {
                json_.text("completion", control::to_string(cell_.completion));
            }
            json_.number("duration_ms", cell_.duration_us / 1000);
        }
        if (cell_.input && !cell_.ended()) {
            write_input(json_, *cell_.input);
        }
    }

    ReportStyle style_;
    Writer& out_;
    JsonWriter json_;
    CellInfo cell_;
    bool timed_out_ = false;
    bool hold_ = false;
    bool shown_ = true;
    bool facts_follow_ = false;
    bool newline_ = false; ///< one that is final unless more comes
    std::string held_;
};

} // namespace

void write_input(JsonWriter& json, const control::InputInfo& input) {
    json.key("input");
    json.begin_object();
    json.text("kind", control::to_string(input.kind));
    json.text("prompt", input.prompt);
    json.text("process", input.process);
    json.number("pid", input.pid);
    json.text("evidence", control::to_string(input.evidence));
    json.end_object();
}

std::unique_ptr<ReportSink> json_report(ReportStyle style, Writer& out) {
    return std::make_unique<JsonReport>(std::move(style), out);
}

} // namespace kept::cli
