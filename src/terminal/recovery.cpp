#include "terminal/recovery.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include "base/clock.h"
#include "os/proc.h"

namespace kept::terminal {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShort{400};  // for a signal or a key that is obeyed at once
constexpr milliseconds kMedium{800}; // for a program that tidies up
constexpr std::int64_t kLongestUs = 15'000'000;
constexpr int kMostEnds = 4;

struct Quit {
    std::string_view program;
    std::string_view keys;
    std::string_view spelled;
};

/// How full-screen programs are left without saving anything.
constexpr std::array kQuits{
    Quit{"vi", "\x1b\x1b:qa!\r", ":qa!"},
    Quit{"vim", "\x1b\x1b:qa!\r", ":qa!"},
    Quit{"nvim", "\x1b\x1b:qa!\r", ":qa!"},
    Quit{"view", "\x1b\x1b:qa!\r", ":qa!"},
    Quit{"nano", "\x18n", "Ctrl-X n"},
    Quit{"emacs", "\x18\x03yes\r", "Ctrl-X Ctrl-C"},
    Quit{"mc", "\x1b[21~\r", "F10"},
    Quit{"tmux: client",
         "\x02"
         "d",
         "Ctrl-B d"},
    Quit{"less", "q", "q"},
    Quit{"more", "q", "q"},
    Quit{"pager", "q", "q"},
    Quit{"man", "q", "q"},
    Quit{"most", "q", "q"},
    Quit{"top", "q", "q"},
    Quit{"htop", "q", "q"},
    Quit{"btop", "q", "q"},
};

/// Debian's alternatives: vim.basic, vim.tiny, vim.nox.
const Quit* quit_of(std::string_view process) {
    const std::string_view name = process.substr(0, process.find('.'));
    const auto found = std::ranges::find(kQuits, name, &Quit::program);
    return found == kQuits.end() ? nullptr : &*found;
}

} // namespace

Recovery::Recovery(RecoveryHost& host, const os::Pty& pty, pid_t child, session::Loop& loop,
                   std::function<void(control::ResetInfo)> done)
    : host_(host), pty_(pty), child_(child), loop_(loop), done_(std::move(done)),
      ends_left_(kMostEnds) {}

void Recovery::begin() {
    begun_us_ = base::steady_us();
    advance();
}

void Recovery::did(std::string what) {
    info_.did.push_back(std::move(what));
}

void Recovery::wait(milliseconds limit) {
    timer_ = loop_.after(limit, [this] {
        timer_.reset();
        advance();
    });
    host_.keep_looking();
}

void Recovery::on_look(const Stillness& still) {
    if (!done_ || !host_.at_own_prompt(still)) {
        return;
    }
    timer_.reset();
    tidy(still);
}

void Recovery::give_up(std::string why) {
    info_.text = std::move(why);
    finish(false);
}

void Recovery::finish(bool prompt) {
    timer_.reset();
    info_.prompt = prompt;
    if (prompt) {
        info_.text = host_.screen().text_before_cursor();
    }
    if (done_) {
        auto done = std::exchange(done_, nullptr);
        done(std::move(info_)); // may destroy this
    }
}

/// The step just taken has not led to a prompt in its time: the next one.
void Recovery::advance() {
    const Stillness still = host_.stillness();
    if (step_ == Step::start && take(Step::wake, still)) {
        step_ = Step::wake; // what is stopped may look as though it read
        return;
    }
    if (host_.at_own_prompt(still)) {
        tidy(still);
        return;
    }
    if (step_ == Step::start || step_ == Step::wake) {
        if (const std::size_t dropped = host_.drop_input(); dropped > 0) {
            did("dropped " + std::to_string(dropped) + " bytes that nothing had read");
        }
    }
    while (base::steady_us() - begun_us_ < kLongestUs && step_ != Step::out) {
        if (step_ == Step::end_input && ends_left_ > 0 && ends_left_ < kMostEnds) {
            // once more: it may have ended one of several programs
        } else {
            step_ = static_cast<Step>(static_cast<int>(step_) + 1);
        }
        if (take(step_, still)) {
            return;
        }
    }
    finish(false);
}

