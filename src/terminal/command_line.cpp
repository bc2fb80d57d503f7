#include "terminal/command_line.h"

#include <algorithm>
#include <array>

namespace kept::terminal {

namespace {

constexpr std::string_view kShellActs = "$`|&;<>()*?[]{}~#!\n";

bool is_assignment(std::string_view word) {
    const auto equals = word.find('=');
    return equals != std::string_view::npos && equals > 0 && word[0] != '-' &&
           std::ranges::all_of(word.substr(0, equals), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

} // namespace

std::optional<std::vector<std::string>> split_simple(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    bool in_word = false;
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote == '\'') {
            if (c == '\'') {
                quote = 0;
            } else {
                word.push_back(c);
            }
        } else if (c == '\\') {
            ++i;
            if (i >= line.size() || line[i] == '\n') {
                return std::nullopt;
            }
            if (quote == '"' && line[i] != '"' && line[i] != '\\' && line[i] != '$' &&
                line[i] != '`') {
                word.push_back('\\');
            }
            word.push_back(line[i]);
            in_word = true;
        } else if (quote == '"') {
            if (c == '"') {
                quote = 0;
            } else if (c == '$' || c == '`') {
                return std::nullopt;
            } else {
                word.push_back(c);
            }
        } else if (c == '\'' || c == '"') {
            quote = c;
            in_word = true;
        } else if (c == ' ' || c == '\t') {
            if (in_word) {
                words.push_back(std::move(word));
                word.clear();
                in_word = false;
            }
        } else if (kShellActs.find(c) != std::string_view::npos) {
            return std::nullopt;
        } else {
            word.push_back(c);
            in_word = true;
        }
    }
    if (quote != 0) {
        return std::nullopt;
    }
    if (in_word) {
        words.push_back(std::move(word));
    }
    // `A=1 program` is the shell's business too; `env A=1 program` is a plain command.
    if (words.empty() || is_assignment(words.front())) {
        return std::nullopt;
    }
    return words;
}

std::string_view base_name(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::size_t program_index(const std::vector<std::string>& words) {
    constexpr std::array<std::string_view, 5> kWrappers = {"env", "exec", "nohup", "command",
                                                           "stdbuf"};
    std::size_t at = 0;
    while (at < words.size()) {
        if (std::ranges::find(kWrappers, base_name(words[at])) == kWrappers.end()) {
            return at;
        }
        ++at;
        while (at < words.size() && (is_assignment(words[at]) || words[at].starts_with('-'))) {
            // env -u NAME takes a word of its own
            at += words[at] == "-u" ? 2U : 1U;
        }
    }
    return words.size();
}

} // namespace kept::terminal
