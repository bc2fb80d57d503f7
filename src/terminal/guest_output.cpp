#include "terminal/guest_output.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/text.h"

namespace kept::terminal {

namespace {

constexpr char kEsc = '\x1b';
constexpr char kEnquiry = '\x05'; ///< ENQ: xterm answers it
constexpr char kCancel = '\x18';
constexpr char kSubstitute = '\x1a';

/// A longer control sequence is dropped; a string as long as the screen's own limit for it.
constexpr std::size_t kLongestControl = 1024;
constexpr std::size_t kLongestCommand = 1024UL * 1024;

/// The private modes that a repaint sets and leaving resets.
constexpr std::array kPrivateModes{
    std::string_view("1"),    std::string_view("5"),    std::string_view("6"),
    std::string_view("7"),    std::string_view("9"),    std::string_view("25"),
    std::string_view("45"),   std::string_view("66"),   std::string_view("69"),
    std::string_view("1000"), std::string_view("1002"), std::string_view("1003"),
    std::string_view("1004"), std::string_view("1005"), std::string_view("1006"),
    std::string_view("1015"), std::string_view("1016"), std::string_view("1048"),
    std::string_view("2004"), std::string_view("2026")};

bool switches_buffer(std::string_view mode) {
    return mode == "47" || mode == "1047" || mode == "1049";
}

/// Text without C1 controls: a terminal that reads UTF-8 may take U+009B for CSI. Their first byte
/// alone is no character, and must not meet another one's second.
void append_text(std::string_view text, std::string& out) {
    constexpr char kLead = '\xc2';
    while (!text.empty()) {
        const std::size_t lead = text.find(kLead);
        out.append(text.substr(0, lead));
        if (lead == std::string_view::npos) {
            return;
        }
        text.remove_prefix(lead);
        const auto second = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0U;
        if ((second & 0xc0U) != 0x80U) {
            out.append("\xef\xbf\xbd");
            text.remove_prefix(1);
        } else {
            out.append(second < 0xa0 ? std::string_view() : text.substr(0, 2));
            text.remove_prefix(2);
        }
    }
}

/// Control sequences without prefix and intermediate that pass as they are.
constexpr std::string_view kPlainFinals = "@ABCDEFGHIKLMPSTXZ^`abdefgmrsu";
/// Final characters of escape sequences that pass.
constexpr std::string_view kEscapeFinals = "6789=>DEHMNOno";

} // namespace

bool GuestOutput::take_repaint() {
    return std::exchange(repaint_, false);
}

bool GuestOutput::take_retitle() {
    return std::exchange(retitle_, false);
}

void GuestOutput::feed(std::string_view bytes, std::string& out) {
    for (std::size_t at = 0; at < bytes.size();) {
        if (state_ == State::ground) {
            at += text(bytes.substr(at), out);
        } else if (state_ >= State::command ? string(bytes[at], out) : sequence(bytes[at], out)) {
            ++at;
        }
    }
}

/// Takes text up to an ESC or the end; returns how much.
std::size_t GuestOutput::text(std::string_view bytes, std::string& out) {
    if (!held_.empty()) { // a character that comes in pieces
        if ((static_cast<unsigned char>(bytes.front()) & 0xc0U) == 0x80U) {
            held_.push_back(bytes.front());
            if (base::complete_utf8_prefix(held_) == held_.size()) {
                append_text(std::exchange(held_, {}), out);
            }
            return 1;
        }
        append_text(std::exchange(held_, {}), out);
    }
    const std::size_t special = std::min(bytes.find_first_of("\x1b\x05"), bytes.size());
    std::string_view run = bytes.substr(0, special);
    if (special == bytes.size()) {
        const std::size_t whole = base::complete_utf8_prefix(run);
        held_ = run.substr(whole);
        run = run.substr(0, whole);
    }
    append_text(run, out);
    if (special == bytes.size()) {
        return bytes.size();
    }
    if (bytes[special] == kEsc) {
        state_ = State::escape;
        held_ = kEsc;
    }
    return special + 1;
}

bool GuestOutput::sequence(char byte, std::string& out) {
    if (byte < 0) { // broken off by text
        held_.clear();
        state_ = State::ground;
        return false;
    }
    if (byte == kEsc) {
        held_ = kEsc;
        state_ = State::escape;
        return true;
    }
    if (byte == kCancel || byte == kSubstitute) {
        held_.clear();
        state_ = State::ground;
        return true;
    }
    if (byte < 0x20) { // carried out at once, inside a sequence too
        if (byte != kEnquiry) {
            out.push_back(byte);
        }
        return true;
    }
    if (byte == 0x7f) {
        return true;
    }
    if (held_.size() < kLongestControl) {
        held_.push_back(byte);
    } else {
        overlong_ = true;
    }
    if (state_ == State::control) {
        if (byte >= 0x40) {
            finish_control(out);
        }
    } else if (state_ == State::escape && byte == '[') {
        state_ = State::control;
    } else if (state_ == State::escape && byte == ']') {
        held_.clear();
        state_ = State::command;
    } else if (state_ == State::escape &&
               (byte == 'P' || byte == 'X' || byte == '^' || byte == '_' || byte == 'k')) {
        held_.clear();
        state_ = State::skipped;
    } else if (byte < 0x30) {
        state_ = State::intermediate;
    } else {
        finish_escape(out);
    }
    return true;
}

bool GuestOutput::string(char byte, std::string& out) {
    if (state_ == State::string_end) {
        if (byte == '\\') {
            if (string_ == State::command) {
                finish_command("\x1b\\", out);
            }
            held_.clear();
            overlong_ = false;
            state_ = State::ground;
            return true;
        }
        held_ = kEsc; // the string was never ended; this is another sequence
        overlong_ = false;
        state_ = State::escape;
        return false;
    }
    if (byte == kEsc) {
        string_ = std::exchange(state_, State::string_end);
    } else if (byte == kCancel || byte == kSubstitute) {
        held_.clear();
        overlong_ = false;
        state_ = State::ground;
    } else if (state_ == State::command && byte == '\a') {
        finish_command("\a", out);
        held_.clear();
        overlong_ = false;
        state_ = State::ground;
    } else if (state_ == State::command && (byte < 0 || byte >= 0x20) && byte != 0x7f) {
        if (held_.size() < kLongestCommand) {
            held_.push_back(byte);
        } else {
            overlong_ = true;
        }
    }
    return true;
}

void GuestOutput::finish_escape(std::string& out) {
    const std::string whole = std::exchange(held_, {});
    state_ = State::ground;
    const bool over = std::exchange(overlong_, false);
    const char final = whole.back();
    if (over) {
        return;
    }
    if (whole.size() == 2) {
        repaint_ = repaint_ || final == 'c'; // RIS
        if (kEscapeFinals.find(final) != std::string_view::npos) {
            out.append(whole);
        }
    } else if (whole.size() == 3 && (std::string_view("()*+-./").find(whole[1]) !=
                                         std::string_view::npos || // character sets
                                     whole == "\x1b#8")) {
        out.append(whole);
    }
}

void GuestOutput::finish_control(std::string& out) {
    const std::string whole = std::exchange(held_, {});
    state_ = State::ground;
    if (std::exchange(overlong_, false)) {
        return;
    }
    const char final = whole.back();
    std::string_view body = std::string_view(whole).substr(2, whole.size() - 3);
    char prefix = 0;
    if (!body.empty() && body.front() >= '<' && body.front() <= '?') {
        prefix = body.front();
        body.remove_prefix(1);
    }
    const std::size_t digits = std::min(body.find_first_not_of("0123456789:;"), body.size());
    const std::string_view parameters = body.substr(0, digits);
    const std::string_view intermediate = body.substr(digits);
    bool passes = false;
    if (prefix == '?' && intermediate.empty()) {
        if (final == 'h' || final == 'l') {
            private_modes(parameters, final, out);
        } else {
            repaint_ = repaint_ || final == 'r'; // XTRESTORE
            passes = ((final == 'J' || final == 'K') && parameters != "3") ||
                     (final == 'W' && parameters == "5");
        }
    } else if (prefix == 0 && intermediate.empty()) {
        if (final == 'h' || final == 'l') {
            passes = parameters == "4" || parameters == "20";
        } else if (final == 'J') {
            passes = parameters != "3"; // the person's own scrollback stays
        } else {
            retitle_ = retitle_ || (final == 't' && parameters.starts_with("23"));
            const bool old_mouse = final == 'T' && parameters.find(';') != std::string_view::npos;
            passes = kPlainFinals.find(final) != std::string_view::npos && !old_mouse;
        }
    } else if (prefix == 0) {
        passes = (intermediate == " " && (final == 'q' || final == '@' || final == 'A')) ||
                 (intermediate == "!" && final == 'p') || (intermediate == "\"" && final == 'q') ||
                 (intermediate == "$" &&
                  (final == 'v' || final == 'x' || final == 'z' || final == '{')) ||
                 (intermediate == "'" && (final == '}' || final == '~'));
    }
    if (passes) {
        out.append(whole);
    }
}

void GuestOutput::private_modes(std::string_view parameters, char final, std::string& out) {
    std::string kept;
    while (!parameters.empty()) {
        const std::string_view mode = base::cut_field(parameters, ';');
        repaint_ = repaint_ || switches_buffer(mode);
        if (std::ranges::find(kPrivateModes, mode) != kPrivateModes.end()) {
            kept.append(kept.empty() ? "" : ";").append(mode);
        }
    }
    if (!kept.empty()) {
        out.append("\x1b[?").append(kept).push_back(final);
    }
}

void GuestOutput::finish_command(std::string_view end, std::string& out) {
    std::string_view rest = held_;
    const std::string_view code = base::cut_field(rest, ';');
    const bool title = code == "0" || code == "1" || code == "2";
    // A progress state (ConEmu's 9;4) would stay when the person has left.
    const bool notice = (code == "9" && !rest.starts_with("4;")) || code == "777";
    const bool clipboard = code == "52" && !rest.ends_with('?');
    if (!overlong_ && (title || notice || clipboard || code == "8")) {
        out.append("\x1b]").append(held_).append(end);
    }
}

} // namespace kept::terminal
