#include "cli/picture.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/box_drawing.h"

namespace kept::cli {

namespace {

using control::Colour;
using control::TextRun;
using control::TextStyle;
using control::UnderlineStyle;

constexpr std::uint32_t kForeground = 0xd8d8d8;
constexpr std::uint32_t kBackground = 0x1c1c1c;
/// xterm's sixteen, a little brighter where its own are hard to read on a dark ground.
constexpr std::array<std::uint32_t, 16> kSixteen{
    0x000000, 0xcd3131, 0x0dbc79, 0xe5e510, 0x3b78ff, 0xbc3fbc, 0x11a8cd, 0xe5e5e5,
    0x666666, 0xf14c4c, 0x23d18b, 0xf5f543, 0x6c9cff, 0xd670d6, 0x29b8db, 0xffffff};

std::uint32_t rgb_of(Colour colour, std::uint32_t fallback) {
    if (colour < 0) {
        return fallback;
    }
    if (colour >= control::kRgb) {
        return static_cast<std::uint32_t>(colour) & 0xffffffU;
    }
    const auto index = static_cast<std::uint32_t>(colour);
    if (index < kSixteen.size()) {
        return kSixteen.at(index);
    }
    // xterm's cube of six steps and its greys.
    constexpr std::uint32_t kCube = 16;
    constexpr std::uint32_t kGreys = 232;
    if (index < kGreys) {
        const auto step = [](std::uint32_t n) { return n == 0 ? 0 : 55 + n * 40; };
        const std::uint32_t at = index - kCube;
        return step(at / 36) << 16 | step(at / 6 % 6) << 8 | step(at % 6);
    }
    const std::uint32_t grey = 8 + (std::min(index, 255U) - kGreys) * 10;
    return grey << 16 | grey << 8 | grey;
}

std::uint32_t halfway(std::uint32_t a, std::uint32_t b) {
    return ((a & 0xfefefeU) >> 1) + ((b & 0xfefefeU) >> 1);
}

struct Colours {
    std::uint32_t text = 0;
    std::uint32_t ground = 0;
};

Colours colours_of(const TextStyle& style, bool reverse_screen) {
    Colours out{rgb_of(style.fg, reverse_screen ? kBackground : kForeground),
                rgb_of(style.bg, reverse_screen ? kForeground : kBackground)};
    if (style.inverse) {
        std::swap(out.text, out.ground);
    }
    if (style.faint) {
        out.text = halfway(out.text, out.ground);
    }
    if (style.invisible) {
        out.text = out.ground;
    }
    return out;
}

/// The code points of UTF-8 text.
std::vector<std::string_view> characters_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::string_view one = base::utf8_prefix(text, 1);
        out.push_back(one);
        text.remove_prefix(one.size());
    }
    return out;
}

char32_t code_point(std::string_view utf8) {
    constexpr std::array<unsigned, 4> kLead{0x7f, 0x1f, 0x0f, 0x07};
    auto value = static_cast<char32_t>(static_cast<unsigned char>(utf8[0]) &
                                       kLead.at(std::min<std::size_t>(utf8.size() - 1, 3)));
    for (const char byte : utf8.substr(1)) {
        value = value << 6 | (static_cast<unsigned char>(byte) & 0x3fU);
    }
    return value;
}

class Drawing {
public:
    Drawing(Picture& picture, bool reverse_screen, int first_column)
        : picture_(picture), reverse_screen_(reverse_screen), first_column_(first_column) {}

    void grounds(const TextRun& run, int row) {
        const Colours colours = colours_of(run.style, reverse_screen_);
        if (colours.ground != picture_.background) {
            rect(left(run.x), top(row), run.width * Picture::kCellWidth, Picture::kCellHeight,
                 colours.ground);
        }
    }

    void characters(const TextRun& run, int row) {
        const std::uint32_t colour = colours_of(run.style, reverse_screen_).text;
        const int step = run.wide ? 2 : 1;
        std::string ascii; // stands together: these have one width in any monospaced font
        int ascii_x = run.x;
        int x = run.x;
        const auto end_ascii = [&] {
            const auto kept = ascii.find_last_not_of(' ');
            if (kept != std::string::npos) {
                ascii.resize(kept + 1);
                text(ascii, ascii_x, static_cast<int>(ascii.size()), row, run.style, colour);
            }
            ascii.clear();
        };
        if (run.cluster) {
            text(run.text, run.x, run.width, row, run.style, colour);
        } else {
            for (const std::string_view one : characters_of(run.text)) {
                const char32_t code = code_point(one);
                if (code < 0x80 && !(code == ' ' && ascii.empty())) {
                    ascii_x = ascii.empty() ? x : ascii_x;
                    ascii += one;
                } else if (code != ' ') {
                    end_ascii();
                    if (is_drawn(code)) {
                        draw_box(picture_.shapes, code, left(x), top(row), colour);
                    } else {
                        text(std::string(one), x, step, row, run.style, colour);
                    }
                }
                x += step;
            }
            end_ascii();
        }
        lines(run, row, colour);
    }

