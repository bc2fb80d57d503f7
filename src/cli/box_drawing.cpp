#include "cli/box_drawing.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

namespace kept::cli {

namespace {

constexpr double kWidth = Picture::kCellWidth;
constexpr double kHeight = Picture::kCellHeight;
constexpr double kLight = 1.5;
constexpr double kHeavy = 3;
/// From the centre to either line of a double one.
constexpr double kApart = 1.75;

constexpr char32_t kBoxFirst = 0x2500;
constexpr char32_t kBlockFirst = 0x2580;
constexpr char32_t kBlockLast = 0x259f;

/// Arms of U+2500 to U+257F, four digits each: left, right, up, down; 0 none, 1 light, 2 heavy,
/// 3 double. Dashed lines stand as their whole ones; arcs and diagonals as nothing.
constexpr std::string_view kArms = "1100220000110022"
                                   "1100220000110022"
                                   "1100220000110022"
                                   "0101020101020202" // 2500
                                   "1001200110022002"
                                   "0110021001200220"
                                   "1010201010202020"
                                   "0111021101210112" // 2510
                                   "0122022102120222"
                                   "1011201110211012"
                                   "1022202120122022"
                                   "1101210112012201" // 2520
                                   "1102210212022202"
                                   "1110211012102210"
                                   "1120212012202220"
                                   "1111211112112211" // 2530
                                   "1121111211222121"
                                   "1221211212122221"
                                   "2212212212222222"
                                   "1100220000110022" // 2540
                                   "3300003303010103"
                                   "0303300110033003"
                                   "0310013003303010"
                                   "1030303003110133" // 2550
                                   "0333301110333033"
                                   "3301110333033310"
                                   "1130333033111133"
                                   "3333000000000000" // 2560
                                   "0000000000000000"
                                   "1000001001000001"
                                   "2000002002000002"
                                   "1200001221000021"; // 2570
static_assert(kArms.size() == 128 * 4);

enum Arm : std::size_t { left_arm, right_arm, up_arm, down_arm };

class Box {
public:
    Box(std::vector<Shape>& shapes, double x, double y, std::uint32_t colour)
        : shapes_(shapes), x_(x), y_(y), colour_(colour) {}

    /// A rectangle by its edges within the cell.
    void rect(double left, double top, double right, double bottom, double opacity = 1) {
        Shape shape;
        shape.x = x_ + left;
        shape.y = y_ + top;
        shape.w = right - left;
        shape.h = bottom - top;
        shape.colour = colour_;
        shape.opacity = opacity;
        shapes_.push_back(shape);
    }

    /// A rectangle by parts of the cell.
    void part(double left, double top, double right, double bottom, double opacity = 1) {
        rect(left * kWidth, top * kHeight, right * kWidth, bottom * kHeight, opacity);
    }

    void path(std::string words) {
        Shape shape;
        shape.kind = Shape::Kind::curve;
        shape.w = kLight;
        shape.colour = colour_;
        shape.text = std::move(words);
        shapes_.push_back(std::move(shape));
    }

    [[nodiscard]] std::string point(double x, double y) const {
        return fmt::format("{:g} {:g}", x_ + x, y_ + y);
    }

    /// From the edge to the centre or beyond, `at` off the centre line.
    void line(Arm arm, double at, double thickness, double beyond) {
        const double middle_x = kWidth / 2;
        const double middle_y = kHeight / 2;
        const double half = thickness / 2;
        switch (arm) {
        case left_arm:
            rect(0, middle_y + at - half, middle_x + beyond, middle_y + at + half);
            break;
        case right_arm:
            rect(middle_x - beyond, middle_y + at - half, kWidth, middle_y + at + half);
            break;
        case up_arm:
            rect(middle_x + at - half, 0, middle_x + at + half, middle_y + beyond);
            break;
        case down_arm:
            rect(middle_x + at - half, middle_y - beyond, middle_x + at + half, kHeight);
            break;
        }
    }

