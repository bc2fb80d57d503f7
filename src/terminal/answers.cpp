#include "terminal/answers.h"

#include <algorithm>
#include <re2/re2.h>

namespace kept::terminal {

struct Answers::One {
    re2::RE2 pattern;
    std::string text;

    One(const std::string& expression, std::string answer)
        : pattern(expression, re2::RE2::Quiet), text(std::move(answer)) {}
};

Answers::Answers() = default;
Answers::~Answers() = default;

std::expected<void, std::string>
Answers::expect(const std::vector<control::PromptAnswer>& answers) {
    clear();
    for (const auto& answer : answers) {
        auto one = std::make_unique<One>(answer.pattern, answer.text);
        if (!one->pattern.ok()) {
            clear();
            return std::unexpected("the pattern '" + answer.pattern +
                                   "' is no regular expression: " + one->pattern.error());
        }
        answers_.push_back(std::move(one));
    }
    return {};
}

void Answers::clear() {
    answers_.clear();
    last_prompt_.clear();
    same_ = 0;
    all_ = 0;
}

std::optional<std::string> Answers::to(std::string_view prompt) {
    const auto found = std::ranges::find_if(
        answers_, [&](const auto& one) { return re2::RE2::PartialMatch(prompt, one->pattern); });
    if (found == answers_.end() || all_ >= kMost) {
        return std::nullopt;
    }
    if (prompt != last_prompt_) {
        last_prompt_ = prompt;
        same_ = 0;
    }
    if (same_ >= kMostSame) {
        return std::nullopt;
    }
    ++same_;
    ++all_;
    return (*found)->text;
}

} // namespace kept::terminal
