#pragma once

#include <string>

#include "os/errors.h"

namespace kept::os {

/// Tries out what telling waiting from working rests on: a child of ours reads a terminal of its
/// own, and /proc has to show that. Fails as `unavailable` when no terminal or child can be had.
/// Takes a second at most, which is when it does not work.
Result<bool> waiting_is_visible();

/// A number that the kernel shows in a file of /proc, or `otherwise`.
long kernel_number(const std::string& path, long otherwise);

} // namespace kept::os