    /// A dashed line through the whole cell.
    void dashes(bool vertical, int count, double thickness) {
        const double length = (vertical ? kHeight : kWidth) / count;
        for (int i = 0; i < count; ++i) {
            const double begin = i * length + length / 6;
            const double end = (i + 1) * length - length / 6;
            if (vertical) {
                rect((kWidth - thickness) / 2, begin, (kWidth + thickness) / 2, end);
            } else {
                rect(begin, (kHeight - thickness) / 2, end, (kHeight + thickness) / 2);
            }
        }
    }

private:
    std::vector<Shape>& shapes_;
    double x_;
    double y_;
    std::uint32_t colour_;
};

double thickness_of(int weight) {
    return weight == 2 ? kHeavy : kLight;
}

/// How far a line reaches beyond the centre so that it meets those across.
double reach(int first_across, int second_across) {
    double far = 0;
    for (const int weight : {first_across, second_across}) {
        far = std::max(far, weight == 0   ? 0
                            : weight == 3 ? kApart + kLight / 2
                                          : thickness_of(weight) / 2);
    }
    return far;
}

void draw_arms(Box& box, const std::array<int, 4>& arms) {
    constexpr std::array kAll{left_arm, right_arm, up_arm, down_arm};
    for (const Arm arm : kAll) {
        const int weight = arms.at(arm);
        if (weight == 0) {
            continue;
        }
        const bool vertical = arm == up_arm || arm == down_arm;
        const int before = arms.at(vertical ? left_arm : up_arm);   // across, on the side of minus
        const int after = arms.at(vertical ? right_arm : down_arm); // and of plus
        if (weight != 3) {
            box.line(arm, 0, thickness_of(weight), reach(before, after));
            continue;
        }
        for (const double side : {-kApart, kApart}) {
            const int near = side < 0 ? before : after;
            const int far = side < 0 ? after : before;
            // It turns into a double line on its own side, goes round one on the other side, and
            // else meets what crosses in the middle.
            double beyond = kLight / 2;
            if (near == 3) {
                beyond = -kApart + kLight / 2;
            } else if (far == 3) {
                beyond = kApart + kLight / 2;
            }
            box.line(arm, side, kLight, beyond);
        }
    }
}

/// Lines that are dashed: how many dashes; 0 for others.
int dash_count(char32_t character) {
    if (character >= 0x2504 && character <= 0x2507) {
        return 3;
    }
    if (character >= 0x2508 && character <= 0x250b) {
        return 4;
    }
    return character >= 0x254c && character <= 0x254f ? 2 : 0;
}

void draw_lines(Box& box, char32_t character) {
    const double middle_x = kWidth / 2;
    const double middle_y = kHeight / 2;
    const double radius = middle_x;
    const auto corner = [&](double from_y, double to_x) {
        const double bend_y = from_y == 0 ? middle_y - radius : middle_y + radius;
        const double bend_x = to_x == 0 ? middle_x - radius : middle_x + radius;
        box.path("M " + box.point(middle_x, from_y) + " L " + box.point(middle_x, bend_y) + " Q " +
                 box.point(middle_x, middle_y) + " " + box.point(bend_x, middle_y) + " L " +
                 box.point(to_x, middle_y));
    };
    switch (character) {
    case 0x256d:
        corner(kHeight, kWidth);
        return;
    case 0x256e:
        corner(kHeight, 0);
        return;
    case 0x256f:
        corner(0, 0);
        return;
    case 0x2570:
        corner(0, kWidth);
        return;
    case 0x2571:
    case 0x2572:
    case 0x2573:
        if (character != 0x2572) {
            box.path("M " + box.point(0, kHeight) + " L " + box.point(kWidth, 0));
        }
        if (character != 0x2571) {
            box.path("M " + box.point(0, 0) + " L " + box.point(kWidth, kHeight));
        }
        return;
    default:
        break;
    }
    std::array<int, 4> arms{};
    for (std::size_t i = 0; i < arms.size(); ++i) {
        arms.at(i) = kArms[(character - kBoxFirst) * 4 + i] - '0';
    }
    if (const int count = dash_count(character); count > 0) {
        const bool vertical = arms[up_arm] != 0;
        box.dashes(vertical, count, thickness_of(vertical ? arms[up_arm] : arms[left_arm]));
        return;
    }
    draw_arms(box, arms);
}

void draw_block(Box& box, char32_t character) {
    constexpr double kEighth = 1.0 / 8;
    if (character >= 0x2581 && character <= 0x2588) {
        box.part(0, 1 - (character - 0x2580) * kEighth, 1, 1);
        return;
    }
    if (character >= 0x2589 && character <= 0x258f) {
        box.part(0, 0, 1 - (character - 0x2588) * kEighth, 1);
        return;
    }
    switch (character) {
    case 0x2580:
        box.part(0, 0, 1, 0.5);
        return;
    case 0x2590:
        box.part(0.5, 0, 1, 1);
        return;
    case 0x2591:
    case 0x2592:
    case 0x2593:
        box.part(0, 0, 1, 1, (character - 0x2590) * 0.25);
        return;
    case 0x2594:
        box.part(0, 0, 1, kEighth);
        return;
    case 0x2595:
        box.part(1 - kEighth, 0, 1, 1);
        return;
    default:
        break;
    }
    // Quadrants from U+2596 on: bits for upper left, upper right, lower left, lower right.
    constexpr std::array<unsigned, 10> kQuadrants{4, 8, 1, 13, 9, 7, 11, 2, 6, 14};
    const unsigned bits = kQuadrants.at(character - 0x2596);
    for (unsigned i = 0; i < 4; ++i) {
        if ((bits >> i & 1U) != 0) {
            const double left = i % 2 == 0 ? 0 : 0.5;
            const double top = i < 2 ? 0 : 0.5;
            box.part(left, top, left + 0.5, top + 0.5);
        }
    }
}

} // namespace

bool is_drawn(char32_t character) {
    return character >= kBoxFirst && character <= kBlockLast;
}

void draw_box(std::vector<Shape>& shapes, char32_t character, double x, double y,
              std::uint32_t colour) {
    Box box(shapes, x, y, colour);
    if (character >= kBlockFirst) {
        draw_block(box, character);
    } else {
        draw_lines(box, character);
    }
}

} // namespace kept::cli
