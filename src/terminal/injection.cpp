#include "terminal/injection.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "integration/files.h"

namespace kept::terminal {

namespace {

void replace_all(std::string& text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
}

} // namespace

std::string Injection::knock(const vt::Screen& screen) {
    std::string line = " stty -echo; printf '\\033]133;K;n=" + nonce_ +
                       "\\007'; eval \"$(sed /^:." + nonce_ + "/q)\"; stty echo";
    const int cols = std::max(screen.size().cols, 1);
    rows_ = (screen.cursor().col + static_cast<int>(line.size())) / cols + 1;
    return line + "\r";
}

// No mark has these letters: what answers the knock is not to be taken for one (see parse_mark).
Injection::Answer Injection::answer(std::string_view payload) const {
    if (payload == "133;K;n=" + nonce_) {
        return Answer::ready;
    }
    return payload == "133;F;n=" + nonce_ ? Answer::refused : Answer::none;
}

std::string Injection::script() const {
    std::string script(integration::file("inject.sh"));
    std::string bash(integration::file("bash.sh"));
    replace_all(bash, "unset PROMPT_COMMAND\n", "");
    replace_all(bash, "@RC@\n", "");
    replace_all(script, "@BASH@\n", bash);
    replace_all(script, "@ROWS@", std::to_string(rows_));
    replace_all(script, "@NONCE@", nonce_);
    std::string typed;
    for (const std::string_view line : base::split_lines(script)) {
        const std::string_view text = base::trimmed(line);
        if (!text.empty() && !text.starts_with('#')) {
            typed.append(line).append("\n");
        }
    }
    return typed + ": " + nonce_ + "\n"; // sed reads up to this line
}

bool may_be_shell(const Stillness& still, std::string_view prompt) {
    constexpr std::array<std::string_view, 7> kShells{"bash", "sh",  "dash", "ash",
                                                      "zsh",  "ksh", "rbash"};
    if (std::ranges::find(kShells, still.process) != kShells.end()) {
        return true;
    }
    const std::string_view text = base::trimmed(prompt);
    return still.verdict == Stillness::Verdict::unknown && !text.empty() &&
           std::string_view("$#%").find(text.back()) != std::string_view::npos;
}

} // namespace kept::terminal
