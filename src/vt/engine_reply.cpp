#include "vt/engine.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace kept::vt {
namespace {

/// The sixteen colours of xterm; the others are computed (a 6x6x6 cube and a grey ramp).
constexpr std::array<std::uint32_t, 16> kBasicColors = {
    0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
    0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};
constexpr std::uint32_t kForeground = 0xe5e5e5; // light on dark, as most terminals are
constexpr std::uint32_t kBackground = 0x000000;

std::uint32_t palette(unsigned index) {
    if (index < kBasicColors.size()) {
        return kBasicColors[index];
    }
    if (index >= 232) {
        const std::uint32_t grey = 8 + (index - 232) * 10;
        return (grey << 16) | (grey << 8) | grey;
    }
    const auto level = [](std::uint32_t step) { return step == 0 ? 0U : 55 + step * 40; };
    const std::uint32_t cube = index - 16;
    return (level(cube / 36) << 16) | (level(cube / 6 % 6) << 8) | level(cube % 6);
}

/// What XTGETTCAP tells: the terminal that the program was told in TERM, and what of xterm's
/// extensions that entry leaves out.
struct Capability {
    std::string_view name;  ///< in hexadecimal digits
    std::string_view value; ///< empty: it is a flag
};
constexpr std::array kCapabilities{
    Capability{"544e", "xterm-256color"},                         // TN
    Capability{"436f", "256"},                                    // Co
    Capability{"636f6c6f7273", "256"},                            // colors
    Capability{"524742", "8"},                                    // RGB: bits for each colour
    Capability{"5463", ""},                                       // Tc
    Capability{"5375", ""},                                       // Su
    Capability{"536d756c78", "\x1b[4:%p1%dm"},                    // Smulx
    Capability{"73657472676266", "\x1b[38:2:%p1%d:%p2%d:%p3%dm"}, // setrgbf
    Capability{"73657472676262", "\x1b[48:2:%p1%d:%p2%d:%p3%dm"}, // setrgbb
};
/// Names answered of one request, so that a long one has a short answer.
constexpr std::size_t kMostCapabilities = 64;

constexpr std::string_view kDigits = "0123456789abcdef";

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool same_hex(std::string_view one, std::string_view other) {
    const auto lowered = [](char digit) {
        return digit >= 'A' && digit <= 'F' ? digit | 0x20 : digit;
    };
    return std::ranges::equal(one, other, {}, lowered, lowered);
}

void append_hex(std::string& out, std::string_view text) {
    for (const char byte : text) {
        out.push_back(kDigits[static_cast<unsigned char>(byte) >> 4]);
        out.push_back(kDigits[static_cast<unsigned char>(byte) & 15U]);
    }
}

/// XParseColor's form with 16 bits for each part.
std::string color_text(std::uint32_t color) {
    std::string out = "rgb:";
    for (const unsigned shift : {16U, 8U, 0U}) {
        const std::uint32_t part = (color >> shift) & 0xffU;
        for (int twice = 0; twice < 2; ++twice) {
            out.push_back(kDigits[part >> 4]);
            out.push_back(kDigits[part & 15U]);
        }
        if (shift != 0) {
            out.push_back('/');
        }
    }
    return out;
}

std::optional<unsigned> number(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

/// Cuts the part before the next semicolon off `text`.
std::string_view next_field(std::string_view& text) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return field;
}

} // namespace

void Engine::reply(std::string_view bytes) {
    if (listener_ != nullptr) {
        listener_->on_reply(bytes);
    }
}

/// DA1: a VT220 with 132 columns, selective erase and colour. DA2: what libvterm says, which
/// editors know. DA3: unit id zero.
void Engine::report_attributes(char level) {
    switch (level) {
    case '>':
        reply("\x1b[>0;100;0c");
        break;
    case '=':
        reply("\x1bP!|00000000\x1b\\");
        break;
    default:
        reply("\x1b[?62;1;6;22c");
        break;
    }
}

void Engine::report_status(int what, bool private_form) {
    const std::string prefix = private_form ? "\x1b[?" : "\x1b[";
    if (what == 5 && !private_form) {
        reply("\x1b[0n");
    } else if (what == 6) {
        const int row = row_ - origin_row() + 1;
        const int col = col_ - origin_col() + 1;
        reply(prefix + std::to_string(row) + ";" + std::to_string(col) + "R");
    } else if (what == 996 && private_form) {
        reply("\x1b[?997;1n"); // dark
    }
}

void Engine::report_mode(int mode, bool private_form) {
    int state = 0;
    if (private_form) {
        state = private_mode_state(mode);
    } else if (mode == 4) {
        state = modes_.insert ? 1 : 2;
    } else if (mode == 20) {
        state = modes_.newline ? 1 : 2;
    }
    reply((private_form ? "\x1b[?" : "\x1b[") + std::to_string(mode) + ";" + std::to_string(state) +
          "$y");
}

