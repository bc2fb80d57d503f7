#include "terminal/interruption.h"

#include <csignal>
#include <string>

#include "base/clock.h"

namespace kept::terminal {

namespace {

/// How long an interruption waits for code that was typed to be read.
constexpr std::int64_t kTypingPatienceUs = 500'000;
/// An interruption of a young cell is repeated so often and at this distance.
constexpr int kAgain = 4;
constexpr std::int64_t kAgainUs = 100'000;
/// Between the two looks that find a program at rest after an interruption.
constexpr std::int64_t kSettleUs = 4'000;
/// The same where the kernel does not tell who reads: a signal is not longer on its way.
constexpr std::int64_t kBlindSettleUs = 200'000;
/// Further signals to a line editor that has not answered one.
constexpr int kMostNudges = 5;

} // namespace

void Interruption::ask(bool young, const Context& now) {
    left_ = young ? kAgain : 0;
    if (now.typing) {
        asked_us_ = base::steady_us();
    } else {
        press(now);
    }
}

void Interruption::on_output(const Context& now) {
    if (asked_us_ != 0 && !now.typing) {
        press(now); // the shell has taken the code
    }
}

void Interruption::on_look(const Stillness& still, bool unread, const Context& now) {
    follow(still, now);
    if (unread) {
        settling_us_ = 0; // its answer, the prompt, may be among that
    } else {
        settle(still, now);
    }
}

void Interruption::press(const Context& now) {
    asked_us_ = 0;
    sent_us_ = base::steady_us();
    unsettled_ = true;
    settling_us_ = 0;
    prompts_before_ = now.prompts;
    nudges_left_ = kMostNudges;
    const auto mode = pty_.line_mode();
    // With ISIG off Ctrl-C is a key like any other.
    if ((mode && !mode->signals) || !pty_.interrupt()) {
        input_.push(std::string(1, mode ? mode->interrupt : '\x03'));
    }
}

/// Sends an interruption that had to wait, and again one that was lost: a shell that is about to
/// start a program ignores it, and so does the program's process until it has become that program.
void Interruption::follow(const Stillness& still, const Context& now) {
    if (asked_us_ != 0) {
        const bool read = still.verdict == Stillness::Verdict::reading && input_.empty();
        if (read || !now.typing || base::steady_us() - asked_us_ > kTypingPatienceUs) {
            press(now);
        }
        return;
    }
    if (!now.interrupting || left_ == 0 || base::steady_us() - sent_us_ < kAgainUs) {
        return;
    }
    const pid_t group = pty_.foreground_group();
    --left_;
    sent_us_ = base::steady_us();
    // Where Ctrl-C is a key (ssh), the signal would be for another program than the key was.
    if (group > 0 && still.verdict != Stillness::Verdict::reading && still.mode.signals) {
        ::kill(-group, SIGINT); // to these processes and, should they have ended, to nobody else
    }
}

/// Two looks that find the program blocked, and not woken up between them, mean that no signal is
/// on its way.
void Interruption::settle(const Stillness& still, const Context& now) {
    const std::int64_t time = base::steady_us();
    if (unsettled_ && still.verdict == Stillness::Verdict::unknown) {
        unsettled_ = time - sent_us_ < kBlindSettleUs;
        return;
    }
    if (!unsettled_ || still.verdict != Stillness::Verdict::reading) {
        settling_us_ = 0;
        return;
    }
    if (settling_us_ == 0 || settling_.wakeups != still.wakeups || settling_.pid != still.pid) {
        settling_ = still;
        settling_us_ = time;
    } else if (time - settling_us_ >= kSettleUs) {
        // A line editor answers with a new prompt. One that was just going to sleep has the signal
        // noted and sleeps on it: it would act on it at the next key, and lose that. Another signal
        // wakes it up.
        const bool at_line_editor = now.by_marks && still.own && !still.mode.canonical;
        if (at_line_editor && now.prompts == prompts_before_ && nudges_left_ > 0) {
            --nudges_left_;
            settling_us_ = 0;
            static_cast<void>(pty_.interrupt());
        } else {
            unsettled_ = false;
        }
    }
}

} // namespace kept::terminal
