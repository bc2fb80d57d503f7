#include "profiles/profile.h"

#include <algorithm>
#include <fnmatch.h>

namespace kept::profiles {

namespace {

bool any_matches(const std::vector<std::string>& globs, std::string_view text) {
    return std::ranges::any_of(globs, [&](const auto& glob) { return glob_matches(glob, text); });
}

} // namespace

bool glob_matches(std::string_view glob, std::string_view text) {
    return ::fnmatch(std::string(glob).c_str(), std::string(text).c_str(), 0) == 0;
}

bool recognises(const Profile& profile, const std::vector<std::string>& words,
                std::size_t program) {
    if (program >= words.size()) {
        return false;
    }
    const std::string& path = words[program];
    const auto slash = path.rfind('/');
    if (!any_matches(profile.commands,
                     slash == std::string::npos ? path : path.substr(slash + 1))) {
        return false;
    }
    bool options = true;
    for (std::size_t i = program + 1; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (any_matches(profile.not_with, word)) {
            return false;
        }
        if (options && word == "--") {
            options = false;
        } else if (options && word.size() > 1 && (word[0] == '-' || word[0] == '+')) {
            i += any_matches(profile.value_options, word) ? 1U : 0U;
        } else if (!profile.words) {
            return false;
        }
    }
    return true;
}

} // namespace kept::profiles
