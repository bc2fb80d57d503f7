#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kept::cli {

/// Finds the key that leaves among what a person types: as the control character that it is, and as
/// terminals write it under the kitty keyboard protocol and xterm's modifyOtherKeys.
class DetachKey {
public:
    /// `^]`, `C-]` or `ctrl-]`, with any of a-z [ \ ] ^ _ @; `none` is never found.
    static std::optional<DetachKey> parse(std::string_view name);

    /// How people write it: `Ctrl-]`.
    [[nodiscard]] std::string name() const;

    /// What of `typed` goes to the session; `pressed()` tells whether the key was behind it. A
    /// sequence that came in pieces has gone out but for its last byte.
    std::string_view take(std::string_view typed);
    [[nodiscard]] bool pressed() const { return pressed_; }

private:
    explicit DetachKey(char control) : control_(control) {}
    [[nodiscard]] bool matches_sequence() const;

    char control_;         ///< the control character, or -1 for none
    std::string sequence_; ///< a control sequence while it is being read
    bool pressed_ = false;
};

} // namespace kept::cli
