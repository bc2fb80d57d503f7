// kept-png FILE: reads a picture from standard input, one shape a line as `k screen --png` writes it
// (cli/picture.h), and writes it as a PNG file. A program of its own, so that `k` needs no fonts.

#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include <pango/pangocairo.h>

namespace {

/// Beyond this an edge is no picture of a screen; it also bounds the memory.
constexpr int kMostPixels = 65'000;
constexpr double kMostArea = 400e6;

struct Release {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
    void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
    void operator()(void* object) const { g_object_unref(object); }
};
template <class T> using Owned = std::unique_ptr<T, Release>;

struct Rgb {
    double r = 0;
    double g = 0;
    double b = 0;
};

Rgb read_colour(std::istream& in) {
    unsigned value = 0;
    in >> std::hex >> value >> std::dec;
    return {((value >> 16) & 0xff) / 255.0, ((value >> 8) & 0xff) / 255.0, (value & 0xff) / 255.0};
}

class Painter {
public:
    Painter(int width, int height, double cell_width, double cell_height)
        : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)),
          cairo_(cairo_create(surface_.get())), layout_(pango_cairo_create_layout(cairo_.get())),
          font_(pango_font_description_from_string("DejaVu Sans Mono, monospace")) {
        pango_context_set_round_glyph_positions(pango_layout_get_context(layout_.get()), FALSE);
        cairo_font_options_t* options = cairo_font_options_create();
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
        pango_cairo_context_set_font_options(pango_layout_get_context(layout_.get()), options);
        cairo_font_options_destroy(options);
        fit_font(cell_width, cell_height);
    }

    void ground(const Rgb& colour) {
        set(colour, 1);
        cairo_paint(cairo_.get());
    }

    void rect(double x, double y, double w, double h, const Rgb& colour, double opacity) {
        set(colour, opacity);
        cairo_rectangle(cairo_.get(), x, y, w, h);
        cairo_fill(cairo_.get());
    }

    /// A path of M, L and Q commands with absolute points.
    void curve(std::istream& words, const Rgb& colour, double width) {
        set(colour, 1);
        cairo_set_line_width(cairo_.get(), width);
        double x = 0;
        double y = 0;
        for (std::string command; words >> command;) {
            double end_x = 0;
            double end_y = 0;
            if (command == "Q") {
                double bend_x = 0;
                double bend_y = 0;
                words >> bend_x >> bend_y >> end_x >> end_y;
                // A quadratic curve as a cubic one.
                cairo_curve_to(cairo_.get(), x + (bend_x - x) * 2 / 3, y + (bend_y - y) * 2 / 3,
                               end_x + (bend_x - end_x) * 2 / 3, end_y + (bend_y - end_y) * 2 / 3,
                               end_x, end_y);
            } else {
                words >> end_x >> end_y;
                command == "M" ? cairo_move_to(cairo_.get(), end_x, end_y)
                               : cairo_line_to(cairo_.get(), end_x, end_y);
            }
            x = end_x;
            y = end_y;
        }
        cairo_stroke(cairo_.get());
    }

    /// Text that fills `w` pixels: squeezed where a font is wider, centred where it is narrower.
    void text(const std::string& text, double x, double y, double w, const Rgb& colour, bool bold,
              bool italic) {
        set(colour, 1);
        pango_font_description_set_weight(font_.get(),
                                          bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
        pango_font_description_set_style(font_.get(),
                                         italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
        pango_layout_set_font_description(layout_.get(), font_.get());
        pango_layout_set_text(layout_.get(), text.c_str(), static_cast<int>(text.size()));
        PangoRectangle logical;
        pango_layout_get_extents(layout_.get(), nullptr, &logical);
        const double natural = pango_units_to_double(logical.width);
        const double ascent = pango_units_to_double(pango_layout_get_baseline(layout_.get()));
        cairo_save(cairo_.get());
        const double scale = natural > w && natural > 0 ? w / natural : 1;
        cairo_translate(cairo_.get(), x + (w - natural * scale) / 2, y + baseline_ - ascent * scale);
        cairo_scale(cairo_.get(), scale, scale);
        pango_cairo_update_layout(cairo_.get(), layout_.get());
        pango_cairo_show_layout(cairo_.get(), layout_.get());
        cairo_restore(cairo_.get());
    }

    bool write(const char* path) {
        return cairo_surface_write_to_png(surface_.get(), path) == CAIRO_STATUS_SUCCESS;
    }

private:
    void set(const Rgb& colour, double opacity) {
        cairo_set_source_rgba(cairo_.get(), colour.r, colour.g, colour.b, opacity);
    }

    /// The size at which the font's characters are as wide as a cell, and where lines stand then.
    void fit_font(double cell_width, double cell_height) {
        constexpr double kTrial = 100;
        constexpr int kLetters = 10;
        pango_font_description_set_absolute_size(font_.get(), kTrial * PANGO_SCALE);
        pango_layout_set_font_description(layout_.get(), font_.get());
        pango_layout_set_text(layout_.get(), "MMMMMMMMMM", kLetters);
        PangoRectangle logical;
        pango_layout_get_extents(layout_.get(), nullptr, &logical);
        const double advance = pango_units_to_double(logical.width) / kLetters;
        const double by_height =
            kTrial * cell_height / std::max(1.0, pango_units_to_double(logical.height));
        const double size = std::min(kTrial * cell_width / std::max(1.0, advance), by_height);
        pango_font_description_set_absolute_size(font_.get(), size * PANGO_SCALE);
        const double ascent =
            pango_units_to_double(pango_layout_get_baseline(layout_.get())) * size / kTrial;
        const double height = pango_units_to_double(logical.height) * size / kTrial;
        baseline_ = std::round((cell_height - height) / 2 + ascent);
    }

    Owned<cairo_surface_t> surface_;
    Owned<cairo_t> cairo_;
    Owned<PangoLayout> layout_;
    Owned<PangoFontDescription> font_;
    double baseline_ = 0;
};

int wrong_input(int line) {
    std::fprintf(stderr, "kept-png: line %d of the input is no shape; k screen --png writes it\n",
                 line);
    return 2;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2 || argv[1][0] == '-') {
        std::fputs("usage: kept-png FILE < shapes   (k screen --png FILE runs it)\n", stderr);
        return 2;
    }
    std::string word;
    std::string line;
    int width = 0;
    int height = 0;
    double cell_width = 0;
    double cell_height = 0;
    std::getline(std::cin, line);
    std::istringstream head(line);
    head >> word >> width >> height;
    const Rgb ground = read_colour(head);
    head >> cell_width >> cell_height;
    if (!head || word != "picture" || width < 1 || height < 1 || width > kMostPixels ||
        height > kMostPixels || static_cast<double>(width) * height > kMostArea) {
        return wrong_input(1);
    }
    Painter painter(width, height, cell_width, cell_height);
    painter.ground(ground);
    for (int number = 2; std::getline(std::cin, line); ++number) {
        std::istringstream in(line);
        double x = 0;
        double y = 0;
        double w = 0;
        double h = 0;
        in >> word;
        if (word == "rect") {
            in >> x >> y >> w >> h;
            const Rgb colour = read_colour(in);
            double opacity = 1;
            in >> opacity;
            painter.rect(x, y, w, h, colour, opacity);
        } else if (word == "curve") {
            const Rgb colour = read_colour(in);
            in >> w;
            painter.curve(in, colour, w);
            continue; // it reads to the end
        } else if (word == "text") {
            std::string style;
            in >> x >> y >> w >> h;
            const Rgb colour = read_colour(in);
            in >> style;
            in.get();
            std::string text;
            std::getline(in, text);
            if (style.size() == 2) {
                painter.text(text, x, y, w, colour, style[0] == 'b', style[1] == 'i');
            }
            in.clear();
        } else {
            return wrong_input(number);
        }
        if (!in && !in.eof()) {
            return wrong_input(number);
        }
    }
    if (!painter.write(argv[1])) {
        std::fprintf(stderr, "kept-png: cannot write %s\n", argv[1]);
        return 1;
    }
    return 0;
}