    void cursor(int x, int y, int shape, int columns) {
        constexpr double kBar = 2;
        const double cell_left = left(x);
        const double cell_top = top(y);
        const double width = columns * Picture::kCellWidth;
        const double height = Picture::kCellHeight;
        if (shape == 3 || shape == 4) {
            rect(cell_left, cell_top + height - kBar, width, kBar, kForeground);
        } else if (shape == 5 || shape == 6) {
            rect(cell_left, cell_top, kBar, height, kForeground);
        } else {
            rect(cell_left, cell_top, width, height, kForeground, 0.5);
        }
    }

private:
    double left(int x) const {
        return Picture::kMargin + (x - first_column_) * Picture::kCellWidth;
    }
    static double top(int row) { return Picture::kMargin + row * Picture::kCellHeight; }

    void rect(double x, double y, double w, double h, std::uint32_t colour, double opacity = 1) {
        Shape shape;
        shape.x = x;
        shape.y = y;
        shape.w = w;
        shape.h = h;
        shape.colour = colour;
        shape.opacity = opacity;
        picture_.shapes.push_back(std::move(shape));
    }

    void text(std::string text, int x, int columns, int row, const TextStyle& style,
              std::uint32_t colour) {
        Shape shape;
        shape.kind = Shape::Kind::text;
        shape.x = left(x);
        shape.y = top(row);
        shape.w = columns * Picture::kCellWidth;
        shape.h = Picture::kCellHeight;
        shape.colour = colour;
        shape.bold = style.bold;
        shape.italic = style.italic;
        shape.text = std::move(text);
        picture_.shapes.push_back(std::move(shape));
    }

    void lines(const TextRun& run, int row, std::uint32_t colour) {
        const double x = left(run.x);
        const double width = run.width * Picture::kCellWidth;
        const double y = top(row);
        if (run.style.strike) {
            rect(x, y + Picture::kCellHeight / 2.0, width, 1, colour);
        }
        if (run.style.overline) {
            rect(x, y, width, 1, colour);
        }
        const std::uint32_t line = rgb_of(run.style.underline_colour, colour);
        const double low = y + Picture::kCellHeight - 3;
        switch (run.style.underline) {
        case UnderlineStyle::none:
            break;
        case UnderlineStyle::twofold:
            rect(x, low - 1, width, 1, line);
            rect(x, low + 1, width, 1, line);
            break;
        case UnderlineStyle::dotted:
        case UnderlineStyle::dashed: {
            const double dash = run.style.underline == UnderlineStyle::dotted ? 1.5 : 5;
            for (double at = 0; at < width; at += 2 * dash) {
                rect(x + at, low, std::min(dash, width - at), 1.5, line);
            }
            break;
        }
        case UnderlineStyle::curly: {
            std::string path = fmt::format("M {:g} {:g}", x, low);
            for (int i = 0; i < run.width * 2; ++i) {
                const double half = Picture::kCellWidth / 2.0;
                path += fmt::format(" Q {:g} {:g} {:g} {:g}", x + (i + 0.5) * half,
                                    low + (i % 2 == 0 ? -3 : 3), x + (i + 1) * half, low);
            }
            Shape shape;
            shape.kind = Shape::Kind::curve;
            shape.w = 1;
            shape.colour = line;
            shape.text = std::move(path);
            picture_.shapes.push_back(std::move(shape));
            break;
        }
        case UnderlineStyle::single:
            rect(x, low, width, 1, line);
            break;
        }
    }

    Picture& picture_;
    bool reverse_screen_;
    int first_column_;
};

/// How many columns the character at a place takes.
int columns_at(const Shot& shot, int x, int y) {
    for (const control::ScreenRow& row : shot.rows) {
        for (const TextRun& run : row.runs) {
            if (row.y == y && x >= run.x && x < run.x + run.width) {
                return run.cluster ? run.width : run.wide ? 2 : 1;
            }
        }
    }
    return 1;
}

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
        }
    }
}

} // namespace

