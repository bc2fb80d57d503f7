#pragma once

#include <string>
#include <vector>

#include "control/cell_info.h"
#include "session/output_log.h"

namespace kept::terminal {

/// 1 when one of the patterns (RE2, `^` and `$` at every line) is found in the output as a person
/// reads it, else 0. Looks at the first 64 KiB.
int exit_code_by_output(session::OutputLog& log, const std::vector<control::Range>& pieces,
                        const std::vector<std::string>& patterns);

} // namespace kept::terminal
