#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace kept::control {

/// The words that stand for an enum's values on the wire, in the order of the values.
template <class Enum, std::size_t N> struct Names {
    std::array<std::pair<Enum, std::string_view>, N> entries;

    [[nodiscard]] constexpr std::string_view of(Enum value) const {
        for (const auto& [candidate, name] : entries) {
            if (candidate == value) {
                return name;
            }
        }
        return {};
    }

    [[nodiscard]] constexpr std::optional<Enum> find(std::string_view name) const {
        for (const auto& [value, candidate] : entries) {
            if (candidate == name) {
                return value;
            }
        }
        return std::nullopt;
    }
};

} // namespace kept::control
