#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kept::profiles {

/// When a setting of the start applies: `k new --rc=clean` (the default), `--rc=user`, or both.
enum class When { always, clean, user };

/// How the end of a frame is known.
enum class Frame {
    marks,  ///< the program is made to print marks
    prompt, ///< it shows exactly this prompt, or one that matches a pattern
    quiet,  ///< the prompt is learned when it first comes to rest
};

/// How code is handed over.
enum class HandOver {
    paste, ///< as a bracketed paste; what cannot be pasted goes through `call`
    call,  ///< quoted, in one line that calls something
    lines, ///< line by line, each when the program reads
};

/// How code is written inside a call.
enum class Quote {
    string, ///< "…" with \n, \t, \" \\ and \uXXXX, as Python and JavaScript read it
    ansi,   ///< $'…' with octal escapes, as bash and zsh read it
    shell,  ///< '…' as every POSIX shell reads it, control characters behind the terminal's Ctrl-V
    fish,   ///< '…' as fish reads it, control characters as \xNN outside of the quotes
};

/// Code from this size on goes through a file where the profile has a long-call.
inline constexpr std::size_t kLongCode = 4096;

template <class T> struct Conditional {
    When when = When::always;
    T value;
};

/// What is known about one interactive program. docs/profiles.md describes the text it is read
/// from.
struct Profile {
    std::string name;
    std::string origin; ///< the file it is from, or "built in"
    std::string about;

    std::vector<std::string> commands;      ///< globs for the program's base name
    std::vector<std::string> value_options; ///< globs of options whose value is the next word
    std::vector<std::string> not_with;      ///< globs of words with which it is not interactive
    std::vector<std::string> with;          ///< globs, see recognises(): one of them has to match
    bool words = false;                     ///< other words than options leave it interactive

    std::vector<Conditional<std::string>> arguments; ///< put right behind the program
    std::vector<std::string> drop;                   ///< globs of words to leave out
    /// Set on top of the environment, unless the caller asked for another value.
    std::vector<Conditional<std::pair<std::string, std::string>>> environment;
    /// Files put into the session's directory: name there, and script.
    std::vector<std::pair<std::string, std::string>> files;

    Frame frame = Frame::quiet;
    bool line_editor = false; ///< it reads through a line editor of its own, not a cooked terminal
    std::string prompt;       ///< the exact one, or
    std::string continuation;
    std::string prompt_pattern; ///< RE2 that all of it matches
    std::string continuation_pattern;
    bool blank_before_prompt = false; ///< it prints an empty line before each prompt
    HandOver hand_over = HandOver::lines;
    std::string call; ///< with @CODE@ in it
    /// With @FILE@ in it: what is typed for code of more than kLongCode bytes, which is in that
    /// file.
    std::string long_call;
    /// Keys on which its line editor loads such code from the session's directory and prints L.
    std::string load_keys;
    Quote quote = Quote::string;
    std::vector<std::string> errors; ///< RE2; output that one of them is found in makes exit code 1

    std::string quit;  ///< what ends the program
    std::string reset; ///< what gets it back to its prompt
};

/// A shell's glob: `*`, `?` and `[a-z]`, matched against all of the text.
bool glob_matches(std::string_view glob, std::string_view text);

/// True when `words`, whose program stands at `program`, start this program for interactive use.
bool recognises(const Profile& profile, const std::vector<std::string>& words, std::size_t program);

/// The line, without the Enter, that makes the program run this code: `call` with the code quoted.
/// NUL bytes are left out where no program of that kind can hold them.
std::string call_line(const Profile& profile, std::string_view code);

/// The code in that way of quoting.
std::string quoted(Quote quote, std::string_view code);

} // namespace kept::profiles
