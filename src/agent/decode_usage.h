#pragma once

#include "agent/model.h"

#include "agent_session.pb.h"

namespace kept::agent {

/// The totals of a session, model by model, without the counts that are zero.
Usage usage_of(const livekit::agent::AgentSessionUsage& session);

} // namespace kept::agent
