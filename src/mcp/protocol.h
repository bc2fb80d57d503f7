#pragma once

#include <array>
#include <expected>
#include <string>
#include <string_view>

#include "mcp/message.h"

namespace kept::mcp {

/// Revisions of the Model Context Protocol that begin with `initialize`, latest first.
inline constexpr std::array<std::string_view, 4> kLegacyVersions{"2025-11-25", "2025-06-18",
                                                                 "2025-03-26", "2024-11-05"};

/// The revision without a handshake: each request carries what was agreed on before.
inline constexpr std::string_view kModernVersion = "2026-07-28";

enum class Era { legacy, modern };

/// Which era a request belongs to, by its `_meta`: the keys
/// `io.modelcontextprotocol/protocolVersion` and `…/clientCapabilities`.
std::expected<Era, RpcError> era_of(const Message& message);

/// The answer to `initialize`: the revision asked for when we know it, else our latest of that era.
Json initialize_result(const Json& params);

/// The answer to `server/discover`.
Json discover_result();

/// What every result of the modern era carries besides; a list says also how long it holds.
enum class Cache { none, fleeting, lasting };
void complete(Json& result, Era era, Cache cache = Cache::none);

} // namespace kept::mcp
