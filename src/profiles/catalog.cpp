#include "profiles/catalog.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "integration/files.h"
#include "profiles/text.h"

namespace kept::profiles {

namespace {

constexpr std::string_view kBuiltIn = "built in";
constexpr std::string_view kFolder = "profiles/";
constexpr std::string_view kSuffix = ".profile";
constexpr std::size_t kLongestFile = 256UL * 1024;

/// The whole of a small file; symbolic links are followed, as dotfiles often are some.
std::optional<std::string> content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    std::string text(kLongestFile, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

std::vector<std::string> user_names() {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(user_directory(), error)) {
        std::string name = entry.path().filename().string();
        if (name.ends_with(kSuffix) && name.size() > kSuffix.size() && name.front() != '.') {
            names.push_back(name.substr(0, name.size() - kSuffix.size()));
        }
    }
    std::ranges::sort(names);
    return names;
}

std::vector<std::string> built_in_names() {
    std::vector<std::string> names;
    for (const std::string_view file : integration::names()) {
        if (file.starts_with(kFolder) && file.ends_with(kSuffix)) {
            names.emplace_back(
                file.substr(kFolder.size(), file.size() - kFolder.size() - kSuffix.size()));
        }
    }
    return names;
}

std::expected<Profile, std::string> read_user(const std::string& name) {
    const std::string path = user_directory() + "/" + name + std::string(kSuffix);
    const auto text = content(path);
    if (!text) {
        return std::unexpected(path + ": cannot be read; check its permissions, or remove it");
    }
    return parse(*text, name, path);
}

std::expected<Profile, std::string> read_built_in(const std::string& name) {
    return parse(integration::file(std::string(kFolder) + name + std::string(kSuffix)), name,
                 std::string(kBuiltIn));
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

} // namespace

std::string user_directory() {
    if (const char* base = ::getenv("XDG_CONFIG_HOME"); base != nullptr && *base == '/') {
        return std::string(base) + "/kept/profiles";
    }
    const char* home = ::getenv("HOME");
    return home == nullptr || *home == '\0' ? std::string()
                                            : std::string(home) + "/.config/kept/profiles";
}

bool user_has_profiles() {
    const std::string directory = user_directory();
    return !directory.empty() && ::access(directory.c_str(), F_OK) == 0;
}

std::expected<Profile, std::string> named(std::string_view name) {
    const std::string wanted(name);
    const auto own = user_has_profiles() ? user_names() : std::vector<std::string>();
    if (contains(own, wanted)) {
        return read_user(wanted);
    }
    const auto built_in = built_in_names();
    if (contains(built_in, wanted)) {
        return read_built_in(wanted);
    }
    std::string known;
    for (const auto& list : {built_in, own}) {
        for (const auto& one : list) {
            known.append(known.empty() ? "" : ", ").append(one);
        }
    }
    return std::unexpected("no profile '" + wanted + "'; there are: " + known +
                           ", and none to use no profile");
}

std::expected<std::optional<Profile>, std::string> recognise(const std::vector<std::string>& words,
                                                             std::size_t program) {
    const auto own = user_has_profiles() ? user_names() : std::vector<std::string>();
    std::optional<Profile> found;
    for (const auto& name : own) {
        auto profile = read_user(name); // all are read, so that a broken one never goes unnoticed
        if (!profile) {
            return std::unexpected(profile.error());
        }
        if (!found && recognises(*profile, words, program)) {
            found = std::move(*profile);
        }
    }
    if (found) {
        return found;
    }
    for (const auto& name : built_in_names()) {
        if (contains(own, name)) {
            continue;
        }
        auto profile = read_built_in(name);
        if (!profile) {
            return std::unexpected(profile.error());
        }
        if (recognises(*profile, words, program)) {
            return std::optional(std::move(*profile));
        }
    }
    return std::nullopt;
}

std::expected<std::vector<Profile>, std::string> all() {
    std::vector<std::string> names = built_in_names();
    for (auto& name : user_has_profiles() ? user_names() : std::vector<std::string>()) {
        if (!contains(names, name)) {
            names.push_back(std::move(name));
        }
    }
    std::ranges::sort(names);
    std::vector<Profile> profiles;
    for (const auto& name : names) {
        auto profile = named(name);
        if (!profile) {
            return std::unexpected(profile.error());
        }
        profiles.push_back(std::move(*profile));
    }
    return profiles;
}

bool is_built_in(const Profile& profile) {
    return profile.origin == kBuiltIn;
}

Profile built_in(const std::string& name) {
    return read_built_in(name).value();
}

std::string source(const Profile& profile) {
    if (is_built_in(profile)) {
        return std::string(
            integration::file(std::string(kFolder) + profile.name + std::string(kSuffix)));
    }
    return content(profile.origin).value_or("");
}

std::expected<std::string, std::string> script(const Profile& profile, const std::string& name) {
    if (!is_built_in(profile)) {
        const std::string path = profile.origin.substr(0, profile.origin.rfind('/') + 1) + name;
        if (auto text = content(path)) {
            return *text;
        }
    }
    const std::string_view text = integration::file(name);
    if (text.empty()) {
        return std::unexpected(profile.origin + ": there is no script '" + name +
                               "', neither beside the profile nor built in");
    }
    return std::string(text);
}

} // namespace kept::profiles
