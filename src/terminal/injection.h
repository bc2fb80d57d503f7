#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "terminal/probe.h"
#include "vt/screen.h"

namespace kept::terminal {

/// What a program at its prompt may be, as far as it has to be known before anything is typed.
enum class Inner {
    other, ///< nothing that can be made to mark its prompts
    shell,
    python,
};

/// By the name of the program that reads, or, where that only passes on (ssh), by its prompt.
Inner inner_program(const Stillness& still, std::string_view prompt);

/// Puts marks into a program that is at its prompt already, over its own line editor and so through
/// whatever lies between (ssh, sudo, docker). It is typed one short line, the knock, which every
/// shell understands; that switches echo off, says which program it is, and reads a script. The
/// script wipes the line off the screen and, where that can be done, out of the history.
class Injection {
public:
    Injection(std::string nonce, Inner program) : nonce_(std::move(nonce)), program_(program) {}

    [[nodiscard]] const std::string& nonce() const { return nonce_; }

    /// The line to type at the prompt, Enter included; `screen` as it is now.
    std::string knock(const vt::Screen& screen);

    /// Reads an operating system command of the program's: when it answers the knock, the name
    /// under which it runs.
    [[nodiscard]] std::optional<std::string> answer(std::string_view payload) const;

    /// The profile of a program that has answered with that name; empty when there is none that
    /// marks can be put into.
    [[nodiscard]] static std::string_view profile_of(std::string_view name);

    /// The last line of what is to be read: for one that reads, and has not been heard.
    [[nodiscard]] std::string end_line() const { return ": " + nonce_ + "\n"; }

    /// What to type after the answer; without a profile it only tidies up.
    [[nodiscard]] std::string script(std::string_view profile) const;

private:
    std::string nonce_;
    Inner program_;
    int rows_ = 1; ///< of the screen that the knock takes
};

} // namespace kept::terminal
