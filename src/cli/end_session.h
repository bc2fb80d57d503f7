#pragma once

#include <expected>

#include "cli/failure.h"
#include "cli/find_session.h"

namespace kept::cli {

/// Ends a session, by force when it does not end when asked, and removes its files. Fine when it is
/// not there.
std::expected<void, Failure> end_session(const Target& target);

} // namespace kept::cli
