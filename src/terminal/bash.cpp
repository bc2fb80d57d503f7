#include "terminal/bash.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.h"
#include "integration/files.h"
#include "os/files.h"
#include "terminal/code_input.h"

namespace kept::terminal {

namespace {

/// How a bash command line asks to be started.
struct BashOptions {
    bool interactive = true; ///< false: it runs a script or -c
    bool login = false;
    bool no_rc = false;
    std::string rc_file;
    std::size_t rc_word = 0; ///< where `--rcfile` stands, 0 for nowhere
    bool plain = true;       ///< nothing about start-up files was asked for
};

/// bash(1), OPTIONS: long options come first; `-c` and the first other word end them.
BashOptions read_options(const std::vector<std::string>& words, std::size_t program) {
    BashOptions options;
    for (std::size_t i = program + 1; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "--rcfile" || word == "--init-file") {
            options.plain = false;
            options.rc_word = i;
            if (i + 1 < words.size()) {
                options.rc_file = words[++i];
            }
        } else if (word == "--norc") {
            options.plain = false;
            options.no_rc = true;
        } else if (word == "--login") {
            options.plain = false;
            options.login = true;
        } else if (word == "--noprofile") {
            options.plain = false;
        } else if (word == "-O" || word == "+O" || word == "-o" || word == "+o") {
            ++i;
        } else if (word == "-" || word == "--") {
            options.interactive = i + 1 >= words.size();
            break;
        } else if (word.starts_with("--")) {
            continue;
        } else if (word.starts_with('-') || word.starts_with('+')) {
            if (word.find('c') != std::string::npos) {
                options.interactive = false;
                break;
            }
            if (word.find('l') != std::string::npos) {
                options.plain = false;
                options.login = true;
            }
        } else {
            options.interactive = false; // a script
            break;
        }
    }
    return options;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
}

std::string rc_lines(const BashOptions& options, const control::LaunchSpec& spec) {
    if (!options.rc_file.empty()) {
        const std::string file = base::shell_quoted(options.rc_file);
        return "[ -r " + file + " ] && . " + file;
    }
    if (options.plain && spec.rc == control::RcChoice::user) {
        return "[ -r ~/.bashrc ] && . ~/.bashrc";
    }
    if (options.plain) {
        return "PS1='\\w\\$ '\nunset HISTFILE MAILCHECK TMOUT";
    }
    return {};
}

} // namespace

os::Result<void> mark_bash(Prepared& prepared, std::size_t program, const control::LaunchSpec& spec,
                           const std::string& directory) {
    auto& words = prepared.command.argv;
    const BashOptions options = read_options(words, program);
    if (!options.interactive) {
        return {};
    }
    std::string script(integration::file("bash.sh"));
    std::string load(integration::file("bash_load.sh"));
    replace_all(load, "@DIR@", base::shell_quoted(directory));
    script += load;
    replace_all(script, "@NONCE@", spec.nonce);
    replace_all(script, "@RC@", rc_lines(options, spec));
    const std::string path = directory + "/init.bash";
    if (auto written = os::replace_file(path, script); !written) {
        return written;
    }
    prepared.scratch.push_back(path);
    const auto insert = [&](std::vector<std::string> more) {
        words.insert(words.begin() + static_cast<std::ptrdiff_t>(program) + 1, more.begin(),
                     more.end());
    };
    const bool as_rc_file = !options.rc_file.empty() && !options.login;
    if (as_rc_file) {
        words[options.rc_word + 1] = path;
    } else if (options.plain && spec.rc == control::RcChoice::user) {
        insert({"--rcfile", path});
    } else {
        // The first prompt runs this, whatever start-up files bash has read before.
        os::set_variable(prepared.command.environment, "PROMPT_COMMAND",
                         ". " + base::shell_quoted(path));
        if (options.plain) {
            insert({"--noprofile", "--norc"});
        }
    }
    prepared.marked = true;
    return {};
}

MarkFramer::Loader bash_loader(std::string directory) {
    return [directory = std::move(directory)](std::string_view code) {
        constexpr std::string_view kKeys = "\x18\x1d"; // as integration/bash_load.sh binds them
        return put_long_code(code, directory) ? std::string(kKeys) : std::string();
    };
}

std::string bash_input(std::string_view code, bool bracketed_paste) {
    const bool plain = std::ranges::none_of(code, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    });
    if (bracketed_paste && plain) {
        return "\x1b[200~" + std::string(code) + "\x1b[201~\r";
    }
    std::string quoted = " eval $'";
    for (const char c : code) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte == 0) {
            continue;
        }
        if (c == '\'' || c == '\\') {
            quoted.push_back('\\');
            quoted.push_back(c);
        } else if (byte < 0x20 || byte == 0x7f) {
            std::array<char, 8> octal{};
            std::snprintf(octal.data(), octal.size(), "\\%03o", static_cast<unsigned>(byte));
            quoted.append(octal.data());
        } else {
            quoted.push_back(c);
        }
    }
    quoted += "'\r";
    return quoted;
}

} // namespace kept::terminal
