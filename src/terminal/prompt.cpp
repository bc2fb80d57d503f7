#include "terminal/prompt.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text.h"

namespace kept::terminal {

namespace {

constexpr std::size_t kSharedPrefix = 3;

bool is_word(char c) {
    constexpr std::string_view kOther = "_.~/-()[] ";
    return base::is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80 || kOther.find(c) != std::string_view::npos;
}

/// The path that `part` of `text` (at `begin`) lies in, if it does: back to the last separator.
bool in_path(std::string_view text, std::size_t begin, std::size_t end) {
    const std::size_t separator =
        begin == 0 ? std::string_view::npos : text.find_last_of(" :[({", begin - 1);
    const std::size_t start = separator == std::string_view::npos ? 0 : separator + 1;
    return text.substr(start, end - start).find_first_of("/~") != std::string_view::npos;
}

} // namespace

bool looks_like_prompt(std::string_view text_before_cursor) {
    const std::string_view text = base::trimmed(text_before_cursor);
    if (text.empty()) {
        return false;
    }
    constexpr std::string_view kEnds = "$#%>)]:";
    return kEnds.find(text.back()) != std::string_view::npos || text.ends_with("❯") ||
           text.ends_with("»") || text.ends_with("λ");
}

bool same_prompt(std::string_view learned, std::string_view now) {
    learned = base::trimmed(learned);
    now = base::trimmed(now);
    if (learned == now) {
        return true;
    }
    if (learned.empty() || now.empty() || learned.back() != now.back() ||
        !looks_like_prompt(learned)) {
        return false;
    }
    const auto apart = std::ranges::mismatch(learned, now);
    const auto prefix = static_cast<std::size_t>(apart.in1 - learned.begin());
    const std::size_t most = std::min(learned.size(), now.size()) - prefix;
    std::size_t suffix = 0;
    while (suffix < most && learned[learned.size() - 1 - suffix] == now[now.size() - 1 - suffix]) {
        ++suffix;
    }
    if (suffix == 0) {
        return false;
    }
    const auto was = learned.substr(prefix, learned.size() - prefix - suffix);
    const auto is = now.substr(prefix, now.size() - prefix - suffix);
    const auto counts = [](char c) { return base::is_digit(c) || c == ':' || c == '.'; };
    if (std::ranges::all_of(was, counts) && std::ranges::all_of(is, counts) &&
        std::ranges::any_of(std::string(was) + std::string(is), base::is_digit)) {
        return true; // a clock, a counter
    }
    if (in_path(learned, prefix, learned.size() - suffix) &&
        in_path(now, prefix, now.size() - suffix)) {
        return true;
    }
    return prefix >= kSharedPrefix && std::ranges::all_of(was, is_word) &&
           std::ranges::all_of(is, is_word) && !(was.empty() && is.empty());
}

bool second_prompt(std::string_view learned, std::string_view now) {
    learned = base::trimmed(learned);
    now = base::trimmed(now);
    if (now.empty() || now == learned) {
        return false;
    }
    constexpr std::array<std::string_view, 8> kWhole{"...", ">",   "->", "+",
                                                     "'>",  "\">", "`>", ">>"};
    if (std::ranges::find(kWhole, now) != kWhole.end() || now.ends_with("...>") ||
        now.ends_with("->") || now.ends_with("quote>")) {
        return true;
    }
    // One character near the end is another: what is still open (psql, irb).
    if (now.size() != learned.size() || now.size() < kSharedPrefix) {
        return false;
    }
    const auto apart = std::ranges::mismatch(learned, now);
    return now.end() - apart.in2 <= 2 &&
           (apart.in1 + 1 == learned.end() || *(apart.in1 + 1) == *(apart.in2 + 1)) &&
           !base::is_digit(*apart.in2) &&
           std::string_view("-('\"*$;[{|,").find(*apart.in2) != std::string_view::npos;
}

} // namespace kept::terminal
