#include "os/paths.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ids.h"

namespace kept::os {

namespace {

std::string absolute(const std::string& path) {
    std::error_code ignored;
    const auto full = std::filesystem::absolute(path, ignored);
    std::string text = ignored ? path : full.lexically_normal().string();
    while (text.size() > 1 && text.ends_with('/')) {
        text.pop_back(); // lstat(2) would follow a symbolic link before a final slash
    }
    return text;
}

std::string runtime_directory() {
    if (auto chosen = environment("KEPT_DIR"); !chosen.empty()) {
        return absolute(chosen);
    }
    if (auto base = environment("XDG_RUNTIME_DIR"); !base.empty()) {
        return base + "/kept";
    }
    return "/tmp/kept-" + std::to_string(::geteuid());
}

std::string state_directory() {
    if (auto chosen = environment("KEPT_STATE"); !chosen.empty()) {
        return absolute(chosen);
    }
    if (auto base = environment("XDG_STATE_HOME"); !base.empty()) {
        return base + "/kept";
    }
    auto home = environment("HOME");
    // Without a home the journal goes beside the sockets: private, and gone with a reboot.
    return home.empty() ? runtime_directory() + "/state" : home + "/.local/state/kept";
}

Result<void> make_parents(const std::string& path) {
    for (std::size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
        const std::string part = path.substr(0, at);
        if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
            return base::fail_sys(OsErrc::unavailable, errno, "cannot create " + part);
        }
    }
    return {};
}

} // namespace

std::string environment(const char* name) {
    const char* value = ::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

Result<void> make_private_directory(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) == 0) {
        return {};
    }
    if (errno == ENOENT) {
        if (auto made = make_parents(path); !made) {
            return made;
        }
        if (::mkdir(path.c_str(), 0700) == 0) {
            return {};
        }
    }
    if (errno != EEXIST) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot create " + path);
    }
    return check_private_directory(path);
}

Result<void> check_private_directory(const std::string& path) {
    struct stat info{};
    if (::lstat(path.c_str(), &info) != 0) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot look at " + path);
    }
    if (S_ISLNK(info.st_mode)) {
        return base::fail(OsErrc::insecure,
                          path + " is a symbolic link; remove it, or set KEPT_DIR and "
                                 "KEPT_STATE to directories of your own");
    }
    if (!S_ISDIR(info.st_mode)) {
        return base::fail(OsErrc::insecure, path + " is not a directory; remove it");
    }
    if (info.st_uid != ::geteuid()) {
        return base::fail(OsErrc::not_ours, path + " belongs to uid " +
                                                std::to_string(info.st_uid) +
                                                "; set KEPT_DIR and KEPT_STATE to directories of "
                                                "your own");
    }
    if ((info.st_mode & 077U) != 0) {
        return base::fail(OsErrc::insecure,
                          path + " is open to other users; run: chmod 700 " + path);
    }
    return {};
}

Paths Paths::named() {
    Paths paths;
    paths.runtime_ = runtime_directory();
    paths.state_ = state_directory();
    return paths;
}

Result<Paths> Paths::open() {
    Paths paths = named();
    for (const auto* directory : {&paths.runtime_, &paths.state_}) {
        if (auto made = make_private_directory(*directory); !made) {
            return std::unexpected(made.error());
        }
    }
    return paths;
}

std::string Paths::socket(std::string_view session) const {
    return runtime_ + '/' + std::string(session) + ".sock";
}

std::string Paths::lock(std::string_view session) const {
    return runtime_ + '/' + std::string(session) + ".lock";
}

std::string Paths::journal(std::string_view session) const {
    return state_ + '/' + std::string(session);
}

std::vector<std::string> Paths::sessions() const {
    std::vector<std::string> names;
    std::error_code error;
    for (auto entry = std::filesystem::directory_iterator(state_, error);
         !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        auto name = entry->path().filename().string();
        if (base::is_session_name(name)) {
            names.push_back(std::move(name));
        }
    }
    std::ranges::sort(names);
    return names;
}

void remove_directory(const std::string& path) {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

} // namespace kept::os
