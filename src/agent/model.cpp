#include "agent/model.h"

#include <algorithm>

namespace kept::agent {

std::string_view to_string(EventType type) {
    switch (type) {
    case EventType::message:
        return "message";
    case EventType::tool_call:
        return "tool_call";
    case EventType::handoff:
        return "handoff";
    case EventType::config:
        return "config";
    case EventType::error:
        return "error";
    case EventType::log:
        return "log";
    case EventType::state:
        return "state";
    case EventType::user_state:
        return "user_state";
    case EventType::usage:
        return "usage";
    case EventType::transcript:
        return "transcript";
    case EventType::tool_started:
        return "tool_started";
    case EventType::tool_update:
        return "tool_update";
    case EventType::interruption:
        return "interruption";
    case EventType::prediction:
        return "prediction";
    case EventType::debug:
        return "debug";
    case EventType::unknown:
        break;
    }
    return "unknown";
}

std::string_view to_string(Role role) {
    switch (role) {
    case Role::developer:
        return "developer";
    case Role::system:
        return "system";
    case Role::user:
        return "user";
    case Role::assistant:
        break;
    }
    return "assistant";
}

Usage usage_since(const Usage& before, const Usage& now) {
    Usage result;
    for (const ModelUsage& total : now) {
        const auto old = std::ranges::find_if(before, [&](const ModelUsage& candidate) {
            return candidate.kind == total.kind && candidate.provider == total.provider &&
                   candidate.model == total.model;
        });
        ModelUsage used{total.kind, total.provider, total.model, {}};
        for (const auto& [name, value] : total.counts) {
            double difference = value;
            if (old != before.end()) {
                const auto count = std::ranges::find(old->counts, name,
                                                     [](const auto& entry) { return entry.first; });
                difference -= count == old->counts.end() ? 0.0 : count->second;
            }
            if (difference > 0.0) {
                used.counts.emplace_back(name, difference);
            }
        }
        if (!used.counts.empty()) {
            result.push_back(std::move(used));
        }
    }
    return result;
}

} // namespace kept::agent
