#include "cli/view.h"

#include <array>
#include <cstdlib>
#include <unistd.h>

namespace kept::cli {

namespace {

using control::EventInfo;
using control::EventType;

constexpr std::string_view kDimCyan = "\033[2;36m";
constexpr std::string_view kDimGreen = "\033[2;32m";
constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kYellow = "\033[33m";
constexpr std::string_view kDim = "\033[2m";
constexpr std::string_view kPlain = "\033[0m";

std::string painted(std::string_view colour, const std::string& text, bool colours) {
    return colours ? std::string(colour) + text + std::string(kPlain) : text;
}

std::string ruled(const std::string& text) {
    return "── " + text + " ──";
}

std::string ending(const EventInfo& event) {
    if (event.cell && event.cell->exit_code && *event.cell->exit_code != 0) {
        return "✓ exit " + std::to_string(*event.cell->exit_code);
    }
    return "✓";
}

std::string waiting_for(const EventInfo& event) {
    if (!event.cell || !event.cell->input) {
        return "waiting for input";
    }
    if (event.cell->input->kind == control::InputKind::stopped) {
        return "stopped by a signal (" + event.cell->input->process + ")";
    }
    return "waiting for input (" + std::string(control::to_string(event.cell->input->kind)) + ")";
}

} // namespace

std::string one_line(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    const auto is_c1 = [](unsigned char byte) { return byte >= 0x80 && byte < 0xa0; };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        auto byte = static_cast<unsigned char>(c);
        // U+0080 to U+009F in UTF-8: terminals take them for control sequences too.
        const bool control =
            byte == 0xc2 && at + 1 < text.size() && is_c1(static_cast<unsigned char>(text[at + 1]));
        if (control) {
            byte = static_cast<unsigned char>(text[++at]);
        }
        if (c == '\n' || c == '\r' || c == '\t') {
            out.push_back(' ');
        } else if (control || byte < 0x20 || byte == 0x7f) {
            const std::array<char, 4> shown{'\\', 'x', kHex[byte >> 4U], kHex[byte & 15U]};
            out.append(shown.data(), shown.size());
        } else {
            out.push_back(c);
        }
    }
    return out;
}

bool colours_wanted() {
    const char* refused = ::getenv("NO_COLOR");
    return (refused == nullptr || *refused == '\0') && ::isatty(STDOUT_FILENO) == 1;
}

std::string event_mark(const EventInfo& event, bool colours) {
    const std::string id = event.cell ? event.cell->id.substr(0, 8) : std::string();
    switch (event.type) {
    case EventType::fired:
        return painted(kDimCyan, ruled(id), colours);
    case EventType::done:
        return painted(kDimGreen, ruled(ending(event)), colours);
    case EventType::error:
        return painted(
            kRed,
            ruled("✗ " + one_line(event.cell && !event.cell->error.empty() ? event.cell->error
                                                                           : event.message)),
            colours);
    case EventType::waiting:
        return painted(kYellow, ruled(waiting_for(event)), colours);
    case EventType::timeout:
        return painted(kYellow, ruled(id + " timed out, goes on"), colours);
    case EventType::notify:
        return painted(kYellow, "📢 " + one_line(event.message), colours) + " " +
               painted(kDim, "(" + one_line(event.from) + ")", colours);
    case EventType::closed: {
        std::string text = "closed";
        if (event.signal) {
            text += ", signal " + std::to_string(*event.signal);
        } else if (event.exit_code) {
            text += ", exit " + std::to_string(*event.exit_code);
        }
        return painted(kDim, ruled(text), colours);
    }
    case EventType::drop:
        return painted(kDim, ruled("older output dropped"), colours);
    case EventType::began:
    case EventType::resumed:
    case EventType::resize:
    case EventType::screen:
        return {};
    }
    return {};
}

void LineJoiner::output(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        if (end == std::string_view::npos) {
            pending_.append(bytes);
            return;
        }
        if (pending_.empty()) {
            line_(bytes.substr(0, end));
        } else {
            pending_.append(bytes.substr(0, end));
            line_(pending_);
            pending_.clear();
        }
        bytes.remove_prefix(end + 1);
    }
}

void LineJoiner::mark(std::string_view text) {
    flush();
    line_(text);
}

void LineJoiner::flush() {
    if (!pending_.empty()) {
        line_(pending_);
        pending_.clear();
    }
}

} // namespace kept::cli
