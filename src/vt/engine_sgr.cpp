#include "vt/engine.h"

#include <algorithm>

namespace kept::vt {
namespace {

std::uint8_t byte_of(int value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

/// Reads what follows 38, 48 or 58 at `index` and moves it to the last parameter used. Both forms
/// are in use: `38;5;n`, `38;2;r;g;b` and, with colons, `38:5:n`, `38:2::r:g:b`, `38:2:r:g:b`.
bool extended_color(const Csi& csi, std::size_t& index, Color& color) {
    if (csi.is_sub(index + 1)) {
        const std::size_t first = index + 1;
        std::size_t end = first;
        while (csi.is_sub(end)) {
            ++end;
        }
        index = end - 1;
        const std::size_t parts = end - first;
        if (csi.at(first) == 5 && parts >= 2) {
            color = Color::indexed(byte_of(csi.at(first + 1)));
            return true;
        }
        if (csi.at(first) == 2 && parts >= 4) {
            const std::size_t red = first + (parts >= 5 ? 2 : 1); // with a colour space before it
            color = Color::rgb(byte_of(csi.at(red)), byte_of(csi.at(red + 1)),
                               byte_of(csi.at(red + 2)));
            return true;
        }
        return false;
    }
    if (csi.at(index + 1) == 5 && index + 2 < csi.count) {
        color = Color::indexed(byte_of(csi.at(index + 2)));
        index += 2;
        return true;
    }
    if (csi.at(index + 1) == 2 && index + 4 < csi.count) {
        color = Color::rgb(byte_of(csi.at(index + 2)), byte_of(csi.at(index + 3)),
                           byte_of(csi.at(index + 4)));
        index += 4;
        return true;
    }
    index = csi.count; // cut short: what is left means nothing on its own
    return false;
}

} // namespace

void Engine::sgr(const Csi& csi) {
    pen_changed_ = true;
    const std::uint16_t link = pen_.link; // SGR does not touch hyperlinks
    const auto clear = [&] {
        pen_ = {};
        pen_.link = link;
    };
    if (csi.count == 0) {
        clear();
        return;
    }
    for (std::size_t index = 0; index < csi.count; ++index) {
        if (csi.is_sub(index)) {
            continue; // of a parameter that takes none
        }
        const int value = csi.at(index);
        switch (value) {
        case 0:
            clear();
            break;
        case 1:
            pen_.bold = true;
            break;
        case 2:
            pen_.faint = true;
            break;
        case 3:
            pen_.italic = true;
            break;
        case 4:
            pen_.underline = Underline::single;
            if (csi.is_sub(index + 1)) {
                const int style = std::clamp(csi.at(index + 1), 0, 5);
                pen_.underline = static_cast<Underline>(style);
            }
            break;
        case 5:
        case 6:
            pen_.blink = true;
            break;
        case 7:
            pen_.inverse = true;
            break;
        case 8:
            pen_.invisible = true;
            break;
        case 9:
            pen_.strike = true;
            break;
        case 21:
            pen_.underline = Underline::twofold;
            break;
        case 22:
            pen_.bold = false;
            pen_.faint = false;
            break;
        case 23:
            pen_.italic = false;
            break;
        case 24:
            pen_.underline = Underline::none;
            break;
        case 25:
            pen_.blink = false;
            break;
        case 27:
            pen_.inverse = false;
            break;
        case 28:
            pen_.invisible = false;
            break;
        case 29:
            pen_.strike = false;
            break;
        case 38:
            extended_color(csi, index, pen_.fg);
            break;
        case 39:
            pen_.fg = {};
            break;
        case 48:
            extended_color(csi, index, pen_.bg);
            break;
        case 49:
            pen_.bg = {};
            break;
        case 53:
            pen_.overline = true;
            break;
        case 55:
            pen_.overline = false;
            break;
        case 58:
            extended_color(csi, index, pen_.underline_color);
            break;
        case 59:
            pen_.underline_color = {};
            break;
        default:
            if (value >= 30 && value <= 37) {
                pen_.fg = Color::indexed(byte_of(value - 30));
            } else if (value >= 40 && value <= 47) {
                pen_.bg = Color::indexed(byte_of(value - 40));
            } else if (value >= 90 && value <= 97) {
                pen_.fg = Color::indexed(byte_of(value - 90 + 8));
            } else if (value >= 100 && value <= 107) {
                pen_.bg = Color::indexed(byte_of(value - 100 + 8));
            }
            break;
        }
    }
}

} // namespace kept::vt
