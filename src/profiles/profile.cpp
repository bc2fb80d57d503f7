#include "profiles/profile.h"

#include <algorithm>
#include <fnmatch.h>

namespace kept::profiles {

namespace {

std::string_view base_name(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool any_matches(const std::vector<std::string>& globs, std::string_view text) {
    return std::ranges::any_of(globs, [&](const auto& glob) { return glob_matches(glob, text); });
}

/// True when a glob matches the program's name, or an option of it, alone or written together with
/// the next word.
bool has_one_of(const std::vector<std::string>& globs, const std::vector<std::string>& words,
                std::size_t program) {
    if (any_matches(globs, base_name(words[program]))) {
        return true;
    }
    for (std::size_t i = program + 1; i < words.size(); ++i) {
        if (words[i].starts_with('-') &&
            (any_matches(globs, words[i]) ||
             (i + 1 < words.size() && any_matches(globs, words[i] + words[i + 1])))) {
            return true;
        }
    }
    return false;
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
    if (!any_matches(profile.commands, base_name(words[program]))) {
        return false;
    }
    if (!profile.with.empty() && !has_one_of(profile.with, words, program)) {
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
