#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kept::terminal {

/// One semantic prompt mark: OSC 133 (FinalTerm's, as iTerm2, kitty and WezTerm document it).
struct Mark {
    enum class Kind {
        prompt,       ///< A
        continuation, ///< A with k=s, the shell's second prompt
        input,        ///< B: the prompt ends, typing begins
        output,       ///< C
        output_end,   ///< E, ours alone: the command has ended; D follows when the prompt is shown
        end,          ///< D, with the exit status
        reads,        ///< R, ours alone: from now on the program does read its terminal
        reads_not,    ///< N: it waits for the terminal among others, but takes nothing from it
        loaded,       ///< L, ours alone: long code is in the line editor
    };
    Kind kind = Kind::prompt;
    std::optional<int> exit_code;
};

/// A nonce for the marks of a session's own program: random hexadecimal digits.
std::string session_nonce();

/// A nonce for a program inside, which may be on another machine: it begins as the session's does,
/// so that MarkFilter knows it, and lets nobody guess the session's.
std::string inner_nonce(std::string_view session);

/// Reads an OSC payload such as `133;D;1;n=0f3a`. Empty unless it is a mark that carries this
/// session's nonce: anything that a program prints may look like a mark, and only ours are
/// believed.
std::optional<Mark> parse_mark(std::string_view payload, std::string_view nonce);

/// Takes our own marks, those of programs inside too, out of a stream of bytes, cut anywhere, and
/// passes all else on exactly.
class MarkFilter {
public:
    /// `nonce` is the session's.
    MarkFilter(std::string_view nonce, std::function<void(std::string_view)> sink);
    void feed(std::string_view bytes);

    /// Passes on what was held back.
    void finish();

private:
    [[nodiscard]] bool is_ours(std::string_view mark) const;

    std::string family_; ///< how the nonces of all our marks begin
    std::size_t digits_; ///< of each of them
    std::string held_;
    std::function<void(std::string_view)> sink_;
};

} // namespace kept::terminal
