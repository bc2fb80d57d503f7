#include "terminal/recovery.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "unit/terminal/script_host.h"

namespace kept::terminal {
namespace {

/// Timers that go off when the test says so.
class StepLoop final : public session::Loop {
public:
    session::WatchHandle readable(int, std::function<void()>) override { return nullptr; }
    session::WatchHandle writable(int, std::function<void()>) override { return nullptr; }
    session::WatchHandle after(std::chrono::microseconds, std::function<void()> call) override {
        auto timer = std::make_unique<Timer>(*this, std::move(call));
        timers_.push_back(timer.get());
        return timer;
    }
    void soon(std::function<void()> call) override { call(); }

    /// The next one goes off; false when there is none.
    bool step() {
        if (timers_.empty()) {
            return false;
        }
        const auto call = timers_.front()->call;
        call();
        return true;
    }

private:
    struct Timer final : session::Watch {
        Timer(StepLoop& its_loop, std::function<void()> its_call)
            : loop(its_loop), call(std::move(its_call)) {}
        ~Timer() override { std::erase(loop.timers_, this); }
        Timer(const Timer&) = delete;
        Timer& operator=(const Timer&) = delete;
        Timer(Timer&&) = delete;
        Timer& operator=(Timer&&) = delete;
        StepLoop& loop;
        std::function<void()> call;
    };
    std::deque<Timer*> timers_;
};

class Patient final : public RecoveryHost {
public:
    [[nodiscard]] const vt::Screen& screen() const override { return shown; }
    [[nodiscard]] Stillness stillness() const override { return still; }
    [[nodiscard]] bool at_own_prompt(const Stillness&) const override { return at_prompt; }
    bool accept_prompt(const Stillness&) override { return at_prompt = acceptable; }
    std::size_t drop_input() override { return std::exchange(unread, 0); }
    void press(std::string keys) override { pressed += keys; }
    void press_interrupt() override {
        ++interrupts;
        at_prompt = at_prompt || obeys;
    }
    void write_screen(std::string bytes) override { shown.feed(bytes); }
    void keep_looking() override { ++looks; }

    vt::Screen shown{{80, 24}};
    Stillness still = test::reading();
    bool at_prompt = false;
    bool acceptable = false;
    bool obeys = false;
    std::size_t unread = 0;
    std::string pressed;
    int interrupts = 0;
    int looks = 0;
};

struct TerminalRecovery : testing::Test {
    StepLoop loop;
    Patient patient;
    os::Pty pty = std::move(*os::Pty::open({80, 24}));
    std::optional<control::ResetInfo> result;
    Recovery recovery{patient, pty, 0, loop,
                      [this](control::ResetInfo info) { result = std::move(info); }};

    /// To its end, a step at a time.
    const control::ResetInfo& treat() {
        recovery.begin();
        for (int i = 0; i < 50 && !result && loop.step(); ++i) {
        }
        EXPECT_TRUE(result);
        return *result;
    }
    [[nodiscard]] bool did(std::string_view what) const {
        return std::ranges::any_of(
            result->did, [&](const auto& one) { return one.find(what) != std::string::npos; });
    }
};

TEST_F(TerminalRecovery, NothingIsDoneAtThePrompt) {
    patient.at_prompt = true;
    patient.shown.feed("$ ");
    EXPECT_TRUE(treat().prompt);
    EXPECT_TRUE(result->did.empty());
    EXPECT_EQ(result->text, "$ ");
    EXPECT_EQ(patient.interrupts, 0);
    EXPECT_EQ(patient.pressed, "");
}

TEST_F(TerminalRecovery, WhatProgramsLeaveSwitchedOnIsSwitchedOff) {
    patient.at_prompt = true;
    patient.shown.feed("\x1b[?1049h\x1b[?1003h\x1b[?25l\x1b[?1h");
    EXPECT_TRUE(treat().prompt);
    EXPECT_TRUE(did("alternate screen") && did("mouse") && did("cursor") && did("keyboard"));
    EXPECT_FALSE(patient.shown.alternate());
    EXPECT_TRUE(patient.shown.modes().cursor_visible);
    EXPECT_EQ(patient.interrupts, 0);
}

TEST_F(TerminalRecovery, AnInterruptionThatIsObeyedIsAll) {
    patient.obeys = true;
    patient.unread = 7;
    EXPECT_TRUE(treat().prompt);
    EXPECT_TRUE(did("dropped 7 bytes") && did("interrupted"));
    EXPECT_EQ(result->did.size(), 2U);
    EXPECT_EQ(patient.interrupts, 1);
}

TEST_F(TerminalRecovery, APromptThatIsSeenInBetweenEndsIt) {
    recovery.begin();
    EXPECT_EQ(patient.interrupts, 1);
    EXPECT_FALSE(result);
    patient.at_prompt = true;
    recovery.on_look(patient.still);
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->prompt);
    recovery.on_look(patient.still); // and only once
    recovery.give_up("late");
    EXPECT_TRUE(result->prompt);
}

TEST_F(TerminalRecovery, WithoutAPromptItGivesUp) {
    patient.still = test::of(Stillness::Verdict::busy);
    EXPECT_FALSE(treat().prompt);
    EXPECT_GE(patient.interrupts, 1);
}

TEST_F(TerminalRecovery, ALineLikeAPromptIsTakenAtTheEnd) {
    patient.acceptable = true;
    EXPECT_TRUE(treat().prompt);
    EXPECT_TRUE(did("for the prompt"));
}

TEST_F(TerminalRecovery, TheProgramsEndIsItsEnd) {
    recovery.begin();
    recovery.give_up("session exited");
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->prompt);
    EXPECT_EQ(result->text, "session exited");
    EXPECT_FALSE(loop.step()); // no timer is left
}

} // namespace
} // namespace kept::terminal
