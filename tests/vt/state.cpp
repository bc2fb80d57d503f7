#include "vt/screen.h"

#include <cstddef>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>

/// vt_state: what our emulator makes of streams, for the comparisons of test_oracles.py. Each line of
/// the input is a job: `FILE COLS ROWS STEP...` where a step is `@N` (feed up to byte N and tell the
/// state) or `COLSxROWS` (resize). Each state is one line of JSON, as oracle.mjs writes it.
namespace {

using kept::vt::Color;
using kept::vt::Position;
using kept::vt::Screen;
using kept::vt::Size;
using kept::vt::Style;
using kept::vt::Underline;

void append_json(std::string& out, std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out.push_back('"');
    for (const char byte : text) {
        if (byte == '"' || byte == '\\') {
            out.push_back('\\');
            out.push_back(byte);
        } else if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) {
            out += "\\u00";
            out.push_back(kDigits[static_cast<unsigned char>(byte) >> 4]);
            out.push_back(kDigits[static_cast<unsigned char>(byte) & 15U]);
        } else {
            out.push_back(byte);
        }
    }
    out.push_back('"');
}

void append_color(std::string& out, char name, Color color) {
    if (color.is_default()) {
        return;
    }
    out.push_back(name);
    out += color.is_indexed() ? std::to_string(color.index())
                              : "#" + std::to_string(color.bits() & 0xff'ffffU);
    out.push_back(' ');
}

/// Rows of the scrollback that are compared.
constexpr int kRowsAbove = 60;

/// One letter for each attribute, then the colours.
std::string name_of(const Style& style) {
    std::string out;
    const auto flag = [&](bool set, char letter) {
        if (set) {
            out.push_back(letter);
        }
    };
    flag(style.bold, 'b');
    flag(style.faint, 'f');
    flag(style.italic, 'i');
    flag(style.blink, 'k');
    flag(style.inverse, 'v');
    flag(style.invisible, 'h');
    flag(style.strike, 's');
    flag(style.overline, 'o');
    if (style.underline != Underline::none) {
        out += "u" + std::to_string(static_cast<int>(style.underline));
    }
    append_color(out, 'F', style.fg);
    append_color(out, 'B', style.bg);
    if (style.underline != Underline::none) {
        append_color(out, 'U', style.underline_color);
    }
    return out;
}

/// Runs of equal style, "2*3bF1 " each; the default style at the end is left out.
std::string styles_of(const Screen& screen, int row) {
    std::string out;
    std::string last;
    int begin = 0;
    for (int col = 0; col <= screen.size().cols; ++col) {
        const std::string name =
            col < screen.size().cols ? name_of(screen.style_at({row, col})) : std::string("-");
        if (col > 0 && name != last) {
            if (!last.empty()) {
                out += std::to_string(begin) + "-" + std::to_string(col - 1) + ":" + last + "|";
            }
            begin = col;
        }
        last = name;
    }
    return out;
}

std::string state_of(const Screen& screen) {
    std::string out = "{\"text\":[";
    for (int row = 0; row < screen.size().rows; ++row) {
        out += row == 0 ? "" : ",";
        append_json(out, screen.row_text(row));
    }
    out += "],\"style\":[";
    for (int row = 0; row < screen.size().rows; ++row) {
        out += row == 0 ? "" : ",";
        append_json(out, styles_of(screen, row));
    }
    out += "],\"above\":[";
    if (const auto above = screen.alternate() ? std::nullopt : screen.history(kRowsAbove)) {
        for (int row = 0; row < above->size().rows; ++row) {
            out += row == 0 ? "" : ",";
            append_json(out, above->row_text(row));
        }
    }
    const Position at = screen.cursor();
    const auto& modes = screen.modes();
    out += "],\"cursor\":[" + std::to_string(at.row) + "," + std::to_string(at.col) + "]";
    out += ",\"alternate\":" + std::string(screen.alternate() ? "true" : "false");
    out += ",\"title\":";
    append_json(out, screen.title());
    out += ",\"modes\":\"";
    const auto mode = [&](bool set, std::string_view name) {
        if (set) {
            out += std::string(name) + " ";
        }
    };
    mode(modes.application_cursor, "cursor-keys");
    mode(modes.application_keypad, "keypad");
    mode(modes.bracketed_paste, "paste");
    mode(modes.insert, "insert");
    mode(modes.origin, "origin");
    mode(modes.autowrap, "wrap");
    mode(modes.reverse_wrap, "reverse-wrap");
    mode(modes.focus_events, "focus");
    mode(modes.cursor_visible, "visible");
    out += "mouse" + std::to_string(static_cast<int>(modes.mouse)) + "\"}";
    return out;
}

} // namespace

int main() {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream job(line);
        std::string file;
        Size size;
        job >> file >> size.cols >> size.rows;
        std::ifstream in(file, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        Screen screen(size, nullptr, 0, kept::vt::kDefaultScrollbackBytes);
        std::size_t fed = 0;
        for (std::string step; job >> step;) {
            if (step.front() == '@') {
                const std::size_t to = std::min<std::size_t>(std::stoul(step.substr(1)), bytes.size());
                screen.feed(std::string_view(bytes).substr(fed, to - fed));
                fed = to;
                std::cout << state_of(screen) << '\n';
            } else {
                const std::size_t cross = step.find('x');
                screen.resize({std::stoi(step.substr(0, cross)), std::stoi(step.substr(cross + 1))});
            }
        }
    }
    return 0;
}
