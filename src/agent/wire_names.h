#pragma once

#include "agent_session.pb.h"

#include <string>

namespace kept::agent {

/// The protocol's enumerations by the names that people read; a value of a newer SDK by its number.
std::string name_of(livekit::agent::AgentState state);
std::string name_of(livekit::agent::UserState state);
std::string name_of(livekit::agent::ToolCallStatus status);
std::string name_of(livekit::agent::ToolReplyStatus status);
std::string name_of(livekit::agent::AmdCategory category);

} // namespace kept::agent