Picture draw(const Shot& shot, const control::Region& region) {
    Picture picture;
    const int first = std::min(region.x, shot.info.cols - 1);
    const int columns =
        region.w == 0 ? shot.info.cols - first : std::min(region.w, shot.info.cols - first);
    const bool reverse_screen = shot.info.reverse_video;
    picture.background = reverse_screen ? kForeground : kBackground;
    picture.width = columns * Picture::kCellWidth + 2 * Picture::kMargin;
    picture.height = std::max(1, shot.info.end_y - shot.info.first_y) * Picture::kCellHeight +
                     2 * Picture::kMargin;
    Drawing drawing(picture, reverse_screen, first);
    for (const control::ScreenRow& row : shot.rows) {
        for (const TextRun& run : row.runs) {
            drawing.grounds(run, row.y - shot.info.first_y);
        }
    }
    if (shot.info.cursor_visible && shot.info.cursor_y >= shot.info.first_y &&
        shot.info.cursor_y < shot.info.end_y && shot.info.cursor_x >= first &&
        shot.info.cursor_x < first + columns) {
        drawing.cursor(shot.info.cursor_x, shot.info.cursor_y - shot.info.first_y,
                       shot.info.cursor_shape,
                       columns_at(shot, shot.info.cursor_x, shot.info.cursor_y));
    }
    for (const control::ScreenRow& row : shot.rows) {
        for (const TextRun& run : row.runs) {
            drawing.characters(run, row.y - shot.info.first_y);
        }
    }
    return picture;
}

std::string to_svg(const Picture& picture, std::string_view title) {
    // DejaVu Sans Mono, Menlo and Liberation Mono are 0.602 em wide: a cell, also for a viewer that
    // knows nothing of textLength (librsvg).
    constexpr double kFontSize = 16.61;
    constexpr double kBaseline = 15;
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
        "viewBox=\"0 0 {0} {1}\" font-family=\"'DejaVu Sans Mono', Menlo, Consolas, 'Liberation "
        "Mono', monospace\" font-size=\"{2}\" xml:space=\"preserve\">\n<title>",
        picture.width, picture.height, kFontSize);
    append_escaped(out, title);
    out += fmt::format("</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#{:06x}\"/>\n",
                       picture.background);
    for (const Shape& shape : picture.shapes) {
        const std::string opacity =
            shape.opacity < 1 ? fmt::format(" opacity=\"{:g}\"", shape.opacity) : "";
        switch (shape.kind) {
        case Shape::Kind::rect:
            out += fmt::format("<rect x=\"{:g}\" y=\"{:g}\" width=\"{:g}\" height=\"{:g}\" "
                               "fill=\"#{:06x}\"{}/>\n",
                               shape.x, shape.y, shape.w, shape.h, shape.colour, opacity);
            break;
        case Shape::Kind::curve:
            out += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"#{:06x}\" "
                               "stroke-width=\"{:g}\"/>\n",
                               shape.text, shape.colour, shape.w);
            break;
        case Shape::Kind::text:
            out += fmt::format("<text x=\"{:g}\" y=\"{:g}\" textLength=\"{:g}\" "
                               "lengthAdjust=\"spacingAndGlyphs\" fill=\"#{:06x}\"{}{}>",
                               shape.x, shape.y + kBaseline, shape.w, shape.colour,
                               shape.bold ? " font-weight=\"bold\"" : "",
                               shape.italic ? " font-style=\"italic\"" : "");
            append_escaped(out, shape.text);
            out += "</text>\n";
            break;
        }
    }
    return out + "</svg>\n";
}

std::string to_draw_list(const Picture& picture) {
    std::string out = fmt::format("picture {} {} {:06x} {} {}\n", picture.width, picture.height,
                                  picture.background, Picture::kCellWidth, Picture::kCellHeight);
    for (const Shape& shape : picture.shapes) {
        switch (shape.kind) {
        case Shape::Kind::rect:
            out += fmt::format("rect {:g} {:g} {:g} {:g} {:06x} {:g}\n", shape.x, shape.y, shape.w,
                               shape.h, shape.colour, shape.opacity);
            break;
        case Shape::Kind::curve:
            out += fmt::format("curve {:06x} {:g} {}\n", shape.colour, shape.w, shape.text);
            break;
        case Shape::Kind::text: {
            std::string text = shape.text;
            std::ranges::replace(text, '\n', ' ');
            out += fmt::format("text {:g} {:g} {:g} {:g} {:06x} {}{} {}\n", shape.x, shape.y,
                               shape.w, shape.h, shape.colour, shape.bold ? 'b' : '-',
                               shape.italic ? 'i' : '-', text);
            break;
        }
        }
    }
    return out;
}

} // namespace kept::cli
