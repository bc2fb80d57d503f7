#include <array>
#include <cstdio>

#include "base/text.h"
#include "profiles/profile.h"

namespace kept::profiles {

namespace {

constexpr std::string_view kCode = "@CODE@";

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

void append_number(std::string& out, const char* format, char c) {
    std::array<char, 8> digits{};
    std::snprintf(digits.data(), digits.size(), format,
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    out.append(digits.data());
}

std::string string_quoted(std::string_view code) {
    const std::string text = base::to_utf8(code);
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const std::string_view separator = std::string_view(text).substr(i, 3);
        if (separator == "\u2028" || separator == "\u2029") {
            out += separator == "\u2028" ? "\\u2028" : "\\u2029"; // line ends to JavaScript
            i += 2;
        } else if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (is_control(c)) {
            append_number(out, "\\u%04x", c);
        } else {
            out.push_back(c);
        }
    }
    return out + "\"";
}

std::string ansi_quoted(std::string_view code) {
    std::string out = "$'";
    for (const char c : code) {
        if (c == '\0') {
            continue;
        }
        if (c == '\'' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (is_control(c)) {
            append_number(out, "\\%03o", c);
        } else {
            out.push_back(c);
        }
    }
    return out + "'";
}

std::string shell_quoted(std::string_view code) {
    constexpr char kLiteralNext = '\x16'; // termios(3), VLNEXT
    std::string out = "'";
    for (const char c : code) {
        if (c == '\0') {
            continue;
        }
        if (c == '\'') {
            out += "'\\''";
            continue;
        }
        if (is_control(c) && c != '\n' && c != '\t') {
            out.push_back(kLiteralNext);
        }
        out.push_back(c);
    }
    return out + "'";
}

std::string fish_quoted(std::string_view code) {
    std::string out = "'";
    for (const char c : code) {
        if (c == '\0') {
            continue;
        }
        if (c == '\'' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (c == '\n') {
            out += "'\\n'";
        } else if (is_control(c)) {
            append_number(out, "'\\x%02x'", c);
        } else {
            out.push_back(c);
        }
    }
    return out + "'";
}

} // namespace

std::string quoted(Quote quote, std::string_view code) {
    switch (quote) {
    case Quote::string:
        return string_quoted(code);
    case Quote::ansi:
        return ansi_quoted(code);
    case Quote::shell:
        return shell_quoted(code);
    case Quote::fish:
        return fish_quoted(code);
    }
    return {};
}

std::string call_line(const Profile& profile, std::string_view code) {
    const std::size_t at = profile.call.find(kCode);
    if (at == std::string::npos) {
        return profile.call;
    }
    return profile.call.substr(0, at) + quoted(profile.quote, code) +
           profile.call.substr(at + kCode.size());
}

} // namespace kept::profiles
