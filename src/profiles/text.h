#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "profiles/profile.h"

namespace kept::profiles {

/// Reads a profile's text: `key = value` a line, `#` before a comment line. The error is a whole
/// sentence with FILE:LINE, what is wrong there and what to do. `origin` names the file, `name` is
/// the profile's.
std::expected<Profile, std::string> parse(std::string_view text, std::string name,
                                          std::string origin);

} // namespace kept::profiles
