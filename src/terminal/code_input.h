#pragma once

#include <string>
#include <string_view>

#include "profiles/profile.h"

namespace kept::terminal {

/// What to type, Enter included, so that the program of a profile with marks runs exactly this code
/// as one frame. Long code may go through a file in `directory`.
std::string profile_input(const profiles::Profile& profile, std::string_view code,
                          bool bracketed_paste, const std::string& directory);

/// Writes code that is long enough to be worth it into the file in `directory` from which a line
/// editor loads it. False when it has to be typed.
bool put_long_code(std::string_view code, const std::string& directory);

} // namespace kept::terminal
