#include "agent/render_text.h"

#include <algorithm>
#include <fmt/format.h>

namespace kept::agent {

namespace {

// The colours of the reference's CLI: #1fd5f9, #6BCB77, #8f83ff and #FF6B6B.
constexpr std::string_view kCyan = "\x1b[1;38;2;31;213;249m";
constexpr std::string_view kGreen = "\x1b[1;38;2;107;203;119m";
constexpr std::string_view kPurple = "\x1b[38;2;143;131;255m";
constexpr std::string_view kRed = "\x1b[38;2;255;107;107m";
constexpr std::string_view kFaint = "\x1b[2m";
constexpr std::string_view kReset = "\x1b[0m";

std::string paint(std::string_view colour, std::string_view text, const TextStyle& style) {
    return style.colours ? fmt::format("{}{}{}", colour, text, kReset) : std::string(text);
}

/// Length of the UTF-8 sequence that `first` begins; 1 for anything ill-formed.
std::size_t sequence_length(unsigned char first) {
    if (first >= 0xf0 && first < 0xf8) {
        return 4;
    }
    if (first >= 0xe0) {
        return first < 0xf0 ? 3 : 1;
    }
    return first >= 0xc2 ? 2 : 1;
}

std::string note(std::string_view text, const TextStyle& style) {
    return " " + paint(kFaint, fmt::format("({})", text), style);
}

std::string notes(const Event& event, const TextStyle& style) {
    std::string result;
    if (event.earlier) {
        result += note("before this turn", style);
    }
    if (event.interrupted) {
        result += note("interrupted", style);
    }
    return result;
}

std::string speech(std::string_view speaker, std::string_view colour, const Event& event,
                   const TextStyle& style) {
    std::string result =
        "\n  " + paint(colour, fmt::format("● {}", speaker), style) + notes(event, style) + "\n";
    const std::string text = printable(event.text);
    std::string_view rest = text;
    while (true) {
        const std::size_t end = rest.find('\n');
        result += fmt::format("    {}\n", rest.substr(0, end));
        if (end == std::string_view::npos) {
            return result;
        }
        rest.remove_prefix(end + 1);
    }
}

std::string render_metrics(const Metrics& metrics, const TextStyle& style) {
    std::string line;
    for (const auto& [name, value] : metrics) {
        const bool is_delay = name == "llm_ttft" || name == "tts_ttfb" || name == "e2e_latency" ||
                              name == "transcription_delay" || name == "end_of_turn_delay";
        if (is_delay) {
            line += fmt::format("{}{} {:.0f} ms", line.empty() ? "" : " · ", name, value * 1000.0);
        }
    }
    return line.empty() ? line : "    " + paint(kFaint, line, style) + "\n";
}

std::string render_message(const Event& event, const TextStyle& style) {
    switch (event.role) {
    case Role::user:
        return speech("You", kCyan, event, style);
    case Role::assistant:
        return speech("Agent", kGreen, event, style) +
               (style.metrics ? render_metrics(event.metrics, style) : std::string());
    default:
        return {};
    }
}

std::string render_tool(const Event& event, const TextStyle& style) {
    std::string result =
        fmt::format("\n  {} function_tool: {}({}){}\n", paint(kFaint, "●", style),
                    summarise(event.name), summarise(event.arguments), notes(event, style));
    const std::string summary = summarise(event.output);
    if (event.is_error) {
        result += "    " + paint(kRed, "✗ " + (summary.empty() ? "error" : summary), style) + "\n";
    } else if (!summary.empty()) {
        result += "    " + paint(kFaint, "✓ " + summary, style) + "\n";
    }
    return result;
}

} // namespace

std::string render_text(const Event& event, const TextStyle& style) {
    switch (event.type) {
    case EventType::message:
        return render_message(event, style);
    case EventType::tool_call:
        return render_tool(event, style);
    case EventType::handoff: {
        // The session's first agent is told as a handoff from nobody.
        const std::string text =
            event.from.empty()
                ? fmt::format("● agent: {}", printable(event.to))
                : fmt::format("● handoff: {} → {}", printable(event.from), printable(event.to));
        return "\n  " + paint(kPurple, text, style) + notes(event, style) + "\n";
    }
    case EventType::config: {
        const std::string text = fmt::format("● config: {}", fmt::join(event.changes, "; "));
        return "\n  " + paint(kPurple, printable(text), style) + notes(event, style) + "\n";
    }
    case EventType::error:
        return "\n  " + paint(kRed, "✗ " + printable(event.text), style) + notes(event, style) +
               "\n";
    case EventType::log:
        return "    " + paint(kFaint, "│ " + printable(event.text), style) + "\n";
    default:
        return {};
    }
}

std::string render_silence(const TextStyle& style) {
    return "\n  " + paint(kGreen, "● Agent", style) + "\n    " +
           paint(kFaint, "(no reply)", style) + "\n";
}

std::string summarise(std::string_view text, std::size_t characters) {
    const std::size_t start = text.find_first_not_of("\r\n");
    if (start == std::string_view::npos || characters == 0) {
        return {};
    }
    text.remove_prefix(start);
    text = text.substr(0, text.find_first_of("\r\n"));
    std::string result;
    std::size_t last_start = 0;
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) {
        if (count == characters) {
            result.resize(last_start);
            return result + "…";
        }
        last_start = result.size();
        const std::size_t length =
            std::min(sequence_length(static_cast<unsigned char>(text[at])), text.size() - at);
        result += printable(text.substr(at, length));
        at += length;
    }
    return result;
}

std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
        if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {
            // U+0080 to U+009F: terminals take them for control sequences too.
            result += ' ';
            ++at;
        } else if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f) {
            if (byte != '\r' || next != '\n') {
                result += ' ';
            }
        } else {
            result += text[at];
        }
    }
    return result;
}

} // namespace kept::agent
