#include "cli/conversation.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"

namespace kept::cli {

namespace {

constexpr std::size_t kShown = 300; // characters

std::string text_at(const nlohmann::ordered_json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string shown(std::string_view text) {
    const std::string_view part = base::utf8_prefix(text, kShown);
    const std::string json_text =
        nlohmann::json(part).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return part.size() == text.size() ? json_text : json_text + "…";
}

std::string was(const std::string& reply) {
    return reply.empty() ? "there was none" : "it was " + shown(reply);
}

/// Objects may have more than is wanted; a number that was written as a text is the same number.
bool has(const nlohmann::json& value, const nlohmann::json& wanted) {
    if (wanted.is_object()) {
        return value.is_object() && std::ranges::all_of(wanted.items(), [&](const auto& entry) {
                   return value.contains(entry.key()) && has(value.at(entry.key()), entry.value());
               });
    }
    if (wanted.is_array()) {
        return value.is_array() &&
               std::ranges::equal(value, wanted,
                                  [](const nlohmann::json& one, const nlohmann::json& other) {
                                      return has(one, other);
                                  });
    }
    return value == wanted || (wanted.is_string() && !value.is_string() && value.is_primitive() &&
                               value.dump() == wanted.get<std::string>());
}

struct Call {
    std::string name;
    std::string arguments;
};

void judge_calls(const Expectations& expect, const std::vector<Call>& calls,
                 std::vector<std::string>& failures) {
    std::string seen;
    for (const Call& call : calls) {
        seen += fmt::format("{}{}({})", seen.empty() ? "" : ", ", call.name,
                            base::utf8_prefix(call.arguments, kShown));
    }
    if (seen.empty()) {
        seen = "none";
    }
    if (expect.no_calls && !calls.empty()) {
        failures.push_back("no tool is called: called were " + seen);
    }
    for (const ExpectedCall& wanted : expect.calls) {
        const bool found = std::ranges::any_of(calls, [&](const Call& call) {
            return call.name == wanted.name &&
                   (wanted.arguments.is_null() ||
                    has(nlohmann::json::parse(call.arguments, nullptr, false), wanted.arguments));
        });
        if (!found) {
            failures.push_back(fmt::format(
                "tool {} is called{}: called were {}", wanted.name,
                wanted.arguments.is_null()
                    ? std::string()
                    : " with " + wanted.arguments.dump(-1, ' ', false,
                                                       nlohmann::json::error_handler_t::replace),
                seen));
        }
    }
}

} // namespace

std::vector<std::string> judge(const Expectations& expect, const nlohmann::ordered_json& result,
                               std::int64_t duration_ms) {
    std::vector<std::string> failures;
    const std::string reply = text_at(result, "reply");
    const std::string error = text_at(result, "error");
    if (!expect.error && !error.empty()) {
        failures.push_back("no error: " + error);
    } else if (expect.error && error.empty()) {
        failures.emplace_back("an error: there was none");
    } else if (expect.error && !error.contains(*expect.error)) {
        failures.push_back(
            fmt::format("an error with {}: it was {}", shown(*expect.error), shown(error)));
    }
    for (const std::string& text : expect.contains) {
        if (!reply.contains(text)) {
            failures.push_back(fmt::format("reply contains {}: {}", shown(text), was(reply)));
        }
    }
    for (const std::string& text : expect.lacks) {
        if (reply.contains(text)) {
            failures.push_back(
                fmt::format("reply does not contain {}: {}", shown(text), was(reply)));
        }
    }
    for (const auto& expression : expect.matches) {
        if (!re2::RE2::PartialMatch(reply, *expression)) {
            failures.push_back(
                fmt::format("reply matches {}: {}", expression->pattern(), was(reply)));
        }
    }
    std::vector<Call> calls;
    std::vector<std::string> handoffs;
    if (const auto events = result.find("events"); events != result.end()) {
        for (const nlohmann::ordered_json& event : *events) {
            const std::string type = text_at(event, "type");
            if (event.contains("earlier")) {
                continue;
            }
            if (type == "tool_call") {
                calls.push_back({text_at(event, "name"), text_at(event, "arguments")});
            } else if (type == "handoff") {
                handoffs.push_back(text_at(event, "to"));
            }
        }
    }
    judge_calls(expect, calls, failures);
    if (expect.handoff && std::ranges::find(handoffs, *expect.handoff) == handoffs.end()) {
        failures.push_back(
            fmt::format("handoff to {}: {}", *expect.handoff,
                        handoffs.empty() ? "there was none" : "it was to " + handoffs.back()));
    }
    if (expect.silent && *expect.silent != reply.empty()) {
        failures.push_back(*expect.silent ? "no reply: " + was(reply) : "a reply: there was none");
    }
    if (expect.within_s && static_cast<double>(duration_ms) > *expect.within_s * 1000) {
        failures.push_back(fmt::format("within {} s: it took {:.3f} s", *expect.within_s,
                                       static_cast<double>(duration_ms) / 1000));
    }
    return failures;
}

} // namespace kept::cli
