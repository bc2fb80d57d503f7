#include "terminal/asking.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace kept::terminal {

namespace {

bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

/// What stands between the last brackets, when the text ends with them.
std::string_view last_brackets(std::string_view text) {
    const char close = text.back();
    if (close != ')' && close != ']') {
        return {};
    }
    const std::size_t open = text.rfind(close == ')' ? '(' : '[');
    return open == std::string_view::npos ? std::string_view()
                                          : text.substr(open + 1, text.size() - open - 2);
}

/// `Y/n`, `yes/no`, `y,n,q,?`: short words with a slash or a comma between them.
bool is_choice(std::string_view inside) {
    return !inside.starts_with('/') && !inside.starts_with('~') &&
           inside.find_first_of("/,|") != std::string_view::npos &&
           std::ranges::any_of(inside, is_letter) && std::ranges::none_of(inside, base::is_digit) &&
           inside.find(' ') == std::string_view::npos;
}

/// `45%`, `12/80`, `====>  `, `####`: how far something has come.
bool is_progress(std::string_view inside) {
    return inside.empty() || std::ranges::all_of(inside, [](char c) {
               return base::is_digit(c) || std::string_view("%/=>#-.* \\|").contains(c);
           });
}

} // namespace

bool interpreter_prompt(std::string_view text_before_cursor) {
    const std::string_view text = base::trimmed(text_before_cursor);
    if (text.empty()) {
        return false;
    }
    if (text.ends_with("❯") || text.ends_with("»") || text.ends_with("λ")) {
        return true;
    }
    const char before = text.size() > 1 ? text[text.size() - 2] : ' ';
    switch (text.back()) {
    case '$':
        return true;
    case '%':
        return !base::is_digit(before) && (text.size() == 1 || before != ' ');
    case '#':
        return before != '#';
    case '>':
        // Arrows of progress displays have a shaft.
        return before != '-' && !text.ends_with("==>");
    case ')': {
        // (gdb), (Pdb), (lldb): one word, alone; (END) is a pager's
        const std::string_view inside = last_brackets(text);
        return text.front() == '(' && inside.size() + 2 == text.size() &&
               std::ranges::all_of(inside, is_letter) && inside != "END";
    }
    default:
        return false;
    }
}

Asking asking(std::string_view text_before_cursor) {
    const std::string_view text = base::trimmed(text_before_cursor);
    if (text.empty()) {
        return Asking::nothing;
    }
    if (text.back() == '?' || text.starts_with("? ") || text.ends_with("›") ||
        interpreter_prompt(text)) {
        return Asking::clearly;
    }
    std::string_view rest = text;
    if (rest.back() == ':') {
        rest = base::trimmed(rest.substr(0, rest.size() - 1)); // `Proceed [y/N]:`
    }
    if (!rest.empty() && (rest.back() == ')' || rest.back() == ']')) {
        const std::string_view inside = last_brackets(rest);
        if (is_choice(inside)) {
            return Asking::clearly;
        }
        return text.back() != ':' && is_progress(inside) ? Asking::words : Asking::maybe;
    }
    return text.back() == ':' ? Asking::maybe : Asking::words;
}

} // namespace kept::terminal
