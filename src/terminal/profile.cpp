#include "terminal/profile.h"

#include <array>

#include "terminal/bash.h"
#include "terminal/command_line.h"

namespace kept::terminal {

os::Environment terminal_environment(const control::LaunchSpec& spec) {
    os::Environment environment = os::current_environment();
    // The caller's terminal is not ours: its size, its kind and its multiplexer do not apply.
    for (const char* name : {"COLUMNS", "LINES", "TERMCAP", "TMUX", "TMUX_PANE", "STY", "WINDOW",
                             "VTE_VERSION", "TERM_PROGRAM", "TERM_PROGRAM_VERSION",
                             "KITTY_WINDOW_ID", "WEZTERM_PANE", "ALACRITTY_WINDOW_ID",
                             "INSIDE_EMACS", "BASH_ENV", "PROMPT_COMMAND", "PS0", "PS1", "PS2"}) {
        os::unset_variable(environment, name);
    }
    os::set_variable(environment, "TERM", "xterm-256color");
    os::set_variable(environment, "COLORTERM", "truecolor");
    // A pager would wait for a key that nobody presses.
    os::set_variable(environment, "PAGER", "cat");
    os::set_variable(environment, "GIT_PAGER", "cat");
    os::set_variable(environment, "K_SESSION", spec.name);
    for (const auto& [name, value] : spec.environment) {
        os::set_variable(environment, name, value);
    }
    return environment;
}

os::Result<Prepared> prepare(const control::LaunchSpec& spec, const std::string& directory) {
    Prepared prepared;
    prepared.command.cwd = spec.cwd;
    prepared.command.environment = terminal_environment(spec);
    std::vector<std::string> words = spec.command;
    if (words.size() == 1 && words.front().find(' ') != std::string::npos) {
        auto simple = split_simple(words.front());
        words =
            simple ? std::move(*simple) : std::vector<std::string>{"/bin/sh", "-c", words.front()};
    }
    const std::size_t program = program_index(words);
    // `env` and `nohup` are programs, `exec` and `command` are not: they mean nothing without a
    // shell.
    while (!words.empty() && (words.front() == "exec" || words.front() == "command") &&
           program > 0 && program < words.size()) {
        words.erase(words.begin());
    }
    prepared.command.argv = words;
    const bool wants_marks =
        spec.frame == control::FrameChoice::automatic || spec.frame == control::FrameChoice::marks;
    const std::size_t at = program_index(words);
    if (wants_marks && at < words.size() && base_name(words[at]) == "bash") {
        prepared.kind = ProgramKind::bash;
        if (auto marked = mark_bash(prepared, at, spec, directory); !marked) {
            return std::unexpected(marked.error());
        }
    }
    return prepared;
}

} // namespace kept::terminal
