#include "terminal/framer.h"

#include <algorithm>
#include <array>

#include "terminal/asking.h"
#include "terminal/menu.h"

namespace kept::terminal {

namespace {
/// Interpreters that have no line editor of their own, so that their prompt looks like a question.
bool reads_cooked_lines(std::string_view process) {
    constexpr std::array<std::string_view, 7> kNames{"sh",    "dash",  "ash", "busybox",
                                                     "tclsh", "guile", "perl"};
    return std::ranges::find(kNames, process) != kNames.end();
}
} // namespace

control::InputKind input_kind(const Stillness& still, const vt::Screen& screen) {
    using control::InputKind;
    if (still.verdict == Stillness::Verdict::stopped) {
        return InputKind::stopped;
    }
    // Of one that may not be looked into, the line discipline is perhaps not its own (ssh, sudo).
    const bool seen = still.verdict != Stillness::Verdict::unknown;
    const std::string before = screen.text_before_cursor();
    if (screen.alternate()) {
        return InputKind::screen;
    }
    if (still.mode.canonical && still.mode.echo && !still.own &&
        reads_cooked_lines(still.process) && interpreter_prompt(before)) {
        return InputKind::repl;
    }
    if (still.mode.canonical && !(interpreter_prompt(before) && !seen && still.mode.echo)) {
        return still.mode.echo ? InputKind::line : InputKind::password;
    }
    if (!seen && menu_shown(screen)) {
        return InputKind::key;
    }
    if (screen.bracketed_paste()) {
        return InputKind::repl;
    }
    if (full_screen(screen)) {
        return InputKind::screen;
    }
    if (!still.own && interpreter_prompt(before)) {
        return InputKind::repl;
    }
    return seen ? InputKind::key : InputKind::line;
}

bool full_screen(const vt::Screen& screen) {
    if (screen.alternate() || (screen.application_cursor() && !screen.cursor_visible())) {
        return true;
    }
    for (int row = screen.cursor().row + 1; row < screen.size().rows; ++row) {
        if (!screen.row_text(row).empty()) {
            return true;
        }
    }
    return false;
}

control::Evidence evidence_of(const Stillness& still) {
    return still.verdict == Stillness::Verdict::unknown ? control::Evidence::quiet
                                                        : control::Evidence::kernel;
}

} // namespace kept::terminal
