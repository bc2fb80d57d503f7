#pragma once

#include <string>
#include <string_view>

namespace kept::terminal {

/// Makes a program's output fit for the terminal of a person who looks on. What a terminal would
/// answer (the screen has answered already), our marks, and what leaving could not undo (colours of
/// the palette, window sizes, unknown modes) is left out; all else passes exactly. What comes out
/// consists of whole sequences and characters, however the input is cut.
class GuestOutput {
public:
    /// Appends to `out` what may pass.
    void feed(std::string_view bytes, std::string& out);

    /// True, once, when the program did what only a repaint can show: another screen buffer, a
    /// reset, restored modes.
    [[nodiscard]] bool take_repaint();

    /// True, once, when the program took an earlier title back from the terminal's stack.
    [[nodiscard]] bool take_retitle();

private:
    enum class State {
        ground,
        escape,
        intermediate,
        control, ///< after ESC [
        command, ///< OSC
        skipped, ///< DCS, SOS, PM, APC, a title of screen(1): nothing of it passes
        string_end,
    };

    std::size_t text(std::string_view bytes, std::string& out);
    /// One byte of a sequence; false when it is to be read again.
    bool sequence(char byte, std::string& out);
    bool string(char byte, std::string& out);
    void finish_escape(std::string& out);
    void finish_control(std::string& out);
    void finish_command(std::string_view end, std::string& out);
    void private_modes(std::string_view parameters, char final, std::string& out);

    State state_ = State::ground;
    State string_ = State::skipped; ///< which string an ESC stands in
    std::string held_;              ///< a sequence or character that is not whole yet
    bool overlong_ = false;
    bool repaint_ = false;
    bool retitle_ = false;
};

} // namespace kept::terminal
