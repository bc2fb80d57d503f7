#pragma once

#include <string_view>

namespace kept::terminal {

/// How much the text before the cursor looks as if somebody were being asked something. Used only
/// where the kernel's evidence leaves a doubt.
enum class Asking {
    nothing, ///< there is none
    words,   ///< some text, such as a progress display may show too
    maybe,   ///< ends like `Name:` or `[default]`
    clearly, ///< ends like `Go on?`, `[Y/n]`, `$ `, `>>> `, or begins as `? Name:` does
};

Asking asking(std::string_view text_before_cursor);

/// True for text that ends as prompts of interpreters and shells do (`$ `, `>>> `, `(gdb) `).
bool interpreter_prompt(std::string_view text_before_cursor);

} // namespace kept::terminal
