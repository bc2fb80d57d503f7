#include <algorithm>

#include "mcp/tools.h"

namespace kept::mcp {

namespace {

bool has_nul(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

} // namespace

const Json* ToolArguments::find(const char* name) {
    known_.emplace_back(name);
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

void ToolArguments::wrong(const char* name, const char* what) {
    if (problem_.empty()) {
        problem_ = std::string("argument '") + name + "' " + what;
    }
}

std::string ToolArguments::text(const char* name) {
    auto value = maybe_text(name);
    if (!value) {
        wrong(name, "is missing");
    }
    return std::move(value).value_or(std::string());
}

std::string ToolArguments::content(const char* name) {
    auto value = maybe_content(name);
    if (!value) {
        wrong(name, "is missing");
    }
    return std::move(value).value_or(std::string());
}

std::optional<std::string> ToolArguments::maybe_text(const char* name) {
    auto value = maybe_content(name);
    if (value && has_nul(*value)) {
        wrong(name, "must not have a NUL character in it");
    }
    return value;
}

std::optional<std::string> ToolArguments::maybe_content(const char* name) {
    const Json* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_string()) {
        wrong(name, "must be a string");
        return std::string();
    }
    return value->get<std::string>();
}

std::int64_t ToolArguments::integer(const char* name, std::int64_t fallback, std::int64_t least,
                                    std::int64_t most) {
    const Json* value = find(name);
    if (value == nullptr) {
        return fallback;
    }
    // A client may write 5.0 for 5.
    const bool whole = value->is_number_float() && value->get<double>() >= -9e15 &&
                       value->get<double>() <= 9e15 &&
                       value->get<double>() ==
                           static_cast<double>(static_cast<std::int64_t>(value->get<double>()));
    if (!value->is_number_integer() && !whole) {
        wrong(name, "must be a whole number");
        return fallback;
    }
    const bool huge = value->is_number_unsigned() &&
                      value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
    const std::int64_t number = huge ? INT64_MAX : value->get<std::int64_t>();
    if (number < least || number > most) {
        wrong(name,
              ("must be from " + std::to_string(least) + " to " + std::to_string(most)).c_str());
        return fallback;
    }
    return number;
}

bool ToolArguments::flag(const char* name, bool fallback) {
    const Json* value = find(name);
    if (value == nullptr) {
        return fallback;
    }
    if (!value->is_boolean()) {
        wrong(name, "must be true or false");
        return fallback;
    }
    return value->get<bool>();
}

std::vector<std::pair<std::string, std::string>> ToolArguments::pairs(const char* name) {
    std::vector<std::pair<std::string, std::string>> found;
    const Json* value = find(name);
    if (value == nullptr) {
        return found;
    }
    if (!value->is_object()) {
        wrong(name, "must be an object of strings");
        return found;
    }
    for (const auto& [key, entry] : value->items()) {
        if (!entry.is_string()) {
            wrong(name, "must be an object of strings");
            continue;
        }
        if (has_nul(key) || has_nul(entry.get_ref<const std::string&>())) {
            wrong(name, "must not have a NUL character in it");
        }
        found.emplace_back(key, entry.get<std::string>());
    }
    return found;
}

std::string ToolArguments::problem() const {
    if (!problem_.empty()) {
        return problem_;
    }
    for (const auto& [key, value] : object_.items()) {
        if (std::ranges::find(known_, key) == known_.end()) {
            std::string text = "there is no argument '" + key + "'; there are:";
            for (const std::string& name : known_) {
                text += " " + name;
            }
            return text;
        }
    }
    return {};
}

} // namespace kept::mcp
