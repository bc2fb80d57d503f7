#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kept::base {

/// `digits` random lower-case hexadecimal digits from the kernel's generator.
std::string random_hex(std::size_t digits);

/// The name of a new cell: 12 hexadecimal digits.
inline std::string new_cell_id() {
    return random_hex(12);
}

/// True for 12 lower-case hexadecimal digits.
bool is_cell_id(std::string_view text);

/// A session's name: `[A-Za-z0-9_.-]+`, at most 64 bytes, no `..`, and not `.`; so that it is safe
/// as a file name.
bool is_session_name(std::string_view text);

} // namespace kept::base
