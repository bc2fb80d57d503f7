#include "terminal/profile.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "os/files.h"
#include "profiles/catalog.h"
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

namespace {

constexpr std::string_view kNoProfile = "none";
constexpr std::string_view kBash = "bash";

std::string filled_in(std::string text, const control::LaunchSpec& spec,
                      const std::string& directory) {
    base::replace_all(text, "@NONCE@", spec.nonce);
    base::replace_all(text, "@RC@", spec.rc == control::RcChoice::user ? "user" : "clean");
    base::replace_all(text, "@DIR@", directory);
    base::replace_all(text, "@QUOTED_DIR@", base::shell_quoted(directory));
    return text;
}

bool applies(profiles::When when, control::RcChoice rc) {
    return when == profiles::When::always ||
           (when == profiles::When::user) == (rc == control::RcChoice::user);
}

/// Gives a command the arguments, variables and files of its profile.
std::expected<void, std::string> apply(Prepared& prepared, std::size_t program,
                                       const control::LaunchSpec& spec,
                                       const std::string& directory) {
    const profiles::Profile& profile = *prepared.known;
    auto& words = prepared.command.argv;
    const auto after = [&] {
        return words.begin() + static_cast<std::ptrdiff_t>(std::min(program + 1, words.size()));
    };
    words.erase(std::remove_if(after(), words.end(),
                               [&](const std::string& word) {
                                   return std::ranges::any_of(profile.drop, [&](const auto& glob) {
                                       return profiles::glob_matches(glob, word);
                                   });
                               }),
                words.end());
    std::vector<std::string> more;
    for (const auto& [when, word] : profile.arguments) {
        if (applies(when, spec.rc)) {
            more.push_back(filled_in(word, spec, directory));
        }
    }
    words.insert(after(), more.begin(), more.end());
    auto& environment = prepared.command.environment;
    for (const auto& [when, variable] : profile.environment) {
        if (!applies(when, spec.rc)) {
            continue;
        }
        // What it was before is for the profile's script to know, and to put back.
        if (const std::string* before = os::find_variable(environment, variable.first)) {
            os::set_variable(environment, "KEPT_WAS_" + variable.first, std::string(*before));
        }
        os::set_variable(environment, variable.first, filled_in(variable.second, spec, directory));
    }
    for (const auto& [name, source] : profile.files) {
        auto script = profiles::script(profile, source);
        if (!script) {
            return std::unexpected(script.error());
        }
        const std::string path = fmt::format("{}/{}", directory, name);
        if (auto written = os::replace_file(path, filled_in(std::move(*script), spec, directory));
            !written) {
            return std::unexpected(written.error().message());
        }
        prepared.scratch.push_back(path);
    }
    prepared.marked = profile.frame == profiles::Frame::marks;
    return {};
}

/// Finds the profile: the one asked for, or the one that recognises the command.
std::expected<void, std::string> find_profile(Prepared& prepared, std::size_t program,
                                              const control::LaunchSpec& spec) {
    const auto& words = prepared.command.argv;
    const bool is_bash = program < words.size() && base_name(words[program]) == kBash;
    if (!profiles::user_has_profiles() &&
        (spec.use_profile == kBash || (spec.use_profile.empty() && is_bash))) {
        prepared.bash = true;
    } else if (!spec.use_profile.empty()) {
        auto known = profiles::named(spec.use_profile);
        if (!known) {
            return std::unexpected(known.error());
        }
        prepared.known = std::move(*known);
    } else {
        auto known = profiles::recognise(words, program);
        if (!known) {
            return std::unexpected(known.error());
        }
        prepared.known = std::move(*known);
    }
    if (prepared.known && prepared.known->name == kBash && profiles::is_built_in(*prepared.known)) {
        prepared.bash = true; // which its profile says, and no more
        prepared.known.reset();
    }
    return {};
}

} // namespace

std::expected<Prepared, std::string> prepare(const control::LaunchSpec& spec,
                                             const std::string& directory) {
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
    prepared.command.argv = std::move(words);
    const bool wants_marks =
        spec.frame == control::FrameChoice::automatic || spec.frame == control::FrameChoice::marks;
    if (!wants_marks || spec.use_profile == kNoProfile) {
        return prepared;
    }
    const std::size_t at = program_index(prepared.command.argv);
    if (auto found = find_profile(prepared, at, spec); !found) {
        return std::unexpected(found.error());
    }
    if (prepared.bash) {
        prepared.profile = kBash;
        if (auto marked = mark_bash(prepared, at, spec, directory); !marked) {
            return std::unexpected(marked.error().message());
        }
    } else if (prepared.known) {
        prepared.profile = prepared.known->name;
        if (auto applied = apply(prepared, at, spec, directory); !applied) {
            return std::unexpected(applied.error());
        }
    }
    return prepared;
}

} // namespace kept::terminal
