#pragma once

#include <string>
#include <string_view>

namespace kept::control {

// What a person's terminal is sent around an attachment. The client enters and leaves by itself, so
// that leaving needs no daemon; a daemon sends nothing that leaving does not undo. Sources: XTerm
// Control Sequences (ctlseqs), the kitty keyboard protocol.

/// Every mode that a daemon may have set, as a fresh terminal has it; margins, tab stops, styles,
/// character sets and the cursor too.
inline constexpr std::string_view kFreshTerminal =
    "\x1b[0m\x1b]8;;\x1b\\\x0f\x1b(B\x1b)B\x1b*B\x1b+B\x1b[?5W\x1b[4l\x1b[20l\x1b[?1l\x1b[?5l"
    "\x1b[?6l\x1b[?7h\x1b[?45l\x1b[?69l\x1b[r\x1b[0\"q\x1b[?25h\x1b[0 "
    "q\x1b>\x1b[?9l\x1b[?1000l\x1b[?1002l"
    "\x1b[?1003l\x1b[?1004l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?2004l";

/// The alternate screen, an entry of our own on its keyboard stack, and the title kept.
inline constexpr std::string_view kEnterTerminal = "\x1b[?1049h\x1b[22;0t\x1b[>0u";

/// Ends whatever was cut (CAN, ST, synchronized output) and undoes all the rest.
inline std::string leave_terminal() {
    return "\x18\x1b\\\x1b[?2026l" + std::string(kFreshTerminal) +
           "\x1b[>4m\x1b[<u\x1b[23;0t\x1b[?1049l";
}

} // namespace kept::control
