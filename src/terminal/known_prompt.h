#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <re2/re2.h>

namespace kept::terminal {

/// What a profile knows about a program's prompts. White space at their ends does not count.
struct KnownPrompts {
    std::string prompt; ///< exactly this …
    std::string continuation;
    std::string prompt_pattern; ///< … or RE2 for all of it
    std::string continuation_pattern;
    /// The program's line editor switches bracketed paste on for as long as it reads a line: no
    /// prompt counts without that.
    bool line_editor = false;
    bool may_ask_first = false; ///< it is started when it asks for anything else, as for a password
    bool blank_before = false;  ///< an empty line that is no output stands before the prompt
};

/// A pattern that a prompt as a whole has to match.
class PromptPattern {
public:
    PromptPattern() = default;
    explicit PromptPattern(const std::string& pattern);

    [[nodiscard]] bool given() const { return whole_ != nullptr; }
    [[nodiscard]] bool matches(std::string_view text) const;

    /// The longest end of the text that matches.
    [[nodiscard]] std::optional<std::string> end_of(std::string_view text) const;

private:
    std::shared_ptr<const RE2> whole_;
    std::shared_ptr<const RE2> at_end_;
};

} // namespace kept::terminal
