#include "terminal/terminal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <unistd.h>
#include <utility>

#include "base/clock.h"
#include "os/proc.h"
#include "terminal/bash.h"
#include "terminal/hook_framer.h"
#include "terminal/line_framer.h"
#include "terminal/output_judge.h"
#include "terminal/prompt.h"
#include "terminal/repeat_framer.h"

namespace kept::terminal {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::size_t kReadSize = 32UL * 1024;
/// Reads in a row before the event loop gets its turn: a flood must not keep a client waiting.
constexpr int kReadsPerTurn = 32;
constexpr std::size_t kTail = 1024;
/// A program whose prompt is not known is taken as started after this time, whether it has shown
/// one or not.
constexpr milliseconds kUnmarkedStart{1'500};
/// A cell, or a process, this young may not have become its program yet.
constexpr std::int64_t kYoungUs = 300'000;
/// Between SIGHUP and SIGKILL.
constexpr milliseconds kTerminateGrace{300};

vt::Size size_of(const control::LaunchSpec& spec) {
    return {spec.cols, spec.rows};
}

KnownPrompts known_prompts(const profiles::Profile& profile) {
    return {profile.prompt,
            profile.continuation,
            profile.prompt_pattern,
            profile.continuation_pattern,
            profile.line_editor,
            true,
            profile.blank_before_prompt};
}

control::Refusal refusal(control::ControlErrc code, std::string message) {
    return {code, std::move(message), ""};
}

} // namespace

Terminal::Terminal(session::Session& session, session::Loop& loop)
    : session_(session), loop_(loop),
      screen_(size_of(session.spec()), this, 0, vt::kDefaultScrollbackBytes), nesting_(*this) {}

Terminal::~Terminal() = default;

void Terminal::start(std::function<void(Started)> done) {
    start_done_ = std::move(done);
    control::LaunchSpec spec = session_.spec();
    auto pty = os::Pty::open({spec.cols, spec.rows});
    if (!pty) {
        started(pty.error().message());
        return;
    }
    pty_ = std::move(*pty);
    auto prepared = prepare(spec, session_.directory());
    if (!prepared) {
        started(prepared.error());
        return;
    }
    auto slave = pty_->open_slave();
    if (!slave) {
        started(slave.error().message());
        return;
    }
    auto child = os::spawn_on_terminal(prepared->command, slave->get());
    if (!child) {
        started(child.error().message());
        return;
    }
    child_ = std::move(*child);
    input_ = std::make_unique<InputQueue>(*pty_, loop_);
    probe_ = std::make_unique<Probe>(*pty_, child_.pid);
    interruption_.emplace(*pty_, *input_);
    choose_framer(*prepared);
    scratch_ = std::move(prepared->scratch);

    spec.child_pid = child_.pid;
    spec.profile = prepared->profile;
    session_.describe(spec);

    last_output_us_ = base::steady_us();
    output_watch_ = loop_.readable(pty_->master(), [this] { on_readable(); });
    exit_watch_ = loop_.readable(child_.pidfd.get(), [this] { on_exit(); });
    const bool known_prompt =
        prepared->marked || (prepared->known && prepared->known->frame == profiles::Frame::prompt);
    start_timer_ =
        loop_.after(known_prompt ? milliseconds(spec.start_timeout_ms)
                                 : std::min(kUnmarkedStart, milliseconds(spec.start_timeout_ms)),
                    [this] { started(""); });
    schedule_look();
}

void Terminal::choose_framer(const Prepared& prepared) {
    const control::LaunchSpec& spec = session_.spec();
    const bool is_hook = spec.prompt.find('/') != std::string::npos;
    if (spec.frame == control::FrameChoice::repeat) {
        nesting_.set_own(std::make_unique<RepeatFramer>(*this));
    } else if (!spec.prompt.empty() && is_hook) {
        nesting_.set_own(std::make_unique<HookFramer>(*this, loop_, spec.prompt));
    } else if (!spec.prompt.empty()) {
        nesting_.set_own(std::make_unique<LineFramer>(*this, spec.prompt));
    } else if (prepared.marked) {
        std::unique_ptr<MarkFramer> framer;
        if (prepared.bash) {
            framer = std::make_unique<MarkFramer>(*this, bash_input);
            framer->set_loader(bash_loader(session_.directory()));
        } else {
            framer = std::make_unique<MarkFramer>(*this, *prepared.known, session_.directory());
        }
        nesting_.set_own_marks(std::move(framer), spec.nonce);
    } else if (prepared.known && prepared.known->frame == profiles::Frame::prompt) {
        nesting_.set_own(std::make_unique<LineFramer>(*this, known_prompts(*prepared.known)));
        error_patterns_ = prepared.known->errors;
    } else {
        nesting_.set_own(std::make_unique<LineFramer>(*this));
        if (prepared.known) {
            error_patterns_ = prepared.known->errors;
        }
    }
}

void Terminal::started(std::string error) {
    start_timer_.reset();
    for (const std::string& file : std::exchange(scratch_, {})) {
        ::unlink(file.c_str()); // read by now; it holds the nonce
    }
    if (start_done_) {
        auto done = std::move(start_done_);
        start_done_ = nullptr;
        done({std::move(error)});
    }
}

// Output
// -------------------------------------------------------------------------------------------

void Terminal::on_readable() {
    for (int i = 0; i < kReadsPerTurn; ++i) {
        if (!read_once()) {
            break;
        }
    }
    session_.log().flush();
    schedule_look();
}

bool Terminal::read_once() {
    std::array<char, kReadSize>
        buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
    std::size_t filled = 0;
    // A terminal gives at most 4 KiB a read; work on more at a time.
    bool more = true;
    while (filled < buffer.size()) {
        const auto got = ::read(pty_->master(), buffer.data() + filled, buffer.size() - filled);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            more = false;
            if (got == 0 || errno == EIO) {
                // Nobody has the terminal open any more; whether the program has ended its pidfd
                // tells.
                output_watch_.reset();
                hung_up_ = true;
            }
            break;
        }
        filled += static_cast<std::size_t>(got);
    }
    if (filled > 0) {
        ingest({buffer.data(), filled});
    }
    return more;
}