/// The in-band resize report of mode 2048: rows, columns and the same in pixels.
void Engine::report_size() {
    reply("\x1b[48;" + std::to_string(size_.rows) + ";" + std::to_string(size_.cols) + ";" +
          std::to_string(size_.rows * kCellHeight) + ";" + std::to_string(size_.cols * kCellWidth) +
          "t");
}

void Engine::dcs(std::string_view payload) {
    last_character_ = 0;
    if (payload.starts_with("$q")) {
        report_setting(payload.substr(2));
    } else if (payload.starts_with("+q")) {
        report_capabilities(payload.substr(2));
    }
}

/// XTGETTCAP: names in hexadecimal digits. Each has an answer of its own, as in kitty and foot,
/// since xterm's single one ends with the first name that is not known.
void Engine::report_capabilities(std::string_view names) {
    for (std::size_t count = 0; count < kMostCapabilities && !names.empty(); ++count) {
        const std::string_view name = next_field(names);
        const auto* const known = std::ranges::find_if(
            kCapabilities, [&](const Capability& one) { return same_hex(one.name, name); });
        if (known == kCapabilities.end()) {
            reply("\x1bP0+r" + std::string(is_hex(name) ? name : "") + "\x1b\\");
            continue;
        }
        std::string answer = "\x1bP1+r" + std::string(name);
        if (!known->value.empty()) {
            answer.push_back('=');
            append_hex(answer, known->value);
        }
        reply(answer + "\x1b\\");
    }
}

/// DECRQSS.
void Engine::report_setting(std::string_view name) {
    std::string value;
    const auto range = [&](int first, int last) {
        value = std::to_string(first + 1) + ";" + std::to_string(last + 1);
    };
    if (name == "m") {
        append_sgr_parameters(value, pen_);
    } else if (name == "r") {
        range(top_, bottom_);
    } else if (name == "s") {
        range(left_, right_);
    } else if (name == " q") {
        value = std::to_string(static_cast<int>(modes_.cursor_shape));
    } else if (name == "\"q") {
        value = protect_ ? "1" : "0";
    } else if (name == "\"p") {
        value = "62;1";
    } else {
        reply("\x1bP0$r\x1b\\");
        return;
    }
    reply("\x1bP1$r" + value + std::string(name) + "\x1b\\");
}

void Engine::osc(std::string_view payload, bool bel, std::uint64_t begin, std::uint64_t end) {
    last_character_ = 0;
    std::string_view rest = payload;
    const std::string_view code = next_field(rest);
    if (code == "0" || code == "2") {
        set_title(rest);
    } else if (code == "8") {
        set_link(rest);
    } else if (code == "4" || code == "10" || code == "11" || code == "12") {
        report_colors(payload, bel);
    }
    if (listener_ != nullptr) {
        listener_->on_osc(payload, begin, end);
    }
}

void Engine::set_title(std::string_view title) {
    std::size_t length = std::min(title.size(), kMaxTitleBytes);
    while (length > 0 && length < title.size() &&
           (static_cast<unsigned char>(title[length]) & 0xc0U) == 0x80U) {
        --length; // not inside a character
    }
    title_ = title.substr(0, length);
}

/// OSC 8 ; parameters ; target. An empty target ends the link.
void Engine::set_link(std::string_view link) {
    const std::size_t separator = link.find(';');
    pen_changed_ = true;
    if (separator == std::string_view::npos || separator + 1 == link.size()) {
        pen_.link = 0;
        return;
    }
    if (links_.wants_collection()) {
        pen_.link = 0;
        collect_links();
    }
    pen_.link = links_.intern(link);
}

/// Answers the queries in OSC 4 (palette), 10, 11 and 12 (foreground, background, cursor), ended
/// the way the query was. Colours cannot be changed, so that the answer stays true.
void Engine::report_colors(std::string_view payload, bool bel) {
    const std::string_view terminator = bel ? "\a" : "\x1b\\";
    std::string_view rest = payload;
    const std::string_view code_text = next_field(rest);
    unsigned code = number(code_text).value_or(0);
    const auto answer = [&](const std::string& what, std::uint32_t color) {
        reply("\x1b]" + what + ";" + color_text(color) + std::string(terminator));
    };
    if (code == 4) {
        // At most the 256 colours that exist, so that one long request has a short answer.
        for (int queries = 0; !rest.empty() && queries < 256; ++queries) {
            const auto index = number(next_field(rest));
            if (next_field(rest) == "?" && index && *index < 256) {
                answer("4;" + std::to_string(*index), palette(*index));
            }
        }
        return;
    }
    for (; !rest.empty() && code <= 12; ++code) { // `10;?;?` asks for 10 and 11
        if (next_field(rest) == "?") {
            answer(std::to_string(code), code == 11 ? kBackground : kForeground);
        }
    }
}

} // namespace kept::vt
