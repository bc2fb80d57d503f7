#include "cli/screen_text.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>

namespace kept::cli {

namespace {

using control::Colour;
using control::ScreenRow;
using control::TextRun;
using control::TextStyle;
using control::UnderlineStyle;

struct Attribute {
    const char* name;
    bool TextStyle::* flag;
    int sgr;
};

constexpr std::array kAttributes{
    Attribute{"bold", &TextStyle::bold, 1},       Attribute{"faint", &TextStyle::faint, 2},
    Attribute{"italic", &TextStyle::italic, 3},   Attribute{"blink", &TextStyle::blink, 5},
    Attribute{"inverse", &TextStyle::inverse, 7}, Attribute{"invisible", &TextStyle::invisible, 8},
    Attribute{"strike", &TextStyle::strike, 9},   Attribute{"overline", &TextStyle::overline, 53},
};

constexpr std::array<std::string_view, 6> kUnderlines{"",      "single", "double",
                                                      "curly", "dotted", "dashed"};

std::string_view underline_name(UnderlineStyle style) {
    return kUnderlines.at(static_cast<std::size_t>(style));
}

bool is_plain(const TextRun& run) {
    return run.style == TextStyle{} && run.link.empty();
}

void append_colour(std::string& out, Colour colour, int base) {
    if (colour == control::kDefaultColour) {
        return;
    }
    if (colour >= control::kRgb) {
        out += fmt::format(";{};2;{};{};{}", base, (colour >> 16) & 0xff, (colour >> 8) & 0xff,
                           colour & 0xff);
    } else {
        out += fmt::format(";{};5;{}", base, colour);
    }
}

/// The sequence that makes the pen `style`, whatever it was.
std::string sgr(const TextStyle& style) {
    std::string out = "\x1b[0";
    for (const Attribute& attribute : kAttributes) {
        if (style.*attribute.flag) {
            out += fmt::format(";{}", attribute.sgr);
        }
    }
    if (style.underline != UnderlineStyle::none) {
        out += style.underline == UnderlineStyle::single
                   ? ";4"
                   : fmt::format(";4:{}", static_cast<int>(style.underline));
    }
    append_colour(out, style.fg, 38);
    append_colour(out, style.bg, 48);
    append_colour(out, style.underline_colour, 58);
    return out + "m";
}

std::string styled_row(const ScreenRow& row) {
    std::string out;
    TextStyle pen;
    std::string link;
    for (const TextRun& run : row.runs) {
        if (run.link != link) {
            out += "\x1b]8;;" + run.link + "\x1b\\";
            link = run.link;
        }
        if (run.style != pen) {
            out += run.style == TextStyle{} ? "\x1b[0m" : sgr(run.style);
            pen = run.style;
        }
        out += run.text;
    }
    if (pen != TextStyle{}) {
        out += "\x1b[0m";
    }
    if (!link.empty()) {
        out += "\x1b]8;;\x1b\\";
    }
    return out;
}

/// The background that a run shows.
Colour shown_background(const TextStyle& style) {
    constexpr Colour kDefaultInverse = -2; // the default foreground as background
    if (!style.inverse) {
        return style.bg;
    }
    return style.fg == control::kDefaultColour ? kDefaultInverse : style.fg;
}

Colour background_at(const ScreenRow* row, int x) {
    if (row != nullptr) {
        for (const TextRun& run : row->runs) {
            if (x >= run.x && x < run.x + run.width) {
                return shown_background(run.style);
            }
        }
    }
    return control::kDefaultColour;
}

/// `other` if it is the row right above or below.
const ScreenRow* next_to(const ScreenRow& row, const ScreenRow& other) {
    return std::abs(row.y - other.y) == 1 ? &other : nullptr;
}

/// How many rows around one show the same background in a column; counted up to kTallBlock each
/// way.
int block_height(const Shot& shot, std::size_t index, int x) {
    constexpr int kTallBlock = 64;
    const Colour background = background_at(&shot.rows[index], x);
    int height = 1;
    for (const int step : {-1, 1}) {
        std::size_t at = index;
        for (int count = 0; count < kTallBlock; ++count) {
            const std::size_t next = at + static_cast<std::size_t>(step); // wraps below 0
            if (next >= shot.rows.size() ||
                background_at(next_to(shot.rows[at], shot.rows[next]), x) != background) {
                break;
            }
            at = next;
            ++height;
        }
    }
    return height;
}

void write_colour(JsonWriter& json, const char* name, Colour colour) {
    if (colour >= control::kRgb) {
        json.text(name, fmt::format("#{:06x}", colour & 0xffffff));
    } else if (colour != control::kDefaultColour) {
        json.number(name, colour);
    }
}

void write_style(JsonWriter& json, const TextRun& run) {
    write_colour(json, "fg", run.style.fg);
    write_colour(json, "bg", run.style.bg);
    for (const Attribute& attribute : kAttributes) {
        if (run.style.*attribute.flag) {
            json.boolean(attribute.name, true);
        }
    }
    if (run.style.underline != UnderlineStyle::none) {
        json.text("underline", underline_name(run.style.underline));
        write_colour(json, "underline_color", run.style.underline_colour);
    }
    if (!run.link.empty()) {
        json.text("link", run.link);
    }
}

/// Stretches of one style that are not plain, whatever the widths of their characters.
std::vector<TextRun> styled_runs(const ScreenRow& row) {
    std::vector<TextRun> runs;
    for (const TextRun& run : row.runs) {
        if (is_plain(run)) {
            continue;
        }
        if (!runs.empty() && runs.back().x + runs.back().width == run.x &&
            runs.back().style == run.style && runs.back().link == run.link) {
            runs.back().text += run.text;
            runs.back().width += run.width;
        } else {
            runs.push_back(run);
        }
    }
    return runs;
}

/// DECSCUSR's numbers in words; each shape may blink or not.
std::string_view shape_word(int shape) {
    return shape >= 5 ? "bar" : shape >= 3 ? "underline" : "block";
}

void write_modes(JsonWriter& json, const control::ScreenInfo& info) {
    json.key("modes");
    json.begin_object();
    json.boolean("application_cursor", info.application_cursor);
    json.boolean("application_keypad", info.application_keypad);
    json.boolean("bracketed_paste", info.bracketed_paste);
    json.boolean("focus_events", info.focus_events);
    json.boolean("autowrap", info.autowrap);
    json.boolean("reverse_video", info.reverse_video);
    json.text("mouse", info.mouse);
    json.text("mouse_encoding", info.mouse_encoding);
    json.number("kitty_keyboard", info.kitty_keyboard);
    json.number("modify_other_keys", info.modify_other_keys);
    json.end_object();
}

void write_row(JsonWriter& json, const ScreenRow& row) {
    json.begin_object();
    json.number("y", row.y);
    json.text("text", row_text(row));
    if (row.wrapped) {
        json.boolean("wrapped", true);
    }
    if (const auto runs = styled_runs(row); !runs.empty()) {
        json.key("runs");
        json.begin_array();
        for (const TextRun& run : runs) {
            json.begin_object();
            json.number("x", run.x);
            json.number("width", run.width);
            json.text("text", run.text);
            write_style(json, run);
            json.end_object();
        }
        json.end_array();
    }
    json.end_object();
}

} // namespace

std::string row_text(const ScreenRow& row) {
    std::string text;
    for (const TextRun& run : row.runs) {
        text += run.text;
    }
    text.resize(text.find_last_not_of(' ') + 1);
    return text;
}

std::string screen_text(const Shot& shot, bool styled) {
    std::string text;
    std::string blank;
    for (const ScreenRow& row : shot.rows) {
        const std::string line = styled ? styled_row(row) : row_text(row);
        if (shot.info.changes_only) {
            text += fmt::format("{}\t{}\n", row.y, line);
            continue;
        }
        if (line.empty()) {
            blank += '\n';
            continue;
        }
        text += blank + line + "\n";
        blank.clear();
    }
    return text;
}

std::vector<Highlight> find_highlights(const Shot& shot) {
    std::vector<Highlight> found;
    for (std::size_t index = 0; index < shot.rows.size(); ++index) {
        const ScreenRow& row = shot.rows[index];
        const ScreenRow* above = index == 0 ? nullptr : next_to(row, shot.rows[index - 1]);
        const ScreenRow* below =
            index + 1 == shot.rows.size() ? nullptr : next_to(row, shot.rows[index + 1]);
        Colour last = control::kDefaultColour;
        for (const TextRun& run : row.runs) {
            const Colour background = shown_background(run.style);
            const int middle = run.x + run.width / 2;
            const bool alone = background_at(above, middle) != background &&
                               background_at(below, middle) != background;
            // Several inverse rows are a selection; most of the screen is a window's ground.
            const bool selected =
                run.style.inverse && block_height(shot, index, middle) * 2 <= shot.info.rows;
            if (background == control::kDefaultColour || !(alone || selected)) {
                continue;
            }
            if (!found.empty() && found.back().y == row.y && last == background &&
                found.back().x + found.back().width == run.x) {
                found.back().text += run.text;
                found.back().width += run.width;
            } else {
                found.push_back({run.x, row.y, run.width, run.style.inverse, run.text});
            }
            last = background;
        }
    }
    std::erase_if(found, [](const Highlight& one) {
        return one.text.find_first_not_of(' ') == std::string::npos;
    });
    return found;
}

void write_screen(JsonWriter& json, const std::string& session, const Shot& shot,
                  bool with_highlights) {
    const control::ScreenInfo& info = shot.info;
    json.begin_object();
    json.text("session", session);
    json.key("size");
    json.begin_object();
    json.number("cols", info.cols);
    json.number("rows", info.rows);
    json.end_object();
    json.key("cursor");
    json.begin_object();
    json.number("x", info.cursor_x);
    json.number("y", info.cursor_y);
    json.boolean("visible", info.cursor_visible);
    json.text("shape", shape_word(info.cursor_shape));
    json.end_object();
    json.text("title", info.title);
    json.boolean("alternate", info.alternate);
    write_modes(json, info);
    json.number("scrollback", info.scrollback);
    json.text("hash", info.hash);
    json.boolean("changes_only", info.changes_only);
    json.key("rows");
    json.begin_array();
    for (const ScreenRow& row : shot.rows) {
        write_row(json, row);
    }
    json.end_array();
    if (with_highlights) {
        json.key("highlights");
        json.begin_array();
        for (const Highlight& one : find_highlights(shot)) {
            json.begin_object();
            json.number("x", one.x);
            json.number("y", one.y);
            json.number("width", one.width);
            json.text("text", one.text);
            json.text("by", one.inverse ? "inverse" : "background");
            json.end_object();
        }
        json.end_array();
    }
    json.end_object();
    json.end_line();
}

} // namespace kept::cli
