#include "terminal/certainty.h"

#include <algorithm>

#include "terminal/asking.h"

namespace kept::terminal {

namespace {

using Verdict = Stillness::Verdict;

/// How long nothing may happen before a doubt is overcome: the less speaks for a wait, the longer.
constexpr std::int64_t kShortUs = 300'000;
constexpr std::int64_t kScreenUs = 500'000;
constexpr std::int64_t kLongUs = 1'000'000;
constexpr std::int64_t kUnseenWeakUs = 2'000'000;
constexpr std::int64_t kStoppedUs = 200'000;
/// A program whose activity is not to be told needs so many times as long.
constexpr std::int64_t kBlindFactor = 2;
/// Whoever gives a person time to answer gives at least this long; whoever polls comes back sooner.
constexpr std::int64_t kHumanTimeoutMs = 10'000;
/// So many wake-ups must be answered, each within this time.
constexpr int kWakes = 2;
constexpr std::int64_t kWakeUs = 500'000;
/// A line editor that has switched bracketed paste on reads.
constexpr std::int64_t kEditorUs = 60'000;
/// A program that has not run since something was typed is taken to ignore it after this long.
constexpr std::int64_t kIgnoredUs = 2'000'000;

/// A wake-up tells something of a program whose activity is to be seen; one that waits for other
/// things too answers it while it works.
bool may_wake(const Stillness& still) {
    return !still.mixed && still.activity.has_value();
}

Asking asking_in(const Certainty::Scene& scene) {
    return scene.menu ? Asking::clearly : asking(scene.text);
}

} // namespace

void Certainty::restart() {
    *this = Certainty();
}

void Certainty::typed(std::int64_t now_us) {
    calm_since_us_ = now_us;
    reader_since_us_ = now_us;
    still_since_us_ = now_us;
    reader_ = {};
    wake_ = Wake::none;
    answered_ = 0;
    typed_us_ = now_us;
    moved_ = false;
    polls_ = false;
}

void Certainty::note(const Stillness& still, std::int64_t now_us) {
    now_us_ = now_us;
    const bool busy = still.verdict == Verdict::busy;
    const bool same = still.verdict == last_.verdict && still.pid == last_.pid;
    if (wake_ == Wake::sent && (busy || same)) {
        if (busy && now_us - woken_us_ < kWakeUs) {
            return; // it is just finding out that there is nothing to read
        }
        if (!busy && still.activity != last_.activity) {
            wake_ = Wake::none; // it ran, as a reader does: that is not its own doing
            ++answered_;
            last_ = still;
            return;
        }
        if (now_us - woken_us_ >= kWakeUs) {
            wake_ = Wake::ignored;
        }
    }
    if (busy || !same || still.activity != last_.activity || still.wakeups != last_.wakeups) {
        calm_since_us_ = now_us;
        moved_ = moved_ || busy || same;
        wake_ = Wake::none;
        answered_ = 0;
    }
    if (still.verdict == Verdict::reading) {
        const bool same_reader = still.pid == reader_.pid && still.thread == reader_.thread;
        const bool ran = !same_reader || still.wakeups != reader_.wakeups;
        polls_ = polls_ || (same_reader && ran && still.timeout_ms);
        if (ran || last_.verdict != Verdict::reading) {
            reader_since_us_ = now_us;
        }
        if (!same_reader) {
            still_since_us_ = now_us;
        }
        reader_ = still;
    }
    if (busy) {
        still_since_us_ = now_us;
    }
    last_ = still;
}

bool Certainty::sure(const Stillness& still, const Scene& scene, std::int64_t now_us) const {
    switch (still.verdict) {
    case Verdict::busy:
        return false;
    case Verdict::reading:
        return sure_reading(still, scene);
    case Verdict::stopped:
        return now_us - calm_since_us_ >= kStoppedUs;
    case Verdict::unknown:
        return (moved_ || now_us - typed_us_ >= kIgnoredUs) && sure_unseen(still, scene);
    }
    return false;
}

bool Certainty::sure_reading(const Stillness& still, const Scene& scene) const {
    if (!still.doubtful()) {
        return true;
    }
    const std::int64_t calm = now_us_ - calm_since_us_;
    const std::int64_t reader_calm = now_us_ - reader_since_us_;
    const std::int64_t at_rest = std::min(now_us_ - still_since_us_, scene.quiet_us);
    if (scene.full_screen && !still.mode.canonical) {
        return scene.quiet_us >= kScreenUs; // whoever takes the whole screen asks for keys
    }
    const Asking asks = asking_in(scene);
    const bool secret = still.mode.canonical && !still.mode.echo && asks != Asking::nothing;
    const bool prompts = asks >= Asking::maybe || secret;
    if (still.timeout_ms && polls_) {
        return (asks == Asking::clearly || secret) && at_rest >= kLongUs;
    }
    if (still.timeout_ms && *still.timeout_ms < kHumanTimeoutMs) {
        return prompts && std::min(calm, at_rest) >= kLongUs;
    }
    if (still.company) {
        return prompts && (std::min(calm, scene.quiet_us) >= kShortUs ||
                           std::min(reader_calm, at_rest) >= kLongUs);
    }
    return std::min(calm, scene.quiet_us) >= (asks == Asking::nothing ? kLongUs : kShortUs);
}

bool Certainty::wants_wake(const Stillness& still, const Scene& scene, std::int64_t now_us) {
    const bool wanted = still.verdict == Verdict::unknown && may_wake(still) &&
                        wake_ == Wake::none && answered_ < kWakes && needed_unseen(still, scene) &&
                        std::min(now_us - calm_since_us_, scene.quiet_us) >= kShortUs;
    if (wanted) {
        wake_ = Wake::sent;
        woken_us_ = now_us;
    }
    return wanted;
}

std::optional<std::int64_t> Certainty::needed_unseen(const Stillness& still, const Scene& scene) {
    const Asking asks = asking_in(scene);
    if (scene.full_screen && !still.mode.canonical) {
        return kLongUs;
    }
    const bool secret = still.mode.canonical && !still.mode.echo;
    if (asks == Asking::nothing ||
        (asks == Asking::words && !secret && !(may_wake(still) && still.mode.canonical))) {
        return std::nullopt;
    }
    if (secret) {
        return asks >= Asking::maybe ? kShortUs : kLongUs;
    }
    return asks == Asking::clearly ? kShortUs : kUnseenWeakUs;
}

bool Certainty::sure_unseen(const Stillness& still, const Scene& scene) const {
    const std::int64_t calm = std::min(now_us_ - calm_since_us_, scene.quiet_us);
    if (scene.line_editor && asking_in(scene) >= Asking::maybe) {
        return scene.quiet_us >= kEditorUs; // the line editor has said that it reads
    }
    const auto needed = needed_unseen(still, scene);
    if (!needed) {
        return false;
    }
    if (still.mixed) {
        return calm >= *needed;
    }
    if (still.activity) {
        return answered_ >= kWakes && calm >= kShortUs;
    }
    return *needed < kUnseenWeakUs && calm >= *needed * kBlindFactor;
}

} // namespace kept::terminal
