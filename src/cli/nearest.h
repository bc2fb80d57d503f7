#pragma once

#include <span>
#include <string_view>

namespace kept::cli {

/// The known word most like a mistyped one, whatever the case of its letters; empty when none is
/// near, or when it is that word.
std::string_view nearest(std::string_view typed, std::span<const std::string_view> known);

} // namespace kept::cli
