#pragma once

#include <string>
#include <string_view>

#include "profiles/profile.h"

namespace kept::terminal {

/// What to type, Enter included, so that the program of a profile with marks runs exactly this code
/// as one frame. Long code may go through a file in `directory`.
std::string profile_input(const profiles::Profile& profile, std::string_view code,
                          bool bracketed_paste, const std::string& directory);

} // namespace kept::terminal
