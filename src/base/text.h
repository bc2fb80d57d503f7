#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kept::base {

/// True when every byte belongs to well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view bytes);

/// The same text with each maximal ill-formed part replaced by U+FFFD.
std::string to_utf8(std::string_view bytes);

/// Length of the longest prefix that does not end inside a UTF-8 sequence; the rest (at most 3
/// bytes) may become whole when more arrives.
std::size_t complete_utf8_prefix(std::string_view bytes);

/// At most `characters` code points of `text`, never a split sequence.
std::string_view utf8_prefix(std::string_view text, std::size_t characters);

/// A string as Python's repr() shows it: single quotes, double ones when the text has only single
/// quotes.
std::string quoted(std::string_view text);

/// The text as one word for a POSIX shell.
std::string shell_quoted(std::string_view text);

/// Without leading and trailing ASCII white space.
std::string_view trimmed(std::string_view text);

/// A whole decimal number within the range, nothing before or after it.
std::optional<std::int64_t> parse_integer(std::string_view text, std::int64_t least,
                                          std::int64_t most);

std::vector<std::string_view> split_lines(std::string_view text);

/// Cuts off and returns what stands before the next `separator`; the whole rest if there is none.
std::string_view cut_field(std::string_view& rest, char separator);

/// Every `what`, from left to right, becomes `with`, in which nothing is looked for again.
void replace_all(std::string& text, std::string_view what, std::string_view with);

/// An ASCII digit, whatever the locale.
constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Bytes as base64 (RFC 4648).
std::string base64(std::string_view bytes);

} // namespace kept::base
