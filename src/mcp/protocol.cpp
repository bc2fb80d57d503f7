#include "mcp/protocol.h"

#include <algorithm>
#include <fmt/format.h>

#include "kept_version.h"

namespace kept::mcp {

namespace {

constexpr const char* kVersionKey = "io.modelcontextprotocol/protocolVersion";
constexpr const char* kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
constexpr const char* kServerKey = "io.modelcontextprotocol/serverInfo";

constexpr std::string_view kInstructions =
    "Interactive programs that live on between calls. session_new, then run code; status "
    "`waiting` means the program wants input: send it. fire and poll for long work. Full-screen "
    "programs: send keys, then screen.";

Json server_info() {
    return {{"name", "kept"}, {"title", "kept"}, {"version", kVersion}};
}

Json capabilities() {
    return {{"tools", Json::object()}, {"resources", {{"subscribe", true}}}};
}

Json all_versions() {
    Json versions = Json::array({kModernVersion});
    for (const std::string_view version : kLegacyVersions) {
        versions.push_back(version);
    }
    return versions;
}

} // namespace

std::expected<Era, RpcError> era_of(const Message& message) {
    const auto given = message.params.find("_meta");
    const Json meta = given != message.params.end() && given->is_object() ? *given : Json::object();
    const bool modern_only =
        message.method == "server/discover" || message.method == "subscriptions/listen";
    if (!modern_only && !meta.contains(kVersionKey) && !meta.contains(kCapabilitiesKey)) {
        return Era::legacy;
    }
    const Json claimed = meta.value(kVersionKey, Json());
    if (!claimed.is_string() || !meta.value(kCapabilitiesKey, Json()).is_object()) {
        return std::unexpected(
            RpcError{RpcErrc::invalid_params,
                     fmt::format("_meta must have {} (a string) and {} (an object)", kVersionKey,
                                 kCapabilitiesKey),
                     nullptr, message.id});
    }
    if (claimed != kModernVersion) {
        return std::unexpected(
            RpcError{RpcErrc::unsupported_version, "unsupported protocol version",
                     Json{{"supported", all_versions()}, {"requested", claimed}}, message.id});
    }
    return Era::modern;
}

Json initialize_result(const Json& params) {
    const auto asked = params.find("protocolVersion");
    std::string_view agreed = kLegacyVersions.front();
    if (asked != params.end() && asked->is_string()) {
        const auto known = std::ranges::find(kLegacyVersions, asked->get_ref<const std::string&>());
        if (known != kLegacyVersions.end()) {
            agreed = *known;
        }
    }
    return {{"protocolVersion", agreed},
            {"capabilities", capabilities()},
            {"serverInfo", server_info()},
            {"instructions", kInstructions}};
}

Json discover_result() {
    return {{"supportedVersions", all_versions()},
            {"capabilities", capabilities()},
            {"instructions", kInstructions}};
}

void complete(Json& result, Era era, Cache cache) {
    if (era == Era::legacy) {
        return;
    }
    constexpr int kLastingMs = 3'600'000;
    result["resultType"] = "complete";
    result["_meta"][kServerKey] = server_info();
    if (cache != Cache::none) {
        result["ttlMs"] = cache == Cache::lasting ? kLastingMs : 0;
        result["cacheScope"] = cache == Cache::lasting ? "public" : "private";
    }
}

} // namespace kept::mcp
