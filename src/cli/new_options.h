#pragma once

#include <expected>

#include "cli/options.h"
#include "control/launch.h"

namespace kept::cli {

/// What was asked of `k new`.
struct NewRequest {
    control::LaunchSpec spec;
    bool json = false;
};

/// Reads `k new`'s command line; or the exit code when there is nothing more to do. Touches
/// nothing.
std::expected<NewRequest, int> parse_new(const Verb& verb, Arguments arguments);

/// A number of bytes, with `k`, `M` or `G` (powers of 1024) behind it.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

/// A terminal's size as COLSxROWS, 1x1 to 1000x1000: wider grids cost memory in every session and
/// show nobody more.
std::optional<std::pair<int, int>> parse_size(std::string_view text);

} // namespace kept::cli
