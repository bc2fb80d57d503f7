#include "base/clock.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace kept::base {

namespace {
std::int64_t read_us(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
}
} // namespace

std::int64_t wall_us() {
    return read_us(CLOCK_REALTIME);
}

std::int64_t steady_us() {
    return read_us(CLOCK_MONOTONIC);
}

std::string iso_time(std::int64_t wall_us) {
    const std::time_t seconds = wall_us / 1'000'000;
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 64> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%06d+00:00",
                      utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                      utc.tm_sec, static_cast<int>(wall_us % 1'000'000));
    return {text.data(), static_cast<std::size_t>(length)};
}

} // namespace kept::base
