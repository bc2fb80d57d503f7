#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace kept::cli {

/// The words of a line as a shell would split them: blanks separate, '…' is taken as it is, in "…"
/// and outside a backslash takes the next character as it is. Nothing else has a meaning. At least
/// one word; the error says what is wrong.
std::expected<std::vector<std::string>, std::string> split_words(std::string_view line);

} // namespace kept::cli
