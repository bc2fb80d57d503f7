#pragma once

#include <expected>
#include <string>
#include <vector>

#include "cli/options.h"
#include "control/messages.h"

namespace kept::cli {

/// `--answer PATTERN=TEXT` and `--answer-env PATTERN=VARIABLE`: what to type when a cell's program
/// asks something. Those of --answer come first.
class AnswerOptions {
public:
    void declare(Options& options);

    /// The answers; or the exit code, when one is wrong and that has been said.
    [[nodiscard]] std::expected<std::vector<control::PromptAnswer>, int>
    read(const Options& options) const;

private:
    std::vector<std::string> texts_;
    std::vector<std::string> variables_;
};

} // namespace kept::cli
