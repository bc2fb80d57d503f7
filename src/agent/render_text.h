#pragma once

#include "agent/model.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace kept::agent {

struct TextStyle {
    bool colours = false; ///< only when stdout is a terminal and NO_COLOR is not set
    bool metrics = false; ///< the delays of each reply under it
};

/// The longest summary of a tool's output and the longest arguments shown, in characters.
inline constexpr std::size_t kSummaryCharacters = 120;

/// One event as text for a person, with its leading line break and a final one; empty when the
/// event is not for reading (states, usage, …).
std::string render_text(const Event& event, const TextStyle& style = {});

/// What is printed for a turn in which the agent chose to say nothing.
std::string render_silence(const TextStyle& style = {});

/// The first line of `text`, cut to at most `characters` characters with `…` as the last one. Never
/// splits a UTF-8 sequence; control characters become spaces.
std::string summarise(std::string_view text, std::size_t characters = kSummaryCharacters);

/// `text` without control characters that would steer the reader's terminal; line breaks and tabs
/// stay. An agent's words come from a model and are not to be trusted with escape sequences.
std::string printable(std::string_view text);

} // namespace kept::agent
