#pragma once

#include <string>
#include <vector>

#include "cli/find_session.h"
#include "control/messages.h"

namespace kept::cli {

/// A session, and what it says of itself.
struct Row {
    Known session;
    control::Result<control::StatusInfo> status;
};

/// What each session says of itself. They all work on their answers at the same time.
std::vector<Row> ask_all(const os::Paths& paths, const std::vector<Known>& sessions);

/// What is shown of a session that did not answer.
std::string silence(const Row& row);

/// Cells of a table: lines of as many columns as the first, which is its head; the last column is
/// as wide as it is.
std::vector<std::string> aligned(const std::vector<std::vector<std::string>>& lines);

} // namespace kept::cli
