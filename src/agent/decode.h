#pragma once

#include "agent/model.h"

#include <expected>
#include <string_view>

namespace kept::agent {

enum class DecodeError { malformed };

/// One payload of the agent (a serialised AgentSessionMessage) as our own types. Unknown variants
/// come out as events of type `unknown`; only bytes that are no such message are an error.
std::expected<Incoming, DecodeError> decode(std::string_view payload);

/// `output` as a person reads it: the Node SDK encodes every tool result as JSON, so a JSON string
/// is decoded and everything else left as it is.
std::string plain_output(std::string_view output);

} // namespace kept::agent
