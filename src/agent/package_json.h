#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace kept::agent {

/// What is read from a package.json.
struct PackageJson {
    std::string main;
    std::string version;
};

/// The file's contents, or nothing when it cannot be read or is no JSON object.
std::optional<PackageJson> read_package_json(const std::filesystem::path& file);

/// A whole file of at most 4 MiB, or nothing.
std::optional<std::string> read_small_file(const std::filesystem::path& file);

} // namespace kept::agent
