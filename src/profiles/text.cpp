#include "profiles/text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <re2/re2.h>

#include "base/text.h"

namespace kept::profiles {

namespace {

constexpr std::size_t kLongestLine = 4096;
constexpr std::size_t kMostLines = 1000;

using Problem = std::optional<std::string>; ///< what is wrong, and what to do

std::vector<std::string> words_of(std::string_view value) {
    std::vector<std::string> words;
    std::size_t at = 0;
    while ((at = value.find_first_not_of(" \t", at)) != std::string_view::npos) {
        const std::size_t end = std::min(value.find_first_of(" \t", at), value.size());
        words.emplace_back(value.substr(at, end - at));
        at = end;
    }
    return words;
}

Problem append_words(std::vector<std::string>& to, std::string_view value) {
    auto words = words_of(value);
    to.insert(to.end(), words.begin(), words.end());
    return std::nullopt;
}

Problem set_yes_no(bool& to, std::string_view value) {
    if (value != "yes" && value != "no") {
        return "the value is yes or no";
    }
    to = value == "yes";
    return std::nullopt;
}

/// A word out of a few; the problem lists them.
template <class T, std::size_t N>
Problem set_choice(T& to, std::string_view value,
                   const std::array<std::pair<std::string_view, T>, N>& choices) {
    std::string known;
    for (const auto& [word, choice] : choices) {
        if (word == value) {
            to = choice;
            return std::nullopt;
        }
        known.append(known.empty() ? "" : ", ").append(word);
    }
    return "'" + std::string(value) + "' is none of " + known;
}

/// A value in double quotes keeps the spaces at its ends.
std::string unquoted(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
    }
    return std::string(value);
}

/// Keys as `^X^]`: a caret and a character are that control character.
Problem set_keys(std::string& to, std::string_view value) {
    for (std::size_t i = 0; i < value.size(); ++i) {
        const bool control = value[i] == '^' && i + 1 < value.size();
        const char key = control ? value[++i] : value[i];
        if (control && (key < '@' || key > '_')) {
            return "write control characters as ^@ to ^_";
        }
        to.push_back(control ? static_cast<char>(key - '@') : key);
    }
    return std::nullopt;
}

Problem set_environment(Profile& profile, When when, std::string_view value) {
    const auto equals = value.find('=');
    const std::string_view name = base::trimmed(value.substr(0, equals));
    if (equals == std::string_view::npos || name.empty() ||
        name.find_first_of(" \t") != std::string_view::npos) {
        return "write environment = NAME=VALUE";
    }
    profile.environment.push_back(
        {when, {std::string(name), std::string(value.substr(equals + 1))}});
    return std::nullopt;
}

Problem set_file(Profile& profile, std::string_view value) {
    auto words = words_of(value);
    const auto plain = [](const std::string& word) {
        return word.find('/') == std::string::npos && word != "." && word != "..";
    };
    if (words.size() != 2 || !plain(words[0]) || words[1].find("..") != std::string::npos ||
        words[1].starts_with('/')) {
        return "write file = NAME SCRIPT: a name in the session's directory, and a script that "
               "lies "
               "beside the profile or is built in";
    }
    if (words[0] == "session.json" || words[0].starts_with("output.log") ||
        words[0].starts_with("events.ndjson")) {
        return "'" + words[0] + "' is the session's own; choose another name";
    }
    profile.files.emplace_back(std::move(words[0]), std::move(words[1]));
    return std::nullopt;
}

Problem no_pattern(std::string_view value) {
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 pattern(std::string(value), options);
    if (!pattern.ok()) {
        return "no regular expression (RE2): " + pattern.error();
    }
    return std::nullopt;
}

Problem set_pattern(std::string& to, std::string_view value) {
    to = unquoted(value);
    return no_pattern(to);
}

Problem set_error(Profile& profile, std::string_view value) {
    profile.errors.emplace_back(value);
    return no_pattern(value);
}

Problem set(Profile& profile, std::string_view key, When when, std::string_view value) {
    if (when != When::always && key != "arguments" && key != "argument" && key != "environment") {
        return "only argument, arguments and environment can differ by .clean and .user";
    }
    if (key == "about") {
        profile.about = value;
    } else if (key == "command") {
        return append_words(profile.commands, value);
    } else if (key == "value-options") {
        return append_words(profile.value_options, value);
    } else if (key == "not-with") {
        return append_words(profile.not_with, value);
    } else if (key == "with") {
        return append_words(profile.with, value);
    } else if (key == "words") {
        return set_yes_no(profile.words, value);
    } else if (key == "arguments") {
        for (auto& word : words_of(value)) {
            profile.arguments.push_back({when, std::move(word)});
        }
    } else if (key == "argument") {
        profile.arguments.push_back({when, unquoted(value)});
    } else if (key == "drop") {
        return append_words(profile.drop, value);
    } else if (key == "environment") {
        return set_environment(profile, when, value);
    } else if (key == "file") {
        return set_file(profile, value);
    } else if (key == "frame") {
        return set_choice(profile.frame, value,
                          std::array{std::pair(std::string_view("marks"), Frame::marks),
                                     std::pair(std::string_view("prompt"), Frame::prompt),
                                     std::pair(std::string_view("quiet"), Frame::quiet)});
    } else if (key == "line-editor") {
        return set_yes_no(profile.line_editor, value);
    } else if (key == "prompt") {
        profile.prompt = unquoted(value);
    } else if (key == "continuation") {
        profile.continuation = unquoted(value);
    } else if (key == "prompt-pattern") {
        return set_pattern(profile.prompt_pattern, value);
    } else if (key == "continuation-pattern") {
        return set_pattern(profile.continuation_pattern, value);
    } else if (key == "blank-before-prompt") {
        return set_yes_no(profile.blank_before_prompt, value);
    } else if (key == "hand-over") {
        return set_choice(profile.hand_over, value,
                          std::array{std::pair(std::string_view("paste"), HandOver::paste),
                                     std::pair(std::string_view("call"), HandOver::call),
                                     std::pair(std::string_view("lines"), HandOver::lines)});
    } else if (key == "call") {
        profile.call = unquoted(value);
    } else if (key == "long-call") {
        profile.long_call = unquoted(value);
    } else if (key == "load-keys") {
        return set_keys(profile.load_keys, value);
    } else if (key == "quote") {
        return set_choice(profile.quote, value,
                          std::array{std::pair(std::string_view("string"), Quote::string),
                                     std::pair(std::string_view("ansi"), Quote::ansi),
                                     std::pair(std::string_view("shell"), Quote::shell),
                                     std::pair(std::string_view("fish"), Quote::fish)});
    } else if (key == "error") {
        return set_error(profile, value);
    } else if (key == "quit") {
        profile.quit = unquoted(value);
    } else if (key == "reset") {
        profile.reset = unquoted(value);
    } else {
        return "'" + std::string(key) + "' is no setting; see docs/profiles.md";
    }
    return std::nullopt;
}

/// What does not fit together.
Problem contradiction(const Profile& profile) {
    const bool has_code = profile.call.find("@CODE@") != std::string::npos;
    if (profile.commands.empty()) {
        return "no command: add command = NAME, the program that it is for";
    }
    const bool has_prompt = !profile.prompt.empty() || !profile.prompt_pattern.empty();
    if (profile.frame == Frame::prompt && !has_prompt) {
        return "frame = prompt needs the prompt: add prompt = TEXT, or prompt-pattern = REGEX";
    }
    if (!profile.prompt.empty() && !profile.prompt_pattern.empty()) {
        return "prompt and prompt-pattern exclude each other: remove one";
    }
    if (profile.frame != Frame::prompt && has_prompt) {
        return "a prompt is used by frame = prompt alone: add that, or remove the prompt";
    }
    if (!profile.call.empty() && !has_code) {
        return "call has no @CODE@ in it: write it where the code is to stand";
    }
    if (!profile.long_call.empty() && profile.long_call.find("@FILE@") == std::string::npos) {
        return "long-call has no @FILE@ in it: write it where the file's name is to stand";
    }
    if (!profile.load_keys.empty() && profile.hand_over != HandOver::paste) {
        return "load-keys are for a line editor that takes pastes: add hand-over = paste";
    }
    if (profile.hand_over != HandOver::lines && !has_code) {
        return "this hand-over needs a call: add call = TEXT with @CODE@ in it";
    }
    if ((profile.frame == Frame::marks) == (profile.hand_over == HandOver::lines)) {
        return profile.frame == Frame::marks
                   ? "frame = marks needs the code whole: set hand-over = paste or call"
                   : "only frame = marks takes code whole: set hand-over = lines";
    }
    return std::nullopt;
}

} // namespace

