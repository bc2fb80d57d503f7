#include <utility>

#include "profiles/catalog.h"
#include "terminal/bash.h"
#include "terminal/marks.h"
#include "terminal/prompt.h"
#include "terminal/terminal.h"

namespace kept::terminal {

// Marks for a shell inside, and the way back to a prompt: what is typed at programs that the
// session did not start itself.

namespace {
/// How long an inner shell may take to show its first mark.
constexpr std::chrono::milliseconds kInjectionPatience{5'000};
} // namespace

/// The code waits for the first marked prompt; when none comes, it goes to the framer below.
void Terminal::begin_injection(Inner program, std::string code) {
    inject_wanted_ = false;
    if (program == Inner::other) {
        framer().begin(std::move(code));
        return;
    }
    injection_.emplace(inner_nonce(session_.spec().nonce), program);
    nesting_.enter_marks(std::make_unique<MarkFramer>(*this, bash_input), injection_->nonce());
    framer().begin(std::move(code));
    note_typing();
    answered_ = false;
    input_->push(injection_->knock(screen_));
    injection_timer_ = loop_.after(kInjectionPatience, [this] {
        if (injection_ && !answered_) {
            input_->push(injection_->end_line()); // its answer may have been kept from us
        }
        end_injection();
    });
}

void Terminal::inject_into(const std::string& name) {
    const std::string_view profile = Injection::profile_of(name);
    if (std::exchange(answered_, true)) {
        return;
    }
    if (profile.empty()) {
        loop_.soon([this] { end_injection(); });
    } else if (profile != "bash") {
        profiles::Profile known = profiles::built_in(std::string(profile));
        known.long_call.clear();
        known.load_keys.clear(); // it may be on another machine, where our files are not
        nesting_.marks()->become(std::move(known), session_.directory());
    }
    note_typing();
    input_->push(injection_->script(profile));
}

void Terminal::end_injection() {
    injection_timer_.reset();
    if (injection_) {
        injection_.reset();
        nesting_.leave();
        schedule_look();
    }
}

bool Terminal::reset(std::function<void(control::ResetInfo)> done) {
    if (recovery_) {
        return false;
    }
    if (framer().pending()) {
        framer().cancel();
        session_.interrupting();
        session_.end_cell({});
    } else if (session_.active() != nullptr) {
        session_.interrupting();
    }
    recovery_ = std::make_unique<Recovery>(*this, *pty_, child_.pid, loop_,
                                           [this, done = std::move(done)](control::ResetInfo info) {
                                               loop_.soon([this] { recovery_.reset(); });
                                               done(std::move(info));
                                           });
    recovery_->begin();
    return true;
}

bool Terminal::at_own_prompt(const Stillness& still) const {
    return still.own && still.verdict == Stillness::Verdict::reading &&
           !nesting_.current().open() && nesting_.current().back_at_prompt();
}

bool Terminal::accept_prompt(const Stillness& still) {
    if (!still.own || still.verdict != Stillness::Verdict::reading ||
        !looks_like_prompt(screen_.text_before_cursor())) {
        return false;
    }
    auto pieces = framer().pieces();
    nesting_.accept_prompt();
    end(Completion::quiet, std::nullopt, std::move(pieces));
    return true;
}

std::size_t Terminal::drop_input() {
    const std::size_t bytes = input_->size();
    input_->clear();
    return bytes + pty_->drop_input();
}

void Terminal::press(std::string keys) {
    note_typing();
    input_->push(std::move(keys));
}

void Terminal::press_interrupt() {
    interruption_->ask(false, interrupt_context());
}

void Terminal::write_screen(std::string bytes) {
    ingest(bytes);
    session_.log().flush();
}

void Terminal::keep_looking() {
    look_delay_us_ = 0;
    schedule_look();
}

} // namespace kept::terminal
