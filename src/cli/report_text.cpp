#include "cli/report.h"

namespace kept::cli {

namespace {

using control::CellInfo;
using control::CellState;

class TextReport : public ReportSink {
public:
    TextReport(ReportStyle style, Writer& out, Writer& err)
        : style_(std::move(style)), out_(out), err_(err), body_to_(&out) {}

    void begin(const CellInfo& cell) override {
        cell_ = cell;
        // What an error says goes where the output would have gone; its output is an explanation
        // then.
        output_only_ = style_.about == ReportStyle::About::output;
        if (cell.state == CellState::error && !output_only_ && !style_.stream) {
            body_to_ = &err_;
        }
    }

    void body(std::string_view bytes) override {
        if (style_.gaps) {
            held_.append(bytes);
        } else {
            show(bytes);
        }
    }

    void end(const control::ReportEnd& end) override {
        if (style_.gaps) {
            show(style_.exact ? held_ : with_gap(std::move(held_), end));
        }
        if (output_only_) {
            if (!style_.exact && last_ != '\n') {
                out_.put('\n');
            }
        } else if (cell_.state == CellState::error) {
            if (last_ != '\n' && last_ != 0) {
                body_to_->put('\n');
            }
            out_.put(cell_.error);
            out_.put('\n');
        } else if (cell_.timed_out && cell_.timeout_reported && !cell_.ended() && last_ == 0) {
            out_.put("use k int or k kill\n");
        } else if (!style_.exact && last_ != '\n') {
            out_.put('\n');
        }
        out_.flush();
        if (!output_only_) {
            explain_state();
        }
        explain_losses(end);
        err_.flush();
    }

    void broken(const std::string& why) override {
        show(held_);
        out_.flush();
        note(why);
        err_.flush();
    }

private:
    void show(std::string_view bytes) {
        if (bytes.empty()) {
            return;
        }
        last_ = bytes.back();
        body_to_->put(bytes);
        if (style_.stream) {
            body_to_->flush();
        }
    }

    void explain_state() {
        if (cell_.state == CellState::waiting && !cell_.timed_out) {
            note("cell " + cell_.id + (is_stopped() ? " is stopped" : " is waiting" + what_for()));
        } else if (cell_.timed_out && !cell_.ended()) {
            note("cell " + cell_.id + " has timed out" +
                 (cell_.state == CellState::waiting ? ", waiting" + what_for() : std::string()));
        } else if (cell_.state == CellState::error) {
            note("cell " + cell_.id + ": " + cell_.error +
                 (cell_.exit_code ? ", exit code " + std::to_string(*cell_.exit_code)
                                  : std::string()));
        }
        if (const auto text = advice(cell_, style_.session); !text.empty()) {
            note(text);
        }
    }

    void explain_losses(const control::ReportEnd& end) {
        if (end.gap_bytes > 0) {
            note(std::to_string(end.gap_bytes) + " bytes left out; all of it: k output " +
                 style_.session + " " + cell_.id);
        }
        if (cell_.dropped > 0) {
            note(std::to_string(cell_.dropped) +
                 " bytes of the cell's output are gone: it outgrew the session's journal "
                 "(k new --journal-limit)");
        }
    }

    [[nodiscard]] bool is_stopped() const {
        return cell_.input && cell_.input->kind == control::InputKind::stopped;
    }

    [[nodiscard]] std::string what_for() const {
        if (!cell_.input) {
            return " for input";
        }
        std::string text =
            " for input (" + std::string(control::to_string(cell_.input->kind)) + ")";
        if (!cell_.input->prompt.empty()) {
            text += " at '" + cell_.input->prompt + "'";
        }
        return text;
    }

    void note(const std::string& text) { err_.put("k: " + text + "\n"); }

    ReportStyle style_;
    Writer& out_;
    Writer& err_;
    Writer* body_to_;
    bool output_only_ = false;
    CellInfo cell_;
    std::string held_;
    char last_ = 0; ///< the last byte shown
};

} // namespace

std::unique_ptr<ReportSink> text_report(ReportStyle style, Writer& out, Writer& err) {
    return std::make_unique<TextReport>(std::move(style), out, err);
}

} // namespace kept::cli
