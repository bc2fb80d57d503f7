#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "control/launch.h"
#include "os/errors.h"
#include "terminal/mark_framer.h"
#include "terminal/profile.h"

namespace kept::terminal {

/// Changes a command that starts an interactive bash (the word at `program`) so that it marks its
/// prompts; leaves one that runs a script or `-c` alone.
os::Result<void> mark_bash(Prepared& prepared, std::size_t program, const control::LaunchSpec& spec,
                           const std::string& directory);

/// What to type at bash's prompt so that it runs exactly this code as one frame. With bracketed
/// paste the code goes as it is; code with control characters, or a line editor without paste, gets
/// it quoted for `eval`. NUL bytes, which no shell can hold, are left out, as bash itself does when
/// it reads a script.
std::string bash_input(std::string_view code, bool bracketed_paste);

/// Has long code taken out of a file in `directory` by integration/bash_load.sh: readline would
/// read it byte by byte.
MarkFramer::Loader bash_loader(std::string directory);

} // namespace kept::terminal
