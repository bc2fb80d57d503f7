#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/profile.h"

namespace kept::profiles {

/// Where a user's own profiles are: `$XDG_CONFIG_HOME/kept/profiles`, or `~/.config/kept/profiles`;
/// empty without a home.
std::string user_directory();

/// The profile of that name: the user's, else the built-in one. Errors are sentences for a person:
/// there is none of that name (with those that there are), or it is broken.
std::expected<Profile, std::string> named(std::string_view name);

/// The built-in profile of that name, whatever the user has; there has to be one.
Profile built_in(const std::string& name);

/// The profile that recognises this command (`program` is the index of the program's word): first
/// the user's in the order of their names, then the built-in ones. A broken one of the user's is an
/// error.
std::expected<std::optional<Profile>, std::string> recognise(const std::vector<std::string>& words,
                                                             std::size_t program);

/// All profiles, the user's in place of built-in ones of the same name; sorted by name.
std::expected<std::vector<Profile>, std::string> all();

/// True when the user has profiles at all: if not, a program's own profile can be taken unread.
bool user_has_profiles();

/// False for one of the user's.
bool is_built_in(const Profile& profile);

/// The text that a profile was read from.
std::string source(const Profile& profile);

/// The text of a script that `profile` names: a file beside it, or a built-in one.
std::expected<std::string, std::string> script(const Profile& profile, const std::string& name);

} // namespace kept::profiles
