#pragma once

#include <string>
#include <string_view>

#include "terminal/probe.h"
#include "vt/screen.h"

namespace kept::terminal {

/// Puts marks into a shell that is at its prompt already, over its own line editor and so through
/// whatever lies between (ssh, sudo, docker). It is typed one short line, the knock, that reads a
/// script with echo switched off; the script wipes the line off the screen and out of the shell's
/// history.
class Injection {
public:
    enum class Answer {
        none,
        ready,   ///< it reads the script
        refused, ///< it is no shell that can be made to mark its prompts
    };

    explicit Injection(std::string nonce) : nonce_(std::move(nonce)) {}

    [[nodiscard]] const std::string& nonce() const { return nonce_; }

    /// The line to type at the prompt, Enter included; `screen` as it is now.
    std::string knock(const vt::Screen& screen);

    /// Reads an operating system command of the program's.
    [[nodiscard]] Answer answer(std::string_view payload) const;

    /// What to type when it is ready.
    [[nodiscard]] std::string script() const;

private:
    std::string nonce_;
    int rows_ = 1; ///< of the screen that the knock takes
};

/// True for a prompt that a shell may have shown: by the name of the program that reads, or, where
/// that only passes on (ssh), by its last character.
bool may_be_shell(const Stillness& still, std::string_view prompt);

} // namespace kept::terminal
