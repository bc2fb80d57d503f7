#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "mcp/message.h"
#include "mcp/tools.h"

namespace kept::mcp {

/// What a resource's URI names: `kept://SESSION/screen`, `kept://SESSION/journal`,
/// `kept://SESSION/cells/CELL_ID`.
struct ResourceName {
    std::string session;
    std::string cell; ///< empty unless it is a cell
    enum class Part { screen, journal, cell } part = Part::screen;
};

std::optional<ResourceName> parse_uri(std::string_view uri);

/// A call of `k`, and the result of the request that its outcome makes.
struct Reading {
    Invocation invocation;
    std::function<std::expected<Json, RpcError>(const Outcome&)> finish;
};

/// For `resources/list`: the screen and the journal of each session.
Reading list_resources();

/// For `resources/read`.
Reading read_resource(const std::string& uri, const ResourceName& name);

/// The result of `resources/templates/list`.
Json resource_templates();

} // namespace kept::mcp