void Terminal::ingest(std::string_view bytes) {
    last_output_us_ = base::steady_us();
    look_delay_us_ = 0;
    const std::uint64_t begin = screen_.offset();
    session_.output(bytes);
    note_tail(bytes, begin);
    screen_.feed(bytes);
    if (audience_ && !audience_->empty()) {
        audience_->output(bytes);
    }
    framer().on_output(bytes, begin);
    if (framer().open()) {
        session_.set_output(framer().pieces());
    }
    interruption_->on_output(interrupt_context());
}

void Terminal::note_tail(std::string_view bytes, std::uint64_t begin) {
    const std::size_t feed = bytes.rfind('\n');
    if (feed != std::string_view::npos) {
        line_start_ = begin + feed + 1;
    }
    if (bytes.size() >= kTail) {
        tail_.assign(bytes.substr(bytes.size() - kTail));
        return;
    }
    tail_.append(bytes);
    if (tail_.size() > kTail) {
        tail_.erase(0, tail_.size() - kTail);
    }
}

void Terminal::on_osc(std::string_view payload, std::uint64_t begin, std::uint64_t end) {
    if (nesting_.on_osc(payload, begin, end)) {
        if (injection_ && nesting_.marks() != nullptr && nesting_.marks()->prompts() > 0) {
            injection_.reset(); // the shell marks its prompts now
            injection_timer_.reset();
        }
        return;
    }
    if (injection_) {
        if (const auto name = injection_->answer(payload)) {
            inject_into(*name);
        }
    }
}

void Terminal::on_private_mode(int mode, bool set, std::uint64_t begin, std::uint64_t end) {
    constexpr int kBracketedPaste = 2004;
    if (mode == kBracketedPaste) {
        framer().on_paste_mode(set, {begin, end});
    }
}

void Terminal::on_reply(std::string_view bytes) {
    input_->push(std::string(bytes));
}

// Looking at the program
// -----------------------------------------------------------------------------