/// Takes a step if there is evidence for it; true when there is something to wait for.
bool Recovery::take(Step step, const Stillness& still) {
    const pid_t group = pty_.foreground_group();
    const bool own = still.own || group == 0;
    const std::string name = still.process.empty() ? "the program" : still.process;
    switch (step) {
    case Step::wake: {
        const auto stat = os::process_stat(still.pid > 0 ? still.pid : child_);
        if (!stat || (stat->state != 'T' && stat->state != 't')) {
            return false;
        }
        signal(SIGCONT, group);
        did("continued " + name + ", which was stopped");
        wait(kShort);
        return true;
    }
    case Step::interrupt:
        host_.press_interrupt();
        did("interrupted " + name);
        wait(kShort);
        return true;
    case Step::quit: {
        const Quit* quit = quit_of(still.process);
        if (own || (quit == nullptr && !host_.screen().alternate())) {
            return false;
        }
        host_.press(std::string(quit != nullptr ? quit->keys : "q"));
        did("quit " + name + " (" + std::string(quit != nullptr ? quit->spelled : "q") + ")");
        wait(kMedium);
        return true;
    }
    case Step::modes: {
        // A line editor leaves OPOST alone; a program that reads lines has ICANON and ECHO.
        const bool no_editor = !host_.screen().bracketed_paste() &&
                               still.verdict == Stillness::Verdict::reading &&
                               (!still.mode.canonical || !still.mode.echo);
        if (still.mode.output && !(own && no_editor)) {
            return false;
        }
        pty_.make_sane();
        did("restored the terminal's modes (stty sane)");
        host_.press_interrupt();
        wait(kShort);
        return true;
    }
    case Step::end_input:
        if (own || still.verdict == Stillness::Verdict::busy || ends_left_ == 0) {
            ends_left_ = 0;
            return false;
        }
        --ends_left_;
        host_.press(std::string(1, still.mode.canonical ? still.mode.eof : '\x04'));
        did("sent end of input to " + name);
        wait(kMedium);
        return true;
    case Step::terminate:
    case Step::kill: {
        if (own || group == 0) {
            return false;
        }
        const bool hard = step == Step::kill;
        signal(hard ? SIGKILL : SIGTERM, group);
        did((hard ? "killed " : "ended ") + name + (hard ? " (SIGKILL)" : " (SIGTERM)"));
        wait(kMedium);
        return true;
    }
    case Step::accept:
        if (!host_.accept_prompt(still)) {
            return false;
        }
        did("took the line before the cursor for the prompt");
        wait(kShort);
        return true;
    case Step::start:
    case Step::out:
        break;
    }
    return false;
}

void Recovery::signal(int number, pid_t group) {
    if (group <= 0) {
        return;
    }
    ::kill(-group, number);
    ::kill(-group, SIGCONT); // a stopped process notices nothing else
}

/// At the prompt: what programs have left switched on.
void Recovery::tidy(const Stillness& still) {
    if (tidied_) {
        finish(true);
        return;
    }
    tidied_ = true;
    const vt::Modes& modes = host_.screen().modes();
    std::string bytes;
    if (host_.screen().alternate()) {
        bytes += "\x1b[?1049l";
        did("left the alternate screen");
    }
    if (modes.mouse != vt::MouseTracking::off) {
        bytes += "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l";
        did("switched off mouse reports");
    }
    if (!modes.cursor_visible) {
        bytes += "\x1b[?25h";
        did("showed the cursor");
    }
    if (modes.application_cursor || modes.application_keypad || modes.insert || modes.origin) {
        bytes += "\x1b[?1l\x1b>\x1b[4l\x1b[?6l";
        did("reset the keyboard's modes");
    }
    if (!bytes.empty()) {
        host_.write_screen(bytes + "\x1b[0m");
    }
    // A line editor gives commands back the modes that it found, so they are the shell's to mend.
    if (!still.mode.output && host_.screen().bracketed_paste()) {
        did("restored the terminal's modes (stty sane)");
        host_.press("\x15 stty sane\r");
        wait(kMedium);
        return;
    }
    finish(true);
}

} // namespace kept::terminal
