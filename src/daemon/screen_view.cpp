#include "daemon/screen_view.h"

#include <algorithm>
#include <fmt/format.h>

namespace kept::daemon {

namespace {

constexpr std::size_t kMostSeen = 8;

/// FNV-1a; nobody gains by making two screens collide.
class Hash {
public:
    void add(std::string_view bytes) {
        for (const char byte : bytes) {
            add_byte(static_cast<unsigned char>(byte));
        }
    }
    void add(std::uint64_t number) {
        for (int shift = 0; shift < 64; shift += 8) {
            add_byte(static_cast<unsigned char>(number >> shift));
        }
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    void add_byte(unsigned char byte) {
        constexpr std::uint64_t kPrime = 0x100000001b3;
        value_ = (value_ ^ byte) * kPrime;
    }
    std::uint64_t value_ = 0xcbf29ce484222325;
};

std::uint64_t attributes_of(const vt::Style& style) {
    std::uint64_t bits = static_cast<std::uint64_t>(style.underline);
    for (const bool flag : {style.bold, style.faint, style.italic, style.blink, style.inverse,
                            style.invisible, style.strike, style.overline}) {
        bits = (bits << 1) | (flag ? 1U : 0U);
    }
    return bits;
}

control::Colour colour_of(vt::Color color) {
    if (color.is_indexed()) {
        return color.index();
    }
    if (color.is_rgb()) {
        return control::kRgb + (color.red() << 16) + (color.green() << 8) + color.blue();
    }
    return control::kDefaultColour;
}

control::TextStyle style_of(const vt::Style& style) {
    return {.fg = colour_of(style.fg),
            .bg = colour_of(style.bg),
            .underline_colour = colour_of(style.underline_color),
            .underline = static_cast<control::UnderlineStyle>(style.underline),
            .bold = style.bold,
            .faint = style.faint,
            .italic = style.italic,
            .blink = style.blink,
            .inverse = style.inverse,
            .invisible = style.invisible,
            .strike = style.strike,
            .overline = style.overline};
}
static_assert(static_cast<int>(control::UnderlineStyle::dashed) ==
              static_cast<int>(vt::Underline::dashed));

std::string_view mouse_of(vt::MouseTracking tracking) {
    switch (tracking) {
    case vt::MouseTracking::off:
        return "off";
    case vt::MouseTracking::x10:
        return "x10";
    case vt::MouseTracking::buttons:
        return "buttons";
    case vt::MouseTracking::drag:
        return "drag";
    case vt::MouseTracking::any:
        return "any";
    }
    return {};
}

std::string_view encoding_of(vt::MouseEncoding encoding) {
    switch (encoding) {
    case vt::MouseEncoding::x10:
        return "x10";
    case vt::MouseEncoding::utf8:
        return "utf8";
    case vt::MouseEncoding::sgr:
        return "sgr";
    case vt::MouseEncoding::urxvt:
        return "urxvt";
    case vt::MouseEncoding::sgr_pixels:
        return "pixels";
    }
    return {};
}

} // namespace

std::vector<std::uint64_t> row_hashes(const vt::Screen& screen) {
    std::vector<std::uint64_t> hashes;
    hashes.reserve(static_cast<std::size_t>(screen.size().rows));
    for (int row = 0; row < screen.size().rows; ++row) {
        Hash hash;
        for (const vt::Span& span : screen.row_spans(row)) {
            hash.add(static_cast<std::uint64_t>(span.col));
            hash.add(span.text);
            hash.add((std::uint64_t{span.style.fg.bits()} << 32) | span.style.bg.bits());
            hash.add((attributes_of(span.style) << 32) | span.style.underline_color.bits());
            hash.add(span.link);
        }
        hashes.push_back(hash.value());
    }
    return hashes;
}

std::string content_hash(vt::Size size, const std::vector<std::uint64_t>& rows) {
    Hash hash;
    hash.add(static_cast<std::uint64_t>(size.cols));
    for (const std::uint64_t row : rows) {
        hash.add(row);
    }
    return fmt::format("{:016x}", hash.value());
}

control::ScreenInfo describe_screen(const vt::Screen& screen) {
    const vt::Modes& modes = screen.modes();
    control::ScreenInfo info;
    info.cols = screen.size().cols;
    info.rows = screen.size().rows;
    info.cursor_x = screen.cursor().col;
    info.cursor_y = screen.cursor().row;
    info.cursor_visible = modes.cursor_visible;
    info.cursor_shape = static_cast<int>(modes.cursor_shape);
    info.title = screen.title();
    info.alternate = screen.alternate();
    info.reverse_video = modes.reverse_video;
    info.autowrap = modes.autowrap;
    info.application_cursor = modes.application_cursor;
    info.application_keypad = modes.application_keypad;
    info.bracketed_paste = modes.bracketed_paste;
    info.focus_events = modes.focus_events;
    info.mouse = mouse_of(modes.mouse);
    info.mouse_encoding = encoding_of(modes.mouse_encoding);
    info.kitty_keyboard = modes.kitty_keyboard;
    info.scrollback = screen.history_lines();
    info.modify_other_keys = modes.modify_other_keys;
    return info;
}

control::ScreenRow screen_row(const vt::Screen& screen, int index, int y, int from, int to) {
    control::ScreenRow row;
    row.y = y;
    row.wrapped = screen.row_wrapped(index);
    for (vt::Span& span : screen.row_spans(index, from, to)) {
        row.runs.push_back({.x = span.col,
                            .width = span.width,
                            .wide = span.wide,
                            .cluster = span.cluster,
                            .style = style_of(span.style),
                            .link = std::move(span.link),
                            .text = std::move(span.text)});
    }
    return row;
}

std::vector<ScreenLine> screen_lines(const vt::Screen& screen) {
    std::vector<ScreenLine> lines;
    bool goes_on = false;
    for (int row = 0; row < screen.size().rows; ++row) {
        if (!goes_on) {
            lines.push_back({row, {}});
        }
        std::string& line = lines.back().text;
        goes_on = screen.row_wrapped(row);
        line += screen.row_text(row);
    }
    return lines;
}

void SeenScreens::remember(const std::string& hash, std::vector<std::uint64_t> rows) {
    std::erase_if(seen_, [&](const Seen& seen) { return seen.hash == hash; });
    seen_.push_back({hash, std::move(rows)});
    if (seen_.size() > kMostSeen) {
        seen_.erase(seen_.begin());
    }
}

const std::vector<std::uint64_t>* SeenScreens::find(const std::string& hash) const {
    const auto found = std::ranges::find(seen_, hash, &Seen::hash);
    return found == seen_.end() ? nullptr : &found->rows;
}

} // namespace kept::daemon
