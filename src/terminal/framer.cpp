#include "terminal/framer.h"

#include <algorithm>
#include <array>

#include "terminal/prompt.h"

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
    if (screen.alternate()) {
        return InputKind::screen;
    }
    if (still.mode.canonical && still.mode.echo && !still.own &&
        reads_cooked_lines(still.process) && looks_like_prompt(screen.text_before_cursor())) {
        return InputKind::repl;
    }
    if (still.mode.canonical) {
        return still.mode.echo ? InputKind::line : InputKind::password;
    }
    if (screen.bracketed_paste() ||
        (!still.own && looks_like_prompt(screen.text_before_cursor()))) {
        return InputKind::repl;
    }
    return InputKind::key;
}

} // namespace kept::terminal
