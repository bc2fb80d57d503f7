#include "cli/script_line.h"

namespace kept::cli {

std::expected<std::vector<std::string>, std::string> split_words(std::string_view line) {
    std::vector<std::string> words;
    bool in_word = false;
    char quote = '\0';
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (quote == '\0' && blank) {
            in_word = false;
            continue;
        }
        if (!in_word) {
            words.emplace_back();
            in_word = true;
        }
        if (c == quote) {
            quote = '\0';
        } else if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == '\\' && quote != '\'' && i + 1 < line.size()) {
            const char next = line[i + 1];
            // In double quotes it is a backslash but before what it can protect there.
            if (quote == '"' && next != '"' && next != '\\') {
                words.back().push_back(c);
            }
            words.back().push_back(next);
            ++i;
        } else {
            words.back().push_back(c);
        }
    }
    if (quote != '\0') {
        return std::unexpected(std::string("a quote has no end"));
    }
    if (words.empty()) {
        return std::unexpected(std::string("there is no step"));
    }
    return words;
}

} // namespace kept::cli