void Terminal::use_fallback() {
    const bool was_pending = framer().pending();
    std::string code = framer().take_code();
    nesting_.enter_prompt();
    if (was_pending) {
        framer().begin(std::move(code));
    }
}

// What framers say
// -----------------------------------------------------------------------------------

void Terminal::type_code(std::string bytes) {
    if (nesting_.marks() == nullptr) {
        note_typing(); // marks need no such care
    }
    if (!input_->push(std::move(bytes))) {
        failed("send failed: the program does not read its input");
    }
}

void Terminal::ready() {
    started("");
}

void Terminal::end(Completion completion, std::optional<int> exit_code, std::vector<Range> pieces) {
    look_timer_.reset();
    interruption_->on_cell_end();
    if (!exit_code && !nesting_.inside() && !error_patterns_.empty() &&
        !session_.is_interrupting() &&
        (completion == Completion::prompt || completion == Completion::quiet)) {
        exit_code = exit_code_by_output(session_.log(), pieces, error_patterns_);
    }
    inject_wanted_ = false;
    answers_.clear();
    session_.set_output(std::move(pieces));
    session_.log().flush();
    std::string cwd; // a program inside has one of its own, often on another machine
    if (!nesting_.inside()) {
        cwd = os::working_directory(child_.pid).value_or(std::string());
    }
    session_.end_cell({completion, exit_code, std::move(cwd), ""});
}

void Terminal::failed(std::string why) {
    framer().cancel();
    answers_.clear();
    session_.end_cell({Completion::none, std::nullopt, "", std::move(why)});
}

void Terminal::waiting(control::InputKind kind, control::Evidence evidence,
                       const Stillness& still) {
    std::string prompt = screen_.text_before_cursor();
    if (kind != control::InputKind::stopped && !session_.is_interrupting()) {
        if (auto text = answers_.to(prompt)) {
            answer(std::move(*text), kind);
            return;
        }
    }
    session_.set_output(framer().pieces());
    session_.waiting(
        {kind, std::move(prompt), still.process, static_cast<int>(still.pid), evidence});
}

void Terminal::answer(std::string text, control::InputKind kind) {
    using control::InputKind;
    if (kind != InputKind::key && kind != InputKind::screen) {
        text.push_back('\r');
    }
    last_output_us_ = base::steady_us(); // silence counts from here
    note_typing();                       // and what comes later is an answer
    if (input_->push(std::move(text))) {
        session_.resumed();
    }
    look_delay_us_ = 0;
}

// What callers ask
// -----------------------------------------------------------------------------------

std::expected<void, control::Refusal> Terminal::make_room() {
    const session::Cell* cell = session_.active();
    if (cell == nullptr) {
        return check_prompt();
    }
    if (cell->info.state != control::CellState::waiting || !cell->info.input ||
        cell->info.input->kind != control::InputKind::repl) {
        return {};
    }
    if (auto free = check_prompt(); !free) {
        return free;
    }
    // It started another interactive program that now sits at its prompt: the next code is for that
    // one.
    auto pieces = framer().pieces();
    if (!pieces.empty()) {
        pieces.back().end = std::max(pieces.back().begin, std::min(pieces.back().end, line_start_));
    }
    framer().cancel();
    nesting_.enter_prompt();
    end(Completion::quiet, std::nullopt, std::move(pieces));
    return {};
}

std::expected<void, control::Refusal>
Terminal::expect_prompts(const std::vector<control::PromptAnswer>& answers) {
    if (auto expecting = answers_.expect(answers); !expecting) {
        return std::unexpected(refusal(control::ControlErrc::malformed, expecting.error()));
    }
    return {};
}

void Terminal::run(std::string code) {
    last_output_us_ = base::steady_us(); // silence counts from here
    look_delay_us_ = 0;
    certainty_.restart();
    wanted_.reset();
    inject_wanted_ = inject_wanted_ && nesting_.marks() == nullptr;
    if (inject_wanted_ && framer().back_at_prompt()) {
        begin_injection(inner_program(probe_->look(), screen_.text_before_cursor()),
                        std::move(code));
    } else {
        framer().begin(std::move(code));
    }
    schedule_look();
}

