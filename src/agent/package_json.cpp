#include "agent/package_json.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace kept::agent {

namespace {

/// Project files are written by people; a larger one is not what its name says.
constexpr std::uintmax_t kMaxFileBytes = 4U << 20U;

std::string text_of(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

std::optional<std::string> read_small_file(const std::filesystem::path& file) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error) ||
        std::filesystem::file_size(file, error) > kMaxFileBytes || error) {
        return std::nullopt;
    }
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(stream), {});
}

std::optional<PackageJson> read_package_json(const std::filesystem::path& file) {
    const auto text = read_small_file(file);
    if (!text) {
        return std::nullopt;
    }
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object()) {
        return std::nullopt;
    }
    return PackageJson{text_of(json, "main"), text_of(json, "version")};
}

} // namespace kept::agent