std::expected<Profile, std::string> parse(std::string_view text, std::string name,
                                          std::string origin) {
    Profile profile;
    profile.name = std::move(name);
    profile.origin = std::move(origin);
    std::size_t number = 0;
    std::size_t last = 1; ///< that says something
    const auto problem_at = [&](std::size_t line, const std::string& what) {
        return std::unexpected(profile.origin + ":" + std::to_string(line) + ": " + what);
    };
    for (const std::string_view whole : base::split_lines(text)) {
        ++number;
        if (number > kMostLines || whole.size() > kLongestLine) {
            return problem_at(number, "too long for a profile (1,000 lines of 4,096 bytes)");
        }
        const std::string_view line = base::trimmed(whole);
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        last = number;
        if (!base::is_utf8(line) || line.find('\0') != std::string_view::npos) {
            return problem_at(number, "the line is no text in UTF-8; save the file as such");
        }
        const auto equals = line.find('=');
        if (equals == std::string_view::npos) {
            return problem_at(number,
                              "no '=' in the line; write KEY = VALUE, or # before a comment");
        }
        std::string_view key = base::trimmed(line.substr(0, equals));
        When when = When::always;
        for (const auto& [suffix, meaning] : {std::pair(std::string_view(".clean"), When::clean),
                                              std::pair(std::string_view(".user"), When::user)}) {
            if (key.ends_with(suffix)) {
                key.remove_suffix(suffix.size());
                when = meaning;
                break;
            }
        }
        const std::string_view value = base::trimmed(line.substr(equals + 1));
        if (value.empty()) {
            return problem_at(number, "no value; write KEY = VALUE, or remove the line");
        }
        if (const auto problem = set(profile, key, when, value)) {
            return problem_at(number, std::string(key) + ": " + *problem);
        }
    }
    if (const auto problem = contradiction(profile)) {
        return problem_at(last, *problem);
    }
    return profile;
}

} // namespace kept::profiles
