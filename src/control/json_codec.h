#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "control/cell_info.h"
#include "control/errors.h"
#include "control/messages.h"
#include "control/names.h"

/// Shared by the codec files of this room and of the journal; nobody else includes it.
namespace kept::control::codec {

using Json = nlohmann::json;

/// Deepest nesting read: stops a peer from exhausting the stack with brackets.
inline constexpr int kMaxDepth = 64;

/// A JSON object, or `malformed`; never throws.
Result<Json> parse_object(std::string_view text);

/// One line; ill-formed UTF-8 becomes U+FFFD.
std::string dump(const Json& json);

/// Readers of optional keys: a missing key, or one of another type, gives the default.
std::string text(const Json& object, const char* key, std::string fallback = {});
bool flag(const Json& object, const char* key, bool fallback = false);
std::int64_t integer(const Json& object, const char* key, std::int64_t fallback = 0);
std::uint64_t natural(const Json& object, const char* key, std::uint64_t fallback = 0);
std::optional<int> maybe_int(const Json& object, const char* key);
const Json* object(const Json& from, const char* key);

template <class Enum, std::size_t N>
Enum word(const Json& object, const char* key, const Names<Enum, N>& names, Enum fallback) {
    return names.find(text(object, key)).value_or(fallback);
}

/// Calls `each` with every object in the list `key`; what else is in the list is passed over.
template <class Each> void each_object(const Json& from, const char* key, Each each) {
    if (const auto list = from.find(key); list != from.end() && list->is_array()) {
        for (const Json& one : *list) {
            if (one.is_object()) {
                each(one);
            }
        }
    }
}

Json to_json(const InputInfo& input);
std::optional<InputInfo> maybe_input(const Json& json, const char* key);
Json to_json(const CellInfo& cell);
CellInfo cell_from(const Json& json);
Json to_json(const EventInfo& event);
EventInfo event_from(const Json& json);
bool is_event(const Json& json);
Json to_json(const ScreenInfo& screen);
ScreenInfo screen_from(const Json& json);
Json to_json(const ScreenRows& rows);
Json to_json(const WaitRequest& wait);
Result<WaitRequest> wait_request_from(const Json& json);
Json to_json(const WaitInfo& wait);
WaitInfo wait_info_from(const Json& json);
/// From the whole message.
ScreenRows rows_from(const Json& json);

} // namespace kept::control::codec
