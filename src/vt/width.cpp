#include "vt/width.h"

#include <utf8proc.h>

namespace kept::vt {
namespace {

constexpr char32_t kZwj = 0x200d;

constexpr bool is_hangul_jamo(char32_t character) {
    return (character >= 0x1100 && character <= 0x11ff) ||
           (character >= 0xd7b0 && character <= 0xd7ff);
}

} // namespace

int char_width(char32_t character) {
    if (character < 0x20 || (character >= 0x7f && character < 0xa0)) {
        return -1;
    }
    if (character < 0x300) {
        return 1;
    }
    // The bulk of CJK text, without the table walk.
    if ((character >= 0x4e00 && character <= 0x9fff) ||
        (character >= 0xac00 && character <= 0xd7a3)) {
        return 2;
    }
    // Lines, blocks and Braille patterns, of which full-screen programs are made.
    if ((character >= 0x2500 && character <= 0x259f) ||
        (character >= 0x2800 && character <= 0x28ff)) {
        return 1;
    }
    if (is_regional_indicator(character)) {
        return 1; // a pair makes a flag of two columns
    }
    const auto* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(character));
    const int width = static_cast<int>(property->charwidth);
    if (width != 0) {
        return width;
    }
    switch (property->category) {
    case UTF8PROC_CATEGORY_CN: // unassigned and private characters are shown as a box
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
        return 1;
    default:
        return 0;
    }
}

bool is_regional_indicator(char32_t character) {
    return character >= 0x1f1e6 && character <= 0x1f1ff;
}

bool widens_with_vs16(char32_t character) {
    if (character < 0x2000) { // keycaps (`1`, VS16, U+20E3) stay narrow, as programs count them
        return false;
    }
    return utf8proc_get_property(static_cast<utf8proc_int32_t>(character))->boundclass ==
           UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

bool GraphemeJoiner::joins(char32_t character, int width) {
    if (previous_ == 0 || character < 0x300) {
        return false;
    }
    const bool mark = width == 0; // has nowhere else to go, whatever its class
    if (!mark && previous_ != kZwj && character < 0x1f000 && !is_hangul_jamo(character)) {
        return false;
    }
    const bool boundary =
        utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(previous_),
                                         static_cast<utf8proc_int32_t>(character), &state_);
    if (boundary && !mark) {
        return false;
    }
    previous_ = character;
    return true;
}

} // namespace kept::vt
