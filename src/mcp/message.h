#pragma once

#include <expected>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace kept::mcp {

using Json = nlohmann::ordered_json;

/// Codes of JSON-RPC 2.0 (section 5.1), and of the Model Context Protocol (revision 2026-07-28).
enum class RpcErrc {
    parse_error = -32700,
    invalid_request = -32600,
    method_not_found = -32601,
    invalid_params = -32602,
    internal_error = -32603,
    resource_not_found = -32002,
    unsupported_version = -32022,
};

struct RpcError {
    RpcErrc code = RpcErrc::internal_error;
    std::string message;
    Json data = nullptr;
    Json id = nullptr; ///< of the request, as far as it could be read
};

/// One request or notification of a peer; `id` is null in a notification.
struct Message {
    std::string method;
    Json id = nullptr;
    Json params = Json::object();

    [[nodiscard]] bool is_request() const { return !id.is_null(); }
};

/// Longest line read; the largest code that a session takes (16 MiB) fits however it is escaped in
/// practice.
inline constexpr std::size_t kMaxLine = 32 * 1024 * 1024;

/// Reads one line's JSON; nothing deeper than 64 levels. Never throws.
std::expected<Json, RpcError> parse_line(std::string_view line);

/// Reads one message. A response of the peer, which we never ask for, is a message without a
/// method.
std::expected<Message, RpcError> to_message(const Json& json);

/// One line each, with its line feed; ill-formed UTF-8 becomes U+FFFD.
std::string encode_result(const Json& id, const Json& result);
std::string encode_error(const RpcError& error);
std::string encode_notification(std::string_view method, const Json& params);

} // namespace kept::mcp
