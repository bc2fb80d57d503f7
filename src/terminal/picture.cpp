#include "terminal/picture.h"

#include <algorithm>
#include <string_view>

#include "vt/style.h"

namespace kept::terminal {

namespace {

void append_position(std::string& out, int row, int col) {
    out.append("\x1b[").append(std::to_string(row + 1)).append(";");
    out.append(std::to_string(col + 1)).append("H");
}

void append_flag(std::string& out, bool set, std::string_view mode) {
    out.append("\x1b[?").append(mode).append(set ? "h" : "l");
}

/// The modes that matter to what the person types, and how the cursor looks.
std::string modes_of(const vt::Modes& modes) {
    using vt::MouseEncoding;
    using vt::MouseTracking;
    std::string out;
    append_flag(out, modes.application_cursor, "1");
    append_flag(out, modes.reverse_video, "5");
    append_flag(out, modes.application_keypad, "66");
    append_flag(out, modes.focus_events, "1004");
    append_flag(out, modes.bracketed_paste, "2004");
    append_flag(out, modes.mouse == MouseTracking::x10, "9");
    append_flag(out, modes.mouse == MouseTracking::buttons, "1000");
    append_flag(out, modes.mouse == MouseTracking::drag, "1002");
    append_flag(out, modes.mouse == MouseTracking::any, "1003");
    append_flag(out, modes.mouse_encoding == MouseEncoding::utf8, "1005");
    append_flag(out, modes.mouse_encoding == MouseEncoding::sgr, "1006");
    append_flag(out, modes.mouse_encoding == MouseEncoding::urxvt, "1015");
    append_flag(out, modes.mouse_encoding == MouseEncoding::sgr_pixels, "1016");
    out.append("\x1b[").append(std::to_string(static_cast<int>(modes.cursor_shape))).append(" q");
    out.append("\x1b[=").append(std::to_string(modes.kitty_keyboard)).append(";1u");
    out.append("\x1b[>4;").append(std::to_string(modes.modify_other_keys)).append("m");
    return out;
}

/// Columns [from, to) of a row; each run of one style begins with its own place, so that a
/// character whose width the terminal sees otherwise shifts no other run.
std::string painted_row(const vt::Screen& screen, int row, int from, int to) {
    std::string out;
    for (const vt::Span& span : screen.row_spans(row, from, to)) {
        out.append("\x1b[").append(std::to_string(span.col - from + 1)).append("G\x1b[0m");
        vt::append_sgr(out, span.style);
        const bool linked = !span.link.empty();
        out.append(linked ? "\x1b]8;;" + span.link + "\x1b\\" : std::string());
        out.append(span.text).append(linked ? "\x1b]8;;\x1b\\" : "");
    }
    return out;
}

/// Where a window of that length begins, so that it shows the cursor; it moves no more than needed.
int scrolled(int begin, int length, int whole, int cursor) {
    begin = std::clamp(begin, cursor - length + 1, cursor);
    return std::clamp(begin, 0, std::max(0, whole - length));
}

} // namespace

void Picture::paint(const vt::Screen& screen, vt::Size size, std::string& out) {
    const vt::Size whole = screen.size();
    const vt::Position cursor = screen.cursor();
    top_ = scrolled(top_, size.rows, whole.rows, cursor.row);
    left_ = scrolled(left_, size.cols, whole.cols, cursor.col);
    rows_.resize(static_cast<std::size_t>(size.rows));
    const std::size_t before = out.size();
    for (int row = 0; row < size.rows; ++row) {
        std::string now = painted_row(screen, top_ + row, left_, left_ + size.cols);
        std::string& shown = rows_[static_cast<std::size_t>(row)];
        if (now == shown) {
            continue;
        }
        append_position(out, row, 0);
        out.append("\x1b[0m\x1b[2K").append(now).append("\x1b[0m");
        shown = std::move(now);
    }
    if (std::string now = modes_of(screen.modes()); now != modes_) {
        out.append(now);
        modes_ = std::move(now);
    }
    if (screen.title() != title_) {
        title_ = screen.title();
        out.append("\x1b]2;").append(title_).append("\x1b\\");
    }
    std::string now;
    append_position(now, cursor.row - top_, cursor.col - left_);
    append_flag(now, screen.cursor_visible(), "25");
    if (now != cursor_ || out.size() > before) {
        out.append(now);
        cursor_ = std::move(now);
    }
}

} // namespace kept::terminal
