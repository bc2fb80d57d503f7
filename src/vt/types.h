#pragma once

#include <algorithm>

namespace kept::vt {

/// Smallest and largest screen edge. The upper bound stops a peer from asking for a grid of
/// gigabytes with one resize; 4096 is wider than any real terminal.
inline constexpr int kMinEdge = 1;
inline constexpr int kMaxEdge = 4096;

/// Size of a screen in character cells.
struct Size {
    int cols = 160;
    int rows = 50;

    friend bool operator==(const Size&, const Size&) = default;
};

/// `size` with both edges brought into kMinEdge..kMaxEdge.
constexpr Size clamped(Size size) {
    return {std::clamp(size.cols, kMinEdge, kMaxEdge), std::clamp(size.rows, kMinEdge, kMaxEdge)};
}

/// A cell of the screen, counted from zero at the top left.
struct Position {
    int row = 0;
    int col = 0;

    friend bool operator==(const Position&, const Position&) = default;
};

} // namespace kept::vt
