#pragma once

#include "vt/screen.h"

namespace kept::terminal {

/// True when what stands at the cursor, or ends just above it, is a question as the libraries for
/// prompts draw it: a title behind `?` with a pointer at one of the choices below it, or one behind
/// `◆`. Where the cursor is then says nothing. An answered one has another mark, or no pointer.
bool menu_shown(const vt::Screen& screen);

} // namespace kept::terminal
