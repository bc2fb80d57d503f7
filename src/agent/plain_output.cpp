#include <nlohmann/json.hpp>

#include "agent/decode.h"

namespace kept::agent {

std::string plain_output(std::string_view output) {
    if (output.size() >= 2 && output.front() == '"' && output.back() == '"') {
        const auto value = nlohmann::json::parse(output, nullptr, false);
        if (value.is_string()) {
            return value.get<std::string>();
        }
    }
    return std::string(output);
}

} // namespace kept::agent
