#include "terminal/framer.h"

#include "base/text.h"

namespace kept::terminal {

bool looks_like_prompt(std::string_view text_before_cursor) {
    const std::string_view text = base::trimmed(text_before_cursor);
    if (text.empty()) {
        return false;
    }
    constexpr std::string_view kEnds = "$#%>)]:";
    return kEnds.find(text.back()) != std::string_view::npos || text.ends_with("❯") ||
           text.ends_with("»") || text.ends_with("λ");
}

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
