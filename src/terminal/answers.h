#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/messages.h"

namespace re2 {
class RE2;
}

namespace kept::terminal {

/// What a caller wants typed when the program of a cell asks something.
class Answers {
public:
    /// A prompt that stays the same is answered so often in a row, and all together so often: a
    /// program that does not take the answer must not keep us busy for ever.
    static constexpr int kMostSame = 10;
    static constexpr int kMost = 1'000;

    Answers();
    ~Answers();
    Answers(const Answers&) = delete;
    Answers& operator=(const Answers&) = delete;
    Answers(Answers&&) = delete;
    Answers& operator=(Answers&&) = delete;

    /// Takes these in place of what was there; the error says which pattern is wrong, and why.
    std::expected<void, std::string> expect(const std::vector<control::PromptAnswer>& answers);

    /// Forgets all of them.
    void clear();

    /// What to type at this prompt. Counts it as typed.
    [[nodiscard]] std::optional<std::string> to(std::string_view prompt);

private:
    struct One;
    std::vector<std::unique_ptr<One>> answers_;
    std::string last_prompt_;
    int same_ = 0;
    int all_ = 0;
};

} // namespace kept::terminal
