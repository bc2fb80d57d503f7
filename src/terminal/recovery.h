#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "control/messages.h"
#include "os/pty.h"
#include "session/loop.h"
#include "terminal/probe.h"
#include "vt/screen.h"

namespace kept::terminal {

/// What a Recovery may do to its terminal.
class RecoveryHost {
public:
    virtual ~RecoveryHost() = default;
    RecoveryHost() = default;
    RecoveryHost(const RecoveryHost&) = delete;
    RecoveryHost& operator=(const RecoveryHost&) = delete;
    RecoveryHost(RecoveryHost&&) = delete;
    RecoveryHost& operator=(RecoveryHost&&) = delete;

    [[nodiscard]] virtual const vt::Screen& screen() const = 0;

    /// How the program is now.
    [[nodiscard]] virtual Stillness stillness() const = 0;

    /// True when the session's own program is blocked at its prompt and no cell is open.
    [[nodiscard]] virtual bool at_own_prompt(const Stillness& still) const = 0;

    /// Takes the prompt-like line that the session's own program is blocked at for its prompt, and
    /// ends the open cell there. False when there is no such line.
    virtual bool accept_prompt(const Stillness& still) = 0;

    /// Drops what was typed and not read yet; gives the number of bytes.
    virtual std::size_t drop_input() = 0;

    virtual void press(std::string keys) = 0;
    virtual void press_interrupt() = 0;

    /// Bytes as though the program had written them.
    virtual void write_screen(std::string bytes) = 0;

    /// Calls for looks until the recovery is done.
    virtual void keep_looking() = 0;
};

/// Gets a wedged terminal back to a usable prompt of the session's own program, one step after the
/// other, each taken only when there is evidence for it and the one before did not do: interrupt,
/// quit a full-screen program, restore the terminal's modes, end of input, SIGTERM, SIGKILL.
class Recovery {
public:
    Recovery(RecoveryHost& host, const os::Pty& pty, pid_t child, session::Loop& loop,
             std::function<void(control::ResetInfo)> done);

    void begin();

    /// The program has been looked at.
    void on_look(const Stillness& still);

    /// The program has ended.
    void give_up(std::string why);

private:
    enum class Step {
        start,
        wake,
        interrupt,
        quit,
        modes,
        end_input,
        terminate,
        kill,
        accept,
        out
    };

    void advance();
    bool take(Step step, const Stillness& still);
    void wait(std::chrono::milliseconds limit);
    void signal(int number, pid_t group);
    void tidy(const Stillness& still);
    void finish(bool prompt);
    void did(std::string what);

    RecoveryHost& host_;
    const os::Pty& pty_;
    pid_t child_;
    session::Loop& loop_;
    std::function<void(control::ResetInfo)> done_;
    control::ResetInfo info_;
    Step step_ = Step::start;
    int ends_left_; ///< further ends of input, for programs within programs
    bool tidied_ = false;
    std::int64_t begun_us_ = 0;
    session::WatchHandle timer_;
};

} // namespace kept::terminal
