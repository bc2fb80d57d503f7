#include "terminal/injection.h"

#include <algorithm>
#include <array>
#include <re2/re2.h>
#include <utility>

#include "base/text.h"
#include "integration/files.h"

namespace kept::terminal {

namespace {

constexpr std::size_t kLongestName = 16; ///< of a process: comm in proc(5)

/// The part of a start-up script that a running shell is given.
std::string running_part(std::string_view name) {
    std::string_view text = integration::file(name);
    constexpr std::string_view kLine = "# --- ";
    if (const auto at = text.find(kLine); at != std::string_view::npos) {
        text.remove_prefix(at);
    }
    return std::string(text);
}

std::string shell_script(std::string_view profile) {
    std::string script(integration::file("inject.sh"));
    std::string own;
    if (profile == "bash") {
        own = integration::file("bash.sh");
        base::replace_all(own, "unset PROMPT_COMMAND\n", "");
        base::replace_all(own, "@RC@\n", "");
        own.append(integration::file("inject_bash.sh"));
    } else if (profile == "zsh") {
        own = running_part("zsh.zsh");
    } else if (profile == "fish") {
        own = running_part("fish.fish");
    } else if (profile == "sh") {
        own = running_part("sh.sh");
    }
    base::replace_all(script, "@SCRIPT@\n", own);
    std::string typed;
    for (const std::string_view line : base::split_lines(script)) {
        const std::string_view text = base::trimmed(line);
        if (!text.empty() && !text.starts_with('#')) {
            typed.append(line).append("\n");
        }
    }
    return typed;
}

std::string python_script() {
    std::string script(integration::file("inject.py"));
    std::string own(integration::file("python.py"));
    // The environment is its own, and so are its start-up files.
    base::replace_all(own, R"(("PYTHON_BASIC_REPL", "PYTHONSTARTUP"))", "()");
    base::replace_all(own, "@RC@", "user");
    return script + own;
}

} // namespace

std::string Injection::knock(const vt::Screen& screen) {
    std::string line;
    if (program_ == Inner::python) {
        line = R"~(exec("import os,sys\nos.system('stty -echo')\n)~"
               R"~(print('\\33]133;K;s=python;n=@NONCE@\\7',end='',flush=True)\n)~"
               R"~(try:code=''.join(iter(sys.stdin.readline,': @NONCE@\\n'))\n)~"
               R"~(finally:os.system('stty echo')\nexec(compile(code,'<kept>','exec'))",{}))~";
    } else {
        // Only what the shells have in common. The name is that of the parent of `sh`.
        line = R"~( sh -c 'stty -echo;printf "\033]133;K;s=%s;n=@NONCE@\007" )~"
               R"~("$(cat /proc/$PPID/comm||ps -o comm= -p $PPID)"' 2>/dev/null;)~"
               R"~( eval "$(sed '/^:.@NONCE@/q')"; stty echo)~";
    }
    base::replace_all(line, "@NONCE@", nonce_);
    const int cols = std::max(screen.size().cols, 1);
    rows_ = (screen.cursor().col + static_cast<int>(line.size())) / cols + 1;
    return line + "\r";
}

// No mark has this letter: what answers the knock is not to be taken for one (see parse_mark).
std::optional<std::string> Injection::answer(std::string_view payload) const {
    constexpr std::string_view kBegin = "133;K;s=";
    const std::string end = ";n=" + nonce_;
    if (!payload.starts_with(kBegin) || !payload.ends_with(end) ||
        payload.size() < kBegin.size() + end.size()) {
        return std::nullopt;
    }
    std::string_view name =
        payload.substr(kBegin.size(), payload.size() - kBegin.size() - end.size());
    if (const auto slash = name.rfind('/'); slash != std::string_view::npos) {
        name.remove_prefix(slash + 1); // ps of some systems tells the path
    }
    if (name.starts_with('-')) {
        name.remove_prefix(1); // … and of a login shell that it is one
    }
    return std::string(name.substr(0, kLongestName));
}

std::string_view Injection::profile_of(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kKnown{
        {{"bash", "bash"},
         {"rbash", "bash"},
         {"zsh", "zsh"},
         {"fish", "fish"},
         {"sh", "sh"},
         {"dash", "sh"},
         {"ash", "sh"},
         {"busybox", "sh"},
         {"python", "python"},
         {"python3", "python"}}};
    const auto* const found =
        std::ranges::find(kKnown, name, &std::pair<std::string_view, std::string_view>::first);
    return found == kKnown.end() ? std::string_view() : found->second;
}

std::string Injection::script(std::string_view profile) const {
    std::string script = program_ == Inner::python ? python_script() : shell_script(profile);
    base::replace_all(script, "@ROWS@", std::to_string(rows_));
    base::replace_all(script, "@NONCE@", nonce_);
    return script + end_line();
}

Inner inner_program(const Stillness& still, std::string_view prompt) {
    constexpr std::array<std::string_view, 8> kShells{"bash", "sh",  "dash",  "ash",
                                                      "zsh",  "ksh", "rbash", "fish"};
    const std::string_view text = base::trimmed(prompt);
    // What else may show this prompt understands no shell's line either.
    const bool python_prompt = text == ">>>";
    if (std::ranges::find(kShells, still.process) != kShells.end()) {
        return Inner::shell;
    }
    if (still.verdict != Stillness::Verdict::unknown) {
        return python_prompt && still.process.starts_with("python") ? Inner::python : Inner::other;
    }
    if (python_prompt) {
        return Inner::python;
    }
    if (text.empty()) {
        return Inner::other;
    }
    // As fish's own: a prompt that only ends like this may be a database's.
    static const RE2 fish(R"(\w[\w.-]*@[\w.-]+ [~/]\S*>)");
    const bool shell = std::string_view("$#%").find(text.back()) != std::string_view::npos ||
                       RE2::FullMatch(re2::StringPiece(text.data(), text.size()), fish);
    return shell ? Inner::shell : Inner::other;
}

} // namespace kept::terminal
