#include "cli/answer_options.h"

#include <cstdlib>
#include <optional>
#include <re2/re2.h>

namespace kept::cli {

namespace {

/// What stands before and behind the first `=`.
std::optional<control::PromptAnswer> split(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) {
        return std::nullopt;
    }
    return control::PromptAnswer{text.substr(0, equals), text.substr(equals + 1)};
}

} // namespace

void AnswerOptions::declare(Options& options) {
    options
        .texts("--answer", texts_, "PATTERN=TEXT",
               "Type TEXT and Enter when the program asks what PATTERN (RE2; write = as \\x3d) "
               "finds; may be given again")
        .texts("--answer-env", variables_, "PATTERN=VARIABLE",
               "The same with the text of an environment variable: for passwords");
}

std::expected<std::vector<control::PromptAnswer>, int>
AnswerOptions::read(const Options& options) const {
    std::vector<control::PromptAnswer> answers;
    for (const std::string& text : texts_) {
        auto answer = split(text);
        if (!answer) {
            return std::unexpected(
                options.wrong("--answer takes PATTERN=TEXT, not '" + text + "'"));
        }
        answers.push_back(std::move(*answer));
    }
    for (const std::string& text : variables_) {
        auto answer = split(text);
        if (!answer) {
            return std::unexpected(
                options.wrong("--answer-env takes PATTERN=VARIABLE, not '" + text + "'"));
        }
        const char* value = std::getenv(answer->text.c_str());
        if (value == nullptr) {
            return std::unexpected(
                options.wrong("--answer-env: there is no variable '" + answer->text + "'"));
        }
        answer->text = value;
        answers.push_back(std::move(*answer));
    }
    for (const auto& answer : answers) {
        const re2::RE2 pattern(answer.pattern, re2::RE2::Quiet);
        if (!pattern.ok()) {
            return std::unexpected(options.wrong("the pattern '" + answer.pattern +
                                                 "' is no regular expression: " + pattern.error()));
        }
    }
    return answers;
}

} // namespace kept::cli
