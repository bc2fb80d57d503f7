#pragma once

#include <optional>
#include <string>

#include "cli/failure.h"
#include "cli/picture.h"

namespace kept::cli {

/// Writes a file; gives what went wrong.
std::optional<Failure> write_file(const std::string& path, const std::string& bytes);

/// The file of kept-png, beside this program or in $PATH; empty when there is none.
std::string png_program();

/// Has kept-png write the picture, which is looked for beside this program and then in $PATH; gives
/// what went wrong, also when it is not installed.
std::optional<Failure> write_png(const std::string& path, const Picture& picture);

} // namespace kept::cli
