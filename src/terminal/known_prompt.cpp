#include "terminal/known_prompt.h"

#include "base/text.h"

namespace kept::terminal {

PromptPattern::PromptPattern(const std::string& pattern) {
    if (pattern.empty()) {
        return;
    }
    RE2::Options options;
    options.set_log_errors(false);
    whole_ = std::make_shared<RE2>(pattern, options);
    at_end_ = std::make_shared<RE2>("((?:" + pattern + ")$)", options);
}

bool PromptPattern::matches(std::string_view text) const {
    const std::string_view trimmed = base::trimmed(text);
    return given() && RE2::FullMatch(re2::StringPiece(trimmed.data(), trimmed.size()), *whole_);
}

std::optional<std::string> PromptPattern::end_of(std::string_view text) const {
    const std::string_view trimmed = base::trimmed(text);
    std::string end;
    if (!given() ||
        !RE2::PartialMatch(re2::StringPiece(trimmed.data(), trimmed.size()), *at_end_, &end) ||
        end.empty()) {
        return std::nullopt;
    }
    return end;
}

} // namespace kept::terminal
