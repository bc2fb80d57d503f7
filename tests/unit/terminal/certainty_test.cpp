#include "terminal/certainty.h"

#include <gtest/gtest.h>

namespace kept::terminal {
namespace {

using Verdict = Stillness::Verdict;

constexpr std::int64_t kMs = 1000;
constexpr std::int64_t kSecond = 1000 * kMs;

Stillness reading() {
    Stillness still;
    still.verdict = Verdict::reading;
    still.pid = 7;
    still.thread = 7;
    still.wakeups = 3;
    still.activity = 10;
    return still;
}

/// Looks at a program again and again.
class Watched {
public:
    Stillness still = reading();
    std::string text;
    bool full_screen = false;
    bool line_editor = false;
    bool menu = false;

    /// Looks every 50 ms; true once it is certain.
    bool for_us(std::int64_t time) {
        for (std::int64_t end = now_ + time; now_ < end; now_ += 50 * kMs) {
            if (look()) {
                return true;
            }
        }
        return false;
    }
    bool look() {
        if (finding_out) { // the look after a wake-up comes upon it
            finding_out = false;
            Stillness busy = still;
            busy.verdict = Verdict::busy;
            certainty.note(busy, now_);
            return certainty.sure(busy, {}, now_);
        }
        certainty.note(still, now_);
        const Certainty::Scene scene{text, full_screen, line_editor, menu, now_ - output_};
        if (certainty.wants_wake(still, scene, now_)) {
            ++wakes;
            if (reads) {
                still.activity = still.activity.value_or(0) + 1;
                finding_out = true;
            }
        }
        return certainty.sure(still, scene, now_);
    }
    void output() { output_ = now_; }
    void typed() { certainty.typed(now_); }

    Certainty certainty;
    int wakes = 0;
    bool finding_out = false;
    bool reads = false; ///< what may not be looked into is blocked reading the terminal

private:
    std::int64_t now_ = kSecond;
    std::int64_t output_ = kSecond;
};

TEST(TerminalCertainty, ABlockedReaderIsCertainAtOnce) {
    Watched program;
    EXPECT_TRUE(program.look());
    program.still.verdict = Verdict::busy;
    EXPECT_FALSE(program.for_us(10 * kSecond));
}

TEST(TerminalCertainty, OneThatWaitsForOtherThingsTooHasToAsk) {
    Watched program;
    program.still.verdict = Verdict::unknown;
    program.still.mixed = true;
    EXPECT_FALSE(program.for_us(20 * kSecond));
    EXPECT_EQ(program.wakes, 0); // it would answer whatever it does
    program.text = "host$ ";
    EXPECT_TRUE(program.for_us(kSecond));
    Watched fresh;
    fresh.still = program.still;
    fresh.text = "host$ ";
    EXPECT_FALSE(fresh.for_us(200 * kMs));
    fresh.line_editor = true;
    EXPECT_TRUE(fresh.for_us(100 * kMs));
}

TEST(TerminalCertainty, AMenuAsksWhateverStandsBeforeTheCursor) {
    Watched program;
    program.still.verdict = Verdict::unknown;
    program.still.mixed = true;
    program.menu = true;
    EXPECT_FALSE(program.for_us(200 * kMs));
    EXPECT_TRUE(program.for_us(300 * kMs));
    Watched blinking;
    blinking.still.timeout_ms = 500;
    blinking.menu = true;
    EXPECT_FALSE(blinking.for_us(700 * kMs));
    EXPECT_TRUE(blinking.for_us(700 * kMs));
}

TEST(TerminalCertainty, PollingIsNoWaiting) {
    Watched program;
    program.still.timeout_ms = 100;
    program.text = "Status: ";
    for (int i = 0; i < 200; ++i) {
        ++program.still.wakeups;
        ++*program.still.activity;
        EXPECT_FALSE(program.for_us(100 * kMs));
    }
    program.text = ">>> ";
    EXPECT_TRUE(program.for_us(2 * kSecond)); // whoever shows a prompt may poll
}

TEST(TerminalCertainty, ALongTimeoutIsForPeople) {
    Watched program;
    program.still.timeout_ms = 60'000;
    EXPECT_FALSE(program.for_us(500 * kMs));
    EXPECT_TRUE(program.for_us(kSecond));
}

TEST(TerminalCertainty, AScreenMayRefreshSlowly) {
    Watched program;
    program.still.timeout_ms = 1'500;
    program.still.mode.canonical = false;
    program.full_screen = true;
    EXPECT_FALSE(program.for_us(300 * kMs));
    EXPECT_TRUE(program.for_us(500 * kMs));
}

TEST(TerminalCertainty, AProgramThatIsClosedToUsMustAnswerAWakeUp) {
    Watched program;
    program.still.verdict = Verdict::unknown;
    program.still.mode.echo = false;
    program.text = "Password: ";
    EXPECT_FALSE(program.for_us(20 * kSecond)); // it sleeps
    EXPECT_EQ(program.wakes, 1);
    program.reads = true;
    ++*program.still.activity; // it has gone on
    EXPECT_TRUE(program.for_us(kSecond));
    program.typed();
    EXPECT_FALSE(program.for_us(kSecond)); // what was typed has not been read
    ++*program.still.activity;
    EXPECT_TRUE(program.for_us(kSecond));
}

TEST(TerminalCertainty, WithoutAnyEvidenceOnlyAQuestionCounts) {
    Watched program;
    program.still.verdict = Verdict::unknown;
    program.still.activity.reset();
    program.text = "Connecting: ";
    EXPECT_FALSE(program.for_us(20 * kSecond));
    program.text = "Go on? [Y/n] ";
    EXPECT_TRUE(program.for_us(3 * kSecond));
}

TEST(TerminalCertainty, AStoppedProgramIsOneThatStaysStopped) {
    Watched program;
    program.still.verdict = Verdict::stopped;
    EXPECT_FALSE(program.for_us(100 * kMs));
    EXPECT_TRUE(program.for_us(300 * kMs));
}

} // namespace
} // namespace kept::terminal
