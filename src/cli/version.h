#pragma once

#include "cli/verbs.h"

namespace kept::cli {

/// `--version`; with --json among the words as an object for bug reports and for programs that ask
/// what this one can do. Gives the exit code.
int print_version(Arguments words);

} // namespace kept::cli