std::expected<void, control::Refusal> Terminal::interrupt(bool kill) {
    const pid_t group = pty_->foreground_group();
    const bool cut = !input_->empty();
    input_->clear();
    if (framer().pending()) {
        framer().cancel();
        session_.interrupting();
        session_.end_cell({});
        return {};
    }
    session_.interrupting();
    const session::Cell* cell = session_.active();
    const bool stopped = cell != nullptr && cell->info.input &&
                         cell->info.input->kind == control::InputKind::stopped;
    // The first process of a shell's job is one of the shell until it executes its program.
    const bool young =
        cell != nullptr && (base::steady_us() - cell->fired_steady_us < kYoungUs ||
                            (group > 0 && os::process_age_us(group).value_or(kYoungUs) < kYoungUs));
    if (kill && group > 0 && group != child_.pid) {
        interruption_->forget_repeats();
        ::kill(-group, SIGTERM);
        ::kill(-group, SIGCONT);
        kill_timer_ = loop_.after(kTerminateGrace, [this, group] {
            if (pty_->foreground_group() == group) {
                ::kill(-group, SIGKILL);
            }
        });
    } else {
        if (framer().typing() && cut && screen_.bracketed_paste()) {
            input_->push("\x1b[201~");
        }
        interruption_->ask(young, interrupt_context());
        if (stopped && group > 0) {
            // A stopped process acts on a signal only once it is continued.
            const pid_t one = cell->info.input->pid;
            ::kill(one, SIGINT);
            ::kill(one, SIGCONT);
            ::kill(-group, SIGCONT);
        }
    }
    look_delay_us_ = 0;
    schedule_look();
    return {};
}

Interruption::Context Terminal::interrupt_context() {
    return {framer().typing(), nesting_.marks() != nullptr, session_.is_interrupting(),
            nesting_.marks() == nullptr ? 0 : nesting_.marks()->prompts()};
}

std::expected<void, control::Refusal> Terminal::type(std::string bytes) {
    note_typing();
    if (!input_->push(std::move(bytes))) {
        return std::unexpected(refusal(control::ControlErrc::send_failed,
                                       "send failed: the program does not read its input"));
    }
    session_.resumed();
    wanted_.reset();
    look_delay_us_ = 0;
    schedule_look();
    return {};
}

void Terminal::resize(int cols, int rows) {
    if (audience_) {
        audience_->set_own_size({cols, rows}); // whoever is attached has a say
    } else {
        set_size({cols, rows});
    }
}

void Terminal::set_size(vt::Size size) {
    pty_->resize({size.cols, size.rows});
    screen_.resize(size);
    session_.resized(size.cols, size.rows);
    if (audience_) {
        audience_->resized();
    }
}

void Terminal::terminate() {
    if (child_.pid <= 0) {
        return;
    }
    for (const pid_t member : os::session_members(child_.pid)) {
        ::kill(member, SIGHUP);
        ::kill(member, SIGCONT);
    }
    kill_timer_ = loop_.after(kTerminateGrace, [this] {
        if (child_.pid > 0) {
            if (const pid_t group = pty_->foreground_group(); group > 0) {
                ::kill(-group, SIGKILL);
            }
            ::kill(child_.pid, SIGKILL);
        }
    });
}

void Terminal::on_exit() {
    // What it wrote last is still in the terminal.
    while (!hung_up_ && read_once()) {
    }
    const os::ExitStatus status = os::reap(child_.pid);
    child_ = {};
    output_watch_.reset();
    exit_watch_.reset();
    look_timer_.reset();
    kill_timer_.reset();
    session_.set_output(framer().pieces());
    std::optional<int> code;
    std::optional<int> signal;
    if (status.signal != 0) {
        signal = status.signal;
    } else {
        code = status.code;
    }
    framer().cancel();
    if (recovery_) {
        recovery_->give_up("session exited");
    }
    answers_.clear();
    session_.closed(code, signal);
    started("");
}

} // namespace kept::terminal
