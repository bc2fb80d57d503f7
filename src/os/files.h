#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "os/errors.h"

namespace kept::os {

/// The content of a file, at most `most` bytes of it; empty when it cannot be read. Follows no
/// symbolic link.
std::string read_file(const std::string& path, std::size_t most);

/// Reads a descriptor to its end, at most `most` bytes.
std::string read_all(int fd, std::size_t most);

/// Writes all bytes to a descriptor.
Result<void> write_all(int fd, std::string_view bytes);

/// Replaces a file (mode 0600) in one step: a reader sees the old content or the new, never half.
Result<void> replace_file(const std::string& path, std::string_view content);

} // namespace kept::os
