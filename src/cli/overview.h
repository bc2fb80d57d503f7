#pragma once

namespace kept::cli {

/// What `k` alone shows a person: the sessions there are, and what can be done next. Gives the exit
/// code.
int overview();

} // namespace kept::cli
