#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/screen_text.h"

namespace kept::cli {

/// One thing to draw, in pixels. Rectangles and lines are drawn in the order given, text above.
struct Shape {
    enum class Kind { rect, text, curve };
    Kind kind = Kind::rect;
    double x = 0;
    double y = 0; ///< text: of its cell's top
    double w = 0;
    double h = 0;
    std::uint32_t colour = 0; ///< 0xrrggbb
    double opacity = 1;
    bool bold = false;
    bool italic = false;
    std::string text; ///< curve: its path, in SVG's words
};

/// A screen as a person would see it, in cells of kCellWidth × kCellHeight: backgrounds, text,
/// lines and the cursor. Box drawing and block elements are shapes, so that they join whatever the
/// font; every other character stands at its own column.
struct Picture {
    static constexpr int kCellWidth = 10;
    static constexpr int kCellHeight = 20;
    static constexpr int kMargin = 6;

    int width = 0;
    int height = 0;
    std::uint32_t background = 0;
    std::vector<Shape> shapes;
};

/// Of a region with a given first column and width only these columns (0: to the edge).
Picture draw(const Shot& shot, const control::Region& region = {});

/// The picture as an SVG file.
std::string to_svg(const Picture& picture, std::string_view title);

/// The picture as kept-png reads it: one shape a line.
std::string to_draw_list(const Picture& picture);

} // namespace kept::cli
