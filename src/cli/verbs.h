#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kept::cli {

/// How long `k run` waits, and the step of a batch.
inline constexpr std::int64_t kRunTimeoutS = 30;

/// The exit code of what was not over in time, as timeout(1) has it.
inline constexpr int kTimeoutCode = 124;

using Arguments = std::span<const std::string>;

/// One command of `k`. A verb with an empty `about` is an alias, or hidden.
struct Verb {
    std::string_view name;
    std::string_view arguments; ///< what the usage shows behind the name
    std::string_view about;     ///< one line
    std::string_view group;
    int (*run)(const Verb& verb, Arguments arguments); ///< gives the exit code
};

std::span<const Verb> verbs();

/// The verb of that exact name, or nullptr.
const Verb* find_verb(std::string_view name);

/// The known verb most like a mistyped one; empty when none is near.
std::string_view nearest_verb(std::string_view typed);

/// The text of `k --help`.
std::string usage();

} // namespace kept::cli
