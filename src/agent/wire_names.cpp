#include "agent/wire_names.h"

#include <fmt/format.h>

namespace kept::agent {

namespace pb = livekit::agent;

std::string name_of(pb::AgentState state) {
    switch (state) {
    case pb::AS_INITIALIZING:
        return "initializing";
    case pb::AS_IDLE:
        return "idle";
    case pb::AS_LISTENING:
        return "listening";
    case pb::AS_THINKING:
        return "thinking";
    case pb::AS_SPEAKING:
        return "speaking";
    default:
        return fmt::format("state {}", static_cast<int>(state));
    }
}

std::string name_of(pb::UserState state) {
    switch (state) {
    case pb::US_SPEAKING:
        return "speaking";
    case pb::US_LISTENING:
        return "listening";
    case pb::US_AWAY:
        return "away";
    default:
        return fmt::format("state {}", static_cast<int>(state));
    }
}

std::string name_of(pb::ToolCallStatus status) {
    switch (status) {
    case pb::TC_RUNNING:
        return "running";
    case pb::TC_DONE:
        return "done";
    case pb::TC_ERROR:
        return "error";
    case pb::TC_CANCELLED:
        return "cancelled";
    default:
        return fmt::format("status {}", static_cast<int>(status));
    }
}

std::string name_of(pb::ToolReplyStatus status) {
    switch (status) {
    case pb::TR_SCHEDULED:
        return "scheduled";
    case pb::TR_COMPLETED:
        return "completed";
    case pb::TR_INTERRUPTED:
        return "interrupted";
    case pb::TR_SKIPPED:
        return "skipped";
    default:
        return fmt::format("status {}", static_cast<int>(status));
    }
}

std::string name_of(pb::AmdCategory category) {
    switch (category) {
    case pb::AMD_UNKNOWN:
        return "unknown";
    case pb::AMD_HUMAN:
        return "human";
    case pb::AMD_MACHINE_IVR:
        return "machine_ivr";
    case pb::AMD_MACHINE_VM:
        return "machine_vm";
    case pb::AMD_MACHINE_UNAVAILABLE:
        return "machine_unavailable";
    case pb::AMD_UNCERTAIN:
        return "uncertain";
    default:
        return fmt::format("category {}", static_cast<int>(category));
    }
}

} // namespace kept::agent
