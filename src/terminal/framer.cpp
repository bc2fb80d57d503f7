#include "terminal/framer.h"

#include "terminal/prompt.h"

namespace kept::terminal {

control::InputKind input_kind(const Stillness& still, const vt::Screen& screen) {
    using control::InputKind;
    if (screen.alternate()) {
        return InputKind::screen;
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
