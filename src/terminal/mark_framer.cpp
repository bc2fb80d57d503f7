#include "terminal/mark_framer.h"

#include <algorithm>

#include "terminal/code_input.h"
#include "terminal/prompt.h"

namespace kept::terminal {

namespace {
/// How long a fired cell waits for a marked prompt before a prompt without marks will do.
constexpr std::int64_t kPromptPatienceUs = 300'000;
/// How long a line editor that rests is given to say that it has taken long code.
constexpr std::int64_t kLoadPatienceUs = 300'000;
/// Throws away a line, in the Emacs and the vi way of editing: what an unknown key may have left.
constexpr std::string_view kDropLine = "\x05\x15";
/// What integration/bash.sh puts into PROMPT_COMMAND, as `set -v` prints it.
constexpr std::string_view kHookEcho = "{ __kept_prompt; } 2>/dev/null\r\n";
} // namespace

MarkFramer::MarkFramer(FrameHost& host, Input input, Reader reader)
    : host_(host), input_(std::move(input)), reader_(reader) {}

MarkFramer::MarkFramer(FrameHost& host, profiles::Profile profile, std::string directory)
    : host_(host), reader_(Reader::cooked) {
    become(std::move(profile), std::move(directory));
}

void MarkFramer::become(profiles::Profile profile, std::string directory) {
    reader_ = profile.line_editor ? Reader::line_editor : Reader::cooked;
    takes_paste_ = profile.hand_over == profiles::HandOver::paste;
    if (!profile.load_keys.empty()) {
        loader_ = [keys = profile.load_keys, directory](std::string_view code) {
            return put_long_code(code, directory) ? keys : std::string();
        };
    }
    input_ = [profile = std::move(profile),
              directory = std::move(directory)](std::string_view code, bool bracketed_paste) {
        return profile_input(profile, code, bracketed_paste, directory);
    };
}

void MarkFramer::begin(std::string code) {
    code_ = std::move(code);
    editor_off_ = false;
    output_end_ = 0;
    earlier_.clear();
    early_end_.reset();
    lost_marks_ = false;
    loading_ = Loading::no;
    phase_ = Phase::pending;
    send_to_editor();
}

/// zsh's prompt comes before its editor, which then says that it takes pastes. A look tells when
/// there is an editor that takes none.
void MarkFramer::send_to_editor() {
    if (takes_paste_ && !host_.screen().bracketed_paste()) {
        host_.look_soon();
    } else {
        send_if_settled();
    }
}

void MarkFramer::send_if_settled() {
    if (phase_ != Phase::pending || !at_prompt_) {
        return;
    }
    if (host_.unsettled()) {
        host_.look_soon();
    } else if (auto obstacle = host_.obstacle(prompts_); !obstacle.empty()) {
        host_.failed(std::move(obstacle));
    } else {
        send();
    }
}

void MarkFramer::cancel() {
    phase_ = Phase::idle;
    loading_ = Loading::no;
}

bool MarkFramer::back_at_prompt() const {
    return at_prompt_ && !continuation_ && host_.screen().cursor().col == prompt_col_;
}

bool MarkFramer::at_prompt_line() const {
    return at_prompt_ && host_.screen().text_before_cursor().starts_with(prompt_text_);
}

std::string MarkFramer::take_code() {
    phase_ = Phase::idle;
    return std::move(code_);
}

void MarkFramer::send() {
    phase_ = Phase::sent;
    at_prompt_ = false;
    continuation_ = false;
    output_begin_ = host_.offset();
    if (loader_ && host_.screen().bracketed_paste()) {
        if (std::string keys = loader_(code_); !keys.empty()) {
            loading_ = Loading::asked;
            host_.type_code(std::move(keys));
            return;
        }
    }
    type_it();
}

void MarkFramer::type_it() {
    host_.type_code(input_(code_, host_.screen().bracketed_paste()));
    code_ = {};
}

void MarkFramer::on_mark(const Mark& mark, std::uint64_t begin, std::uint64_t end) {
    lost_marks_ = false;
    switch (mark.kind) {
    case Mark::Kind::prompt:
        continuation_ = false;
        break;
    case Mark::Kind::continuation:
        continuation_ = true;
        continuation_begin_ = paste_on_.end == begin ? paste_on_.begin : begin;
        break;
    case Mark::Kind::input:
        if (continuation_) {
            if (phase_ != Phase::idle && host_.typed_all()) {
                host_.look_soon();
            }
            break;
        }
        at_prompt_ = true;
        prompt_col_ = host_.screen().cursor().col;
        prompt_text_ = host_.screen().text_before_cursor();
        ++prompts_;
        if (!started_) {
            started_ = true;
            host_.ready();
        }
        if (phase_ == Phase::pending) {
            send_to_editor();
        } else if (early_end_) {
            host_.look_soon();
        }
        break;
    case Mark::Kind::output:
        at_prompt_ = false;
        continuation_ = false;
        if (phase_ == Phase::sent || phase_ == Phase::accepted) {
            phase_ = Phase::running;
            early_end_.reset();
            output_begin_ = end;
        }
        reads_not_ = false;
        break;
    case Mark::Kind::output_end:
        output_end_ = begin;
        break;
    case Mark::Kind::end:
        at_prompt_ = false;
        continuation_ = false;
        if (phase_ == Phase::sent && loading_ != Loading::no) {
            break; // the line editor shows the line with its prompt
        }
        if (phase_ == Phase::sent || (open() && editor_off_)) {
            early_end_ = mark;
            early_end_begin_ = begin;
        } else if (phase_ == Phase::running || phase_ == Phase::accepted) {
            finish(begin, mark.exit_code);
        }
        break;
    case Mark::Kind::reads:
    case Mark::Kind::reads_not:
        reads_not_ = mark.kind == Mark::Kind::reads_not;
        break;
    case Mark::Kind::loaded:
        if (phase_ == Phase::sent && loading_ == Loading::asked) {
            loading_ = Loading::loaded;
            code_ = {};
            host_.type_code("\r");
        }
        break;
    }
}

void MarkFramer::on_paste_mode(bool on, Range sequence) {
    editor_off_ = !on;
    if (on) {
        paste_on_ = sequence;
        if (phase_ == Phase::pending && takes_paste_) {
            send_if_settled();
        }
    } else if (phase_ == Phase::sent || phase_ == Phase::accepted) {
        phase_ = Phase::accepted;
        loading_ = Loading::no;
        early_end_.reset(); // it was a redraw
        output_begin_ = sequence.end;
    }
}

void MarkFramer::on_still(const Stillness& still, std::int64_t quiet_us) {
    // A second prompt is a mark of its own: it needs less from the kernel than a silent program
    // does.
    const bool second_prompt = continuation_ && still.verdict == Stillness::Verdict::unknown &&
                               quiet_us >= kPromptPatienceUs;
    if ((!still.at_input() && !second_prompt && !still.certain) || !host_.typed_all()) {
        return;
    }
    const bool unmarked_prompt = still.own && at_editor(still) && !at_prompt_ && !continuation_ &&
                                 (still.replaced || host_.screen().bracketed_paste() ||
                                  (reader_ == Reader::cooked && phase_ == Phase::pending)) &&
                                 looks_like_prompt(host_.screen().text_before_cursor());
    const bool ended_early = early_end_ && at_prompt_ && at_editor(still) && reads_itself(still);
    switch (phase_) {
    case Phase::idle:
        break;
    case Phase::pending:
        send_if_settled();
        lost_marks_ = phase_ == Phase::pending && unmarked_prompt && quiet_us >= kPromptPatienceUs;
        break;
    case Phase::sent:
        // What was typed may not have reached the shell yet, which then still looks as it did
        // before.
        if (loading_ == Loading::asked) {
            if (still.at_input() && quiet_us >= kLoadPatienceUs) {
                loading_ = Loading::no; // the keys mean something else here
                host_.type_code(std::string(kDropLine));
                type_it();
            }
        } else if (ended_early) {
            finish(early_end_begin_, early_end_->exit_code);
        } else if (continuation_) {
            host_.waiting(control::InputKind::continuation, control::Evidence::marks, still);
        }
        break;
    case Phase::accepted:
    case Phase::running:
        if (ended_early) {
            finish(early_end_begin_, early_end_->exit_code);
        } else if (continuation_) {
            host_.waiting(control::InputKind::continuation, control::Evidence::marks, still);
        } else if (unmarked_prompt) {
            lost_marks_ = true;
            const auto output = pieces();
            phase_ = Phase::idle;
            std::vector<Range> before_prompt;
            for (Range piece : output) {
                piece.end = std::min(piece.end, host_.line_start());
                if (piece.begin < piece.end) {
                    before_prompt.push_back(piece);
                }
            }
            host_.end(Completion::quiet, std::nullopt, std::move(before_prompt));
        } else if (still.certain && (!reads_not_ || !still.started_one)) {
            host_.waiting(input_kind(still, host_.screen()), evidence_of(still), still);
        }
        break;
    }
}

/// False while the program that the session was started with reads for a command of its own.
bool MarkFramer::at_editor(const Stillness& still) const {
    return reader_ == Reader::cooked || !still.mode.canonical;
}

std::vector<Range> MarkFramer::pieces() const {
    std::vector<Range> out = earlier_;
    if (phase_ == Phase::running || phase_ == Phase::accepted) {
        // What may become a mark of ours is not shown to anybody.
        const std::uint64_t end =
            continuation_ ? continuation_begin_ : host_.screen().complete_offset();
        out.push_back({output_begin_, std::max(output_begin_, end)});
    }
    return out;
}

void MarkFramer::adopt(std::vector<Range> pieces) {
    phase_ = Phase::running;
    output_begin_ = host_.offset();
    if (!pieces.empty()) {
        output_begin_ = pieces.back().begin;
        pieces.pop_back();
    }
    earlier_ = std::move(pieces);
}

void MarkFramer::finish(std::uint64_t end, std::optional<int> exit_code) {
    if (output_end_ >= output_begin_ && output_end_ <= end) {
        end = output_end_; // what the shell says of its jobs before the prompt is no output of the
                           // cell's
    } else if (paste_on_.end == end) {
        end = paste_on_.begin; // the line editor's own, printed before the prompt
    }
    if (host_.before(end).ends_with(kHookEcho)) {
        end -= kHookEcho.size(); // `set -v` shows the hook of ours that runs before each prompt
    }
    if (phase_ == Phase::accepted && end > output_begin_) {
        // Code that was never run: zsh ends its line after it has switched the paste mode off.
        std::string_view bytes = host_.before(end);
        if (bytes.size() >= end - output_begin_) {
            bytes = bytes.substr(bytes.size() - static_cast<std::size_t>(end - output_begin_));
            const std::size_t feed = bytes.find_first_not_of('\r');
            if (feed != std::string_view::npos && bytes[feed] == '\n') {
                output_begin_ += feed + 1;
            }
        }
    }
    std::vector<Range> out = earlier_;
    if (phase_ == Phase::running || phase_ == Phase::accepted) {
        out.push_back({output_begin_, std::max(output_begin_, end)});
    }
    phase_ = Phase::idle;
    early_end_.reset();
    host_.end(Completion::marks, exit_code, std::move(out));
}

} // namespace kept::terminal
