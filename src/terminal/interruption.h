#pragma once

#include <cstdint>

#include "os/pty.h"
#include "terminal/input_queue.h"
#include "terminal/probe.h"

namespace kept::terminal {

/// Ctrl-C for the program in the foreground, so that it arrives exactly once: not before typed code
/// has been read, again when a program that was only just starting ignored it, and followed until
/// no signal is on its way any more.
class Interruption {
public:
    /// What there is to know about the cell and its framer at the moment.
    struct Context {
        bool typing = false;       ///< code has been typed that may not have been read yet
        bool by_marks = false;     ///< the framer in charge goes by marks
        bool interrupting = false; ///< the cell is open and is being interrupted
        std::uint64_t prompts = 0; ///< marked prompts shown so far
    };

    Interruption(const os::Pty& pty, InputQueue& input) : pty_(pty), input_(input) {}

    /// Interrupts: at once, or while code is on its way as soon as that has been read. `young`: the
    /// cell may not have started its program yet.
    void ask(bool young, const Context& now);

    /// For a cell that is killed instead: nothing is sent.
    void forget_repeats() { left_ = 0; }

    /// Output has come: typed code may have been read by it.
    void on_output(const Context& now);

    /// The program has been looked at; `unread`: what it wrote before has not all been read yet.
    void on_look(const Stillness& still, bool unread, const Context& now);

    /// The cell has ended: what had to wait is not sent any more.
    void on_cell_end() { asked_us_ = 0; }

    /// True after an interruption, until the program has been seen at rest.
    [[nodiscard]] bool unsettled() const { return unsettled_; }

private:
    void press(const Context& now);
    void follow(const Stillness& still, const Context& now);
    void settle(const Stillness& still, const Context& now);

    const os::Pty& pty_;
    InputQueue& input_;
    std::int64_t asked_us_ = 0; ///< it waits until typed code has been read
    std::int64_t sent_us_ = 0;  ///< when the last one was sent
    int left_ = 0;              ///< to be sent should this one have been lost
    bool unsettled_ = false;
    std::uint64_t prompts_before_ = 0; ///< prompts that had been shown when it was sent
    int nudges_left_ = 0;
    Stillness settling_; ///< how the program rested when it was first seen at rest afterwards
    std::int64_t settling_us_ = 0;
};

} // namespace kept::terminal
