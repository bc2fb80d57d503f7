#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "terminal/probe.h"

namespace kept::terminal {

/// Decides when a program that looks as if it waited for input is certain to do so. One look is
/// enough for a program that is blocked reading its terminal and has nothing else to do. One that
/// would go on by itself, that waits for other things too, or that may not be looked into, has to
/// show a prompt and to do nothing at all for a while: it could be working.
class Certainty {
public:
    /// What the terminal shows.
    struct Scene {
        std::string text; ///< before the cursor on its line
        bool full_screen = false;
        bool line_editor = false;  ///< bracketed paste is on
        bool menu = false;         ///< a question that does not end before the cursor
        std::int64_t quiet_us = 0; ///< since the last output
    };

    /// Something was typed: how the program stood before says nothing any more.
    void typed(std::int64_t now_us);

    /// A cell begins.
    void restart();

    /// Every look is noted, in order.
    void note(const Stillness& still, std::int64_t now_us);

    /// True when the program that was noted last waits for input, or for ever.
    [[nodiscard]] bool sure(const Stillness& still, const Scene& scene, std::int64_t now_us) const;

    /// True when the readers of the terminal should be woken up now, to see whether the program,
    /// which may not be looked into, is one of them. Counts as done.
    [[nodiscard]] bool wants_wake(const Stillness& still, const Scene& scene, std::int64_t now_us);

private:
    [[nodiscard]] bool sure_reading(const Stillness& still, const Scene& scene) const;
    [[nodiscard]] bool sure_unseen(const Stillness& still, const Scene& scene) const;

    /// How long a program that may not be looked into has to be at rest with this on the screen;
    /// empty when that says nothing.
    [[nodiscard]] static std::optional<std::int64_t> needed_unseen(const Stillness& still,
                                                                   const Scene& scene);

    Stillness last_;   ///< the last look
    Stillness reader_; ///< the last that found a reader
    std::int64_t now_us_ = 0;
    std::int64_t calm_since_us_ = 0;   ///< nothing of the foreground has run since
    std::int64_t reader_since_us_ = 0; ///< the reader has not run since
    std::int64_t still_since_us_ = 0;  ///< no look has found it at work since
    std::int64_t typed_us_ = 0;
    /// Wake-ups of the terminal's readers that a program answered by running for a moment.
    enum class Wake { none, sent, ignored };
    Wake wake_ = Wake::none;
    std::int64_t woken_us_ = 0;
    int answered_ = 0;
    bool moved_ = true;  ///< it has run since something was typed
    bool polls_ = false; ///< the reader gave up by itself and came back
};

} // namespace kept::terminal
