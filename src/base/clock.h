#pragma once

#include <cstdint>
#include <string>

namespace kept::base {

inline constexpr std::int64_t kUsPerMs = 1000;

/// Microseconds since the Unix epoch (wall clock).
std::int64_t wall_us();

/// Microseconds of a clock that never goes back.
std::int64_t steady_us();

/// UTC as `2026-01-01T00:00:00.000000+00:00`.
std::string iso_time(std::int64_t wall_us);

} // namespace kept::base
