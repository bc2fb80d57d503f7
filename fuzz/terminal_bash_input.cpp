#include "terminal/bash.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace {

/// What bash makes of $'…' (bash(1), QUOTING), as far as bash_input uses it; fails on anything
/// else.
std::string unquoted(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\'') {
            __builtin_trap();
        }
        if (text[i] != '\\') {
            out.push_back(text[i]);
        } else if (const std::string_view next = text.substr(i + 1, 3);
                   next[0] == '\'' || next[0] == '\\') {
            out.push_back(next[0]);
            ++i;
        } else {
            out.push_back(static_cast<char>(std::stoi(std::string(next), nullptr, 8)));
            i += 3;
        }
    }
    return out;
}

} // namespace

/// Bash gets exactly the code, without its NUL bytes, and no byte of it acts on the line editor.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view code(reinterpret_cast<const char*>(data), size);
    std::string wanted(code);
    std::erase(wanted, '\0');
    for (const bool paste : {false, true}) {
        const std::string typed = kept::terminal::bash_input(code, paste);
        constexpr std::string_view kPaste = "\x1b[200~";
        constexpr std::string_view kEval = " eval $'";
        if (paste && typed.starts_with(kPaste)) {
            if (code.find('\x1b') != std::string_view::npos ||
                typed != std::string(kPaste) + wanted + "\x1b[201~\r") {
                __builtin_trap();
            }
        } else if (!typed.starts_with(kEval) || !typed.ends_with("'\r") ||
                   unquoted(std::string_view(typed).substr(8, typed.size() - 10)) != wanted ||
                   typed.find_first_of("\n\x1b\x03\x04\t") != std::string::npos) {
            __builtin_trap();
        }
    }
    return 0;
}
