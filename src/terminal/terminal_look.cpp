#include <algorithm>

#include "base/clock.h"
#include "terminal/menu.h"
#include "terminal/prompt.h"
#include "terminal/terminal.h"

namespace kept::terminal {

// When to look at the program, and what is made of what is seen.

namespace {

using std::chrono::microseconds;

/// The first look comes this long after the last output; later ones ever more rarely.
constexpr std::int64_t kFirstLookUs = 10'000;
constexpr std::int64_t kSoonUs = 300;
constexpr std::int64_t kLookShare = 8; ///< wait an eighth of the silence so far
constexpr std::int64_t kLongestLookUs = 1'000'000;
constexpr std::int64_t kLongestWaitingLookUs = 2'000'000;
/// An outer program's prompt counts as its return after so much silence, where the kernel does not
/// tell who reads.
constexpr std::int64_t kReturnQuietUs = 50'000;

} // namespace

bool Terminal::looked_at() const {
    return static_cast<bool>(start_done_) || nesting_.current().open() || recovery_ != nullptr ||
           (wanted_watched() && !at_any_prompt());
}

bool Terminal::wanted_watched() const {
    return std::ranges::any_of(wanted_watchers_,
                               [](const auto& watcher) { return !watcher.expired(); });
}

/// True while the program that cells go to is at its prompt, as far as it has shown.
bool Terminal::at_any_prompt() const {
    const MarkFramer* marks = nesting_.marks();
    return marks != nullptr ? marks->at_prompt_line() : nesting_.current().back_at_prompt();
}

std::shared_ptr<void> Terminal::watch_wanted(std::function<void()> changed) {
    auto watcher = std::make_shared<std::function<void()>>(std::move(changed));
    if (!wanted_watched()) {
        wanted_.reset(); // nobody has looked since
    }
    std::erase_if(wanted_watchers_, [](const auto& one) { return one.expired(); });
    wanted_watchers_.push_back(watcher);
    look_delay_us_ = 0;
    schedule_look();
    return watcher;
}

void Terminal::note_wanted(const Stillness& still) {
    std::optional<control::InputInfo> now;
    if (session_.active() == nullptr && wanted_watched() && still.certain && input_->empty() &&
        !at_any_prompt()) {
        now = {input_kind(still, screen_), screen_.text_before_cursor(), still.process,
               static_cast<int>(still.pid), evidence_of(still)};
    }
    if (now == wanted_) {
        return;
    }
    wanted_ = std::move(now);
    for (const auto& one : std::vector(wanted_watchers_)) {
        if (const auto watcher = one.lock()) {
            (*watcher)();
        }
    }
}

void Terminal::schedule_look() {
    if (look_timer_ != nullptr || !looked_at()) {
        return;
    }
    arm_look(microseconds(kFirstLookUs));
}

void Terminal::look_soon() {
    if (!look_armed_soon_) {
        look_armed_soon_ = true;
        look_delay_us_ = 0;
        arm_look(microseconds(0));
    }
}

void Terminal::arm_look(microseconds delay) {
    look_timer_ = loop_.after(delay, [this] {
        look_timer_.reset();
        look();
    });
}

void Terminal::look() {
    const bool soon = std::exchange(look_armed_soon_, false);
    if (!looked_at() || !pty_ || child_.pid <= 0) {
        return;
    }
    const std::int64_t quiet = base::steady_us() - last_output_us_;
    if (!soon && look_delay_us_ == 0 && quiet < kFirstLookUs) {
        arm_look(microseconds(kFirstLookUs - quiet)); // it went on meanwhile
        return;
    }
    Stillness still = probe_->look();
    if (!typing_noticed(still)) {
        still.verdict = Stillness::Verdict::busy;
    }
    // Asked after the look: what it wrote before it came to rest counts.
    const bool unread = pty_->output_pending() && !hung_up_;
    interruption_->on_look(still, unread, interrupt_context());
    weigh(still, quiet);
    if (unread) {
        arm_look(microseconds(kSoonUs));
        return;
    }
    if (still.verdict == Stillness::Verdict::reading ||
        (still.verdict == Stillness::Verdict::unknown && quiet >= kReturnQuietUs)) {
        if (!injection_) {
            static_cast<void>(nesting_.return_to_prompt());
        }
    }
    const bool rests = still.verdict == Stillness::Verdict::reading || still.certain;
    if (inject_wanted_ && rests && framer().pending()) {
        begin_injection(inner_program(still, screen_.text_before_cursor()), framer().take_code());
    }
    framer().on_still(still, quiet);
    if (nesting_.marks() != nullptr && nesting_.marks()->lost_marks()) {
        use_fallback();
    }
    note_wanted(still);
    if (recovery_) {
        recovery_->on_look(still);
    }
    const session::Cell* cell = session_.active();
    const bool is_waiting = cell != nullptr && cell->info.state == control::CellState::waiting;
    if (is_waiting && still.verdict == Stillness::Verdict::busy) {
        session_.resumed();
    }
    if (!looked_at() || look_timer_ != nullptr) {
        return;
    }
    if (soon && look_delay_us_ == 0) {
        look_delay_us_ = kSoonUs;
    } else {
        const std::int64_t longest = is_waiting ? kLongestWaitingLookUs : kLongestLookUs;
        look_delay_us_ = look_delay_us_ < kFirstLookUs
                             ? std::max(kSoonUs, look_delay_us_ * 2)
                             : std::clamp(quiet / kLookShare, kFirstLookUs, longest);
    }
    arm_look(microseconds(look_delay_us_));
}

void Terminal::weigh(Stillness& still, std::int64_t quiet_us) {
    const std::int64_t now = base::steady_us();
    certainty_.note(still, now);
    Certainty::Scene scene;
    if (still.doubtful() || still.verdict == Stillness::Verdict::unknown) {
        scene = {screen_.text_before_cursor(), full_screen(screen_), screen_.bracketed_paste(),
                 menu_shown(screen_), quiet_us};
    }
    still.certain = certainty_.sure(still, scene, now);
    if (!still.certain && certainty_.wants_wake(still, scene, now)) {
        pty_->wake_readers();
    }
}

/// What is typed reaches the program through a work queue of the kernel's: for a moment a program
/// that was blocked still looks so, with nothing to read. It has noticed once it has written
/// something, or has slept anew.
void Terminal::note_typing() {
    before_typing_ = probe_->look();
    typed_us_ = base::steady_us();
    certainty_.typed(typed_us_);
}

bool Terminal::typing_noticed(const Stillness& still) const {
    constexpr std::int64_t kPatienceUs = 2'000'000;
    constexpr std::int64_t kBlindPatienceUs = 50'000;
    if (still.verdict != Stillness::Verdict::reading || last_output_us_ > typed_us_) {
        return true;
    }
    const std::int64_t since = base::steady_us() - typed_us_;
    if (before_typing_.verdict != Stillness::Verdict::reading) {
        return since > kBlindPatienceUs; // it was on its way to sleep: nothing to compare with
    }
    return since > kPatienceUs || still.pid != before_typing_.pid ||
           still.wakeups != before_typing_.wakeups;
}

} // namespace kept::terminal
