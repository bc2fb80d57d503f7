#include "agent/log_lines.h"

#include <algorithm>
#include <array>
#include <utility>

#include "agent/render_text.h"
#include "base/text.h"

namespace kept::agent {

std::string without_escapes(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\x1b') {
            out.push_back(text[at]);
            continue;
        }
        const char kind = at + 1 < text.size() ? text[at + 1] : '\0';
        if (kind == '[') {
            at += 2;
            while (at < text.size() && (text[at] < '@' || text[at] > '~')) {
                ++at;
            }
        } else if (kind == ']' || kind == 'P' || kind == '_' || kind == '^' || kind == 'X') {
            at += 2;
            while (at < text.size() && text[at] != '\a' &&
                   !(text[at] == '\x1b' && at + 1 < text.size() && text[at + 1] == '\\')) {
                ++at;
            }
            at += at < text.size() && text[at] == '\x1b' ? 1U : 0U;
        } else {
            ++at;
        }
    }
    return out;
}

bool is_routine(std::string_view line) {
    const std::size_t time = line.starts_with('[') ? 1 : 0;
    const std::size_t level = line.find(' ') + 1;
    const std::size_t end = line.find(' ', level);
    if (end == std::string_view::npos || line[time] < '0' || line[time] > '9') {
        return false;
    }
    constexpr std::array<std::string_view, 3> kRoutine{"TRACE", "DEBUG", "INFO"};
    return std::ranges::find(kRoutine, line.substr(level, end - level)) != kRoutine.end();
}

void LogLines::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view part = bytes.substr(0, end);
        const std::size_t room = kMost - std::min(held_.size(), kMost);
        held_.append(part.substr(0, room));
        left_out_ += part.size() - std::min(part.size(), room);
        if (end == std::string_view::npos) {
            return;
        }
        bytes.remove_prefix(end + 1);
        finish();
        if (bytes.empty()) {
            return;
        }
    }
}

void LogLines::finish() {
    // The Python SDK begins its lines with one, for a terminal's cursor.
    held_.erase(0, held_.find_first_not_of('\r'));
    std::string line = printable(base::to_utf8(without_escapes(std::exchange(held_, {}))));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) {
        line.pop_back();
    }
    const std::size_t left_out = std::exchange(left_out_, 0);
    if (left_out > 0) {
        line += " … " + std::to_string(left_out) + " bytes more";
    }
    if (!line.empty()) {
        line_(std::move(line));
    }
}

} // namespace kept::agent
