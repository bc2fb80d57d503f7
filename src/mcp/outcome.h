#pragma once

#include "mcp/tools.h"

namespace kept::mcp {

/// The JSON that a call of `k` printed; null when it printed none.
Json printed_json(const Outcome& outcome);

/// The text under that key; empty when there is none.
std::string text_of(const Json& object, const char* key);

/// What a model can do about a failure that `k` tells of in these words; empty when they say it
/// all. Advice for people names commands; a model has tools.
std::string_view next_step(std::string_view why);

/// A failed result that says why, and what to do next.
ToolResult failed_because(std::string why);

/// A failed result with what a failed call of `k` said, and what to do next.
ToolResult failed_call(const Outcome& outcome);

/// A call whose one JSON object is the result, `text` saying the same in words.
Course simple_call(Invocation invocation, std::function<std::string(const Json&)> text);

} // namespace kept::mcp
