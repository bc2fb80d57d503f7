#include "terminal/line_framer.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "terminal/asking.h"
#include "terminal/prompt.h"
#include "vt/transcript.h"

namespace kept::terminal {

namespace {
/// Without kernel evidence a prompt on the screen counts once nothing has come for this long.
constexpr std::int64_t kQuietUs = 60'000;
/// … and so does a second prompt, or whatever is before the cursor while more lines are to come.
constexpr std::int64_t kSecondQuietUs = 100'000;
constexpr std::int64_t kMoreQuietUs = 500'000;
/// A program that never reads its terminal gets its code after this much silence.
constexpr std::int64_t kBlindUs = 2'000'000;
/// How long the echo of a cooked terminal is waited for.
constexpr std::int64_t kEchoPatienceUs = 1'000'000;
/// A longer line is not compared with its echo.
constexpr std::size_t kMostEcho = 64UL * 1024;
} // namespace

LineFramer::LineFramer(FrameHost& host) : host_(host) {}

LineFramer::LineFramer(FrameHost& host, KnownPrompts known)
    : host_(host), given_(known.prompt_pattern.empty()), known_(given_),
      line_editor_(known.line_editor), may_ask_first_(known.may_ask_first),
      blank_before_(known.blank_before), pattern_(known.prompt_pattern),
      more_pattern_(known.continuation_pattern), continuation_(std::move(known.continuation)),
      prompt_(std::move(known.prompt)) {}

std::unique_ptr<LineFramer> LineFramer::at_prompt(FrameHost& host) {
    auto framer = std::make_unique<LineFramer>(host);
    framer->learn();
    framer->phase_ = Phase::idle;
    return framer;
}

void LineFramer::begin(std::string code) {
    if (code.ends_with('\n')) {
        code.pop_back();
    }
    lines_.clear();
    for (const std::string_view line : base::split_lines(code)) {
        lines_.emplace_back(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
    }
    pieces_.clear();
    piece_begin_ = host_.offset();
    const bool ready = phase_ == Phase::idle && !host_.unsettled() && prompt_shown();
    phase_ = Phase::pending;
    if (ready) {
        send_line();
    } else {
        host_.look_soon();
    }
}

void LineFramer::cancel() {
    lines_.clear();
    phase_ = Phase::idle;
}

std::string LineFramer::take_code() {
    std::string code;
    for (const std::string& line : std::exchange(lines_, {})) {
        code += line;
        code += '\n';
    }
    phase_ = Phase::idle;
    return code;
}

void LineFramer::adopt(std::vector<Range> pieces) {
    lines_.clear();
    phase_ = Phase::output;
    pasted_ = false;
    answer_due_ = false;
    piece_begin_ = host_.offset();
    if (!pieces.empty()) {
        piece_begin_ = pieces.back().begin;
        pieces.pop_back();
    }
    pieces_ = std::move(pieces);
}

bool LineFramer::back_at_prompt() const {
    return (known_ || exact()) && (pattern_.given() || !base::trimmed(prompt_).empty()) &&
           is_prompt(host_.screen().text_before_cursor());
}

/// A line editor with bracketed paste says exactly when it has accepted a line: readline behind the
/// line feed, zsh's editor before it.
void LineFramer::on_paste_mode(bool on, Range sequence) {
    const bool may_accept =
        phase_ == Phase::echo || (phase_ == Phase::output && sequence.begin == unlike_end_);
    // zsh goes to the next line only after it; then the echo is followed to its end.
    if (may_accept && pasted_ && !on && host_.before(sequence.begin).ends_with('\n')) {
        piece_begin_ = sequence.end;
        phase_ = Phase::output;
        echo_.clear();
    }
}

void LineFramer::learn() {
    prompt_ = host_.screen().text_before_cursor();
    const std::uint64_t length = host_.offset() - host_.line_start();
    const std::string_view tail = host_.tail();
    prompt_raw_ =
        length <= tail.size() ? std::string(tail.substr(tail.size() - length)) : std::string();
    known_ = true;
}

void LineFramer::send_line() {
    sent_ = std::move(lines_.front());
    lines_.pop_front();
    before_sent_ = host_.screen().text_before_cursor();
    echo_.clear();
    unlike_end_ = 0;
    echo_begin_ = host_.offset();
    piece_begin_ = echo_begin_;
    phase_ = Phase::echo;
    answer_due_ = false;
    pasted_ = host_.screen().bracketed_paste();
    if (pasted_) {
        host_.type_code("\x1b[200~" + sent_ + "\x1b[201~\r");
    } else {
        host_.type_code(sent_ + "\r");
    }
}

void LineFramer::on_output(std::string_view bytes, std::uint64_t begin) {
    if (phase_ == Phase::echo) {
        follow_echo(bytes, begin);
    }
    if (answer_due_) {
        if (const std::size_t feed = bytes.find('\n'); feed != std::string_view::npos) {
            answer_due_ = false;
            piece_begin_ = begin + feed + 1;
        }
    }
    if (phase_ != Phase::idle && (known_ || exact()) &&
        (prompt_shown() || (!lines_.empty() && more_wanted()))) {
        host_.look_soon();
    }
}

void LineFramer::follow_echo(std::string_view bytes, std::uint64_t begin) {
    const std::string wanted(base::trimmed(before_sent_ + sent_));
    for (std::size_t at = 0; at < bytes.size() && phase_ == Phase::echo;) {
        // ESC E goes to the next line as well (haskeline, the line editor of GHCi).
        const std::size_t next = bytes.find("\x1b"
                                            "E",
                                            at);
        const std::size_t feed =
            std::min(bytes.find('\n', at), next == std::string_view::npos ? next : next + 1);
        const std::size_t end = feed == std::string_view::npos ? bytes.size() : feed + 1;
        echo_.append(bytes.substr(at, end - at));
        at = end;
        if (feed == std::string_view::npos) {
            break;
        }
        const std::string shown = vt::render_text(before_sent_ + echo_, host_.screen().size());
        const std::string_view text = base::trimmed(shown);
        if (text == wanted) {
            piece_begin_ = begin + end; // the echo ends with this line
            phase_ = Phase::output;
        } else if (!wanted.starts_with(text) || echo_.size() > kMostEcho) {
            phase_ = Phase::output; // no echo: all of it is output
            unlike_end_ = begin + end;
        }
    }
    if (phase_ == Phase::output) {
        echo_.clear();
        echo_.shrink_to_fit();
    }
}

std::optional<std::uint64_t> LineFramer::prompt_line() const {
    const std::string_view tail = host_.tail();
    if (!given_ || !tail.ends_with('\n')) {
        return std::nullopt;
    }
    const std::size_t feed = tail.substr(0, tail.size() - 1).rfind('\n');
    const std::string_view line = tail.substr(feed == std::string_view::npos ? 0 : feed + 1);
    if (base::trimmed(vt::render_text(line)) != base::trimmed(prompt_)) {
        return std::nullopt;
    }
    return host_.offset() - line.size();
}

bool LineFramer::is_prompt(std::string_view before_cursor) const {
    if (!editor_reads()) {
        return false;
    }
    if (pattern_.given()) {
        return pattern_.matches(before_cursor);
    }
    return given_ ? base::trimmed(before_cursor) == base::trimmed(prompt_)
                  : same_prompt(prompt_, before_cursor);
}

/// False while a program is at work that reads its terminal at all times.
bool LineFramer::editor_reads() const {
    return !line_editor_ || host_.screen().bracketed_paste();
}

bool LineFramer::is_continuation(std::string_view before_cursor) const {
    return surely_more() || second_prompt(prompt_, before_cursor) ||
           base::trimmed(before_cursor) == base::trimmed(continuation_);
}

bool LineFramer::surely_more() const {
    if (!editor_reads()) {
        return false;
    }
    const std::string before = host_.screen().text_before_cursor();
    return more_pattern_.matches(before) ||
           (!continuation_.empty() && base::trimmed(before) == base::trimmed(continuation_));
}

bool LineFramer::prompt_shown() const {
    if (prompt_line()) {
        return true;
    }
    const std::string before = host_.screen().text_before_cursor();
    if (is_prompt(before)) {
        return true;
    }
    if (is_continuation(before)) {
        return false; // though it may end as the prompt does
    }
    if (!editor_reads()) {
        return false;
    }
    if (pattern_.given()) {
        return pattern_.end_of(before).has_value();
    }
    // Output without a final line feed stands before the prompt on its line.
    return !base::trimmed(prompt_).empty() &&
           ((!prompt_raw_.empty() && host_.tail().ends_with(prompt_raw_)) ||
            base::trimmed(before).ends_with(base::trimmed(prompt_)));
}

bool LineFramer::more_wanted() const {
    return surely_more() || second_prompt(prompt_, host_.screen().text_before_cursor());
}

std::uint64_t LineFramer::prompt_begin() const {
    if (const auto line = prompt_line()) {
        return *line;
    }
    const std::string before = host_.screen().text_before_cursor();
    if (is_prompt(before)) {
        return host_.line_start();
    }
    if (const auto shown = pattern_.end_of(before)) {
        const std::size_t at = host_.tail().rfind(*shown);
        return at == std::string_view::npos ? host_.line_start()
                                            : host_.offset() - (host_.tail().size() - at);
    }
    if (!prompt_raw_.empty() && host_.tail().ends_with(prompt_raw_)) {
        return host_.offset() - prompt_raw_.size();
    }
    const std::string_view tail = host_.tail();
    const std::size_t found = tail.rfind(base::trimmed(prompt_));
    return found == std::string_view::npos ? host_.line_start()
                                           : host_.offset() - (tail.size() - found);
}

/// Where the output ends before the prompt that is shown.
std::uint64_t LineFramer::output_end() const {
    const std::uint64_t prompt = prompt_begin();
    const std::string_view before = blank_before_ ? host_.before(prompt) : std::string_view();
    if (!before.ends_with('\n')) {
        return prompt;
    }
    const std::size_t last = before.substr(0, before.size() - 1).find_last_not_of('\r');
    return prompt - (before.size() - (last == std::string_view::npos ? 0 : last + 1));
}

bool LineFramer::at_rest(const Stillness& still, std::int64_t quiet_us) const {
    if (!host_.typed_all()) {
        return false;
    }
    if (still.verdict != Stillness::Verdict::unknown || phase_ == Phase::echo) {
        return still.verdict == Stillness::Verdict::reading;
    }
    if ((known_ || exact()) && prompt_shown()) {
        return quiet_us >= kQuietUs;
    }
    const std::string before = host_.screen().text_before_cursor();
    if (!base::trimmed(before).empty() && quiet_us >= kSecondQuietUs &&
        (second_prompt(prompt_, before) || (!lines_.empty() && quiet_us >= kMoreQuietUs))) {
        return true;
    }
    // A program that asks for a password first has not come to its prompt.
    return !exact() && still.certain &&
           (known_ || input_kind(still, host_.screen()) == control::InputKind::repl);
}

void LineFramer::close_piece(std::uint64_t end) {
    if (end > piece_begin_) {
        pieces_.push_back({piece_begin_, end});
    }
    piece_begin_ = host_.offset();
}

void LineFramer::on_still(const Stillness& still, std::int64_t quiet_us) {
    const auto evidence = still.verdict == Stillness::Verdict::reading ? control::Evidence::kernel
                                                                       : control::Evidence::quiet;
    const bool rest = editor_reads() && at_rest(still, quiet_us);
    // An editor that reads a line with no prompt before it does so for the program's own input.
    const bool asks = still.certain || (line_editor_ && rest && quiet_us >= kSecondQuietUs);
    switch (phase_) {
    case Phase::starting:
        if (rest && (!exact() || prompt_shown())) {
            if (!given_) {
                learn();
            }
            phase_ = Phase::idle;
            host_.ready();
        } else if (may_ask_first_ && still.certain) {
            host_.ready();
        }
        break;
    case Phase::idle:
        break;
    case Phase::pending:
        if (may_ask_first_ && still.certain && !prompt_shown() &&
            kind_of(still) == control::InputKind::password) {
            host_.waiting(control::InputKind::password, evidence_of(still), still);
            break; // code is no password
        }
        // A program that reads has written its prompt, but that may be on its way to us still.
        if ((rest && (!known_ || prompt_shown() || quiet_us >= kSecondQuietUs)) ||
            quiet_us >= kBlindUs) {
            if (!known_ && rest) {
                learn();
            }
            send_line();
        }
        break;
    case Phase::echo:
    case Phase::output:
        // A terminal that echoes has not seen what was typed before it has echoed, and the prompt
        // that is still there is the last one.
        if (!rest && still.certain && editor_reads() && !still.at_input() && host_.typed_all() &&
            (phase_ != Phase::echo || !echo_.empty() || quiet_us >= kEchoPatienceUs)) {
            host_.waiting(kind_of(still), evidence_of(still), still);
            break;
        }
        if (!rest || (phase_ == Phase::echo && echo_.empty() && still.mode.canonical &&
                      still.mode.echo && quiet_us < kEchoPatienceUs)) {
            break;
        }
        if (prompt_shown()) {
            close_piece(output_end());
            if (!lines_.empty()) {
                send_line();
                break;
            }
            if (!given_ && is_prompt(host_.screen().text_before_cursor())) {
                learn(); // it changes with the directory
            }
            phase_ = Phase::idle;
            host_.end(exact() ? Completion::prompt : Completion::quiet, std::nullopt,
                      std::move(pieces_));
            pieces_.clear();
        } else if (still.at_input() && !asks && !surely_more()) {
            break; // it may be working, and ask nothing
        } else if (!lines_.empty()) {
            close_piece(host_.line_start()); // a second prompt, or a question that the code answers
            send_line();
        } else if (more_wanted()) {
            if (!answer_due_) {
                close_piece(host_.line_start());
                answer_due_ = true;
            }
            host_.waiting(control::InputKind::continuation, evidence, still);
        } else if (asks) {
            host_.waiting(kind_of(still), evidence_of(still), still);
        }
        break;
    }
}

/// What a program of known prompts reads through its line editor is a line, though the terminal is
/// not in its line mode.
control::InputKind LineFramer::kind_of(const Stillness& still) const {
    using control::InputKind;
    const InputKind kind = input_kind(still, host_.screen());
    const bool edited = kind == InputKind::key || kind == InputKind::repl;
    return exact() && edited && still.started_one &&
                   !interpreter_prompt(host_.screen().text_before_cursor())
               ? InputKind::line
               : kind;
}

std::vector<Range> LineFramer::pieces() const {
    std::vector<Range> out = pieces_;
    if (!answer_due_ && (phase_ == Phase::echo || phase_ == Phase::output)) {
        // Where it begins counts even while what was read together with it is not counted yet.
        out.push_back({piece_begin_, std::max(piece_begin_, host_.offset())});
    }
    return out;
}

} // namespace kept::terminal
