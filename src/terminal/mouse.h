#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "terminal/keys.h"
#include "vt/modes.h"
#include "vt/types.h"

namespace kept::terminal {

/// What the mouse does, where.
struct MouseAction {
    enum class What { click, press, release, move, drag, scroll };
    What what = What::click;
    int button = 0; ///< 0 left, 1 middle, 2 right; scroll: 64 up, 65 down, 66 left, 67 right
    int times = 1;
    bool placed = false; ///< `at` was given
    vt::Position at;
    vt::Position to; ///< drag
};

/// Reads `click,x,y`, `right,x,y`, `middle,x,y`, `double,x,y`, `press,x,y`, `release,x,y`,
/// `move,x,y`, `drag,x,y,x2,y2` and `scroll,up|down|left|right[,x,y]`, with `*N` behind for
/// repetitions. Columns and rows count from zero at the top left. The error says what is wrong.
std::expected<MouseAction, InputProblem> parse_mouse(std::string_view text);

/// The bytes a terminal of that size would send, or why the program would see nothing of it.
///
/// Source: xterm's ctlseqs, mouse tracking (modes 9, 1000, 1002, 1003 and 1005, 1006, 1015, 1016).
std::expected<std::string, InputProblem> encode_mouse(const MouseAction& action,
                                                      const vt::Modes& modes, vt::Size size);

} // namespace kept::terminal
