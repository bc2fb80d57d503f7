#pragma once

#include <cstdint>
#include <vector>

#include "cli/picture.h"

namespace kept::cli {

/// True for characters that are drawn as shapes: box drawing (U+2500 to U+257F) and block elements
/// (U+2580 to U+259F).
bool is_drawn(char32_t character);

/// Adds the shapes of such a character in the cell whose top left corner is at x, y.
void draw_box(std::vector<Shape>& shapes, char32_t character, double x, double y,
              std::uint32_t colour);

} // namespace kept::cli
