#pragma once

#include <cstdint>

namespace kept::vt {

/// Columns a code point takes: 0 (combining or invisible), 1 or 2; -1 for a control, which is not
/// shown at all.
int char_width(char32_t character);

/// Decides which code points share a cell with the one before: combining marks, variation
/// selectors, ZWJ sequences, skin tones, flags and Hangul syllables (Unicode UAX #29). A spacing
/// mark that programs count as a column of its own keeps its own cell.
class GraphemeJoiner {
public:
    /// After `character` began a cell.
    void start(char32_t character) {
        previous_ = character;
        state_ = 0;
    }
    void forget() { previous_ = 0; }
    /// True if there is a cell to join.
    bool active() const { return previous_ != 0; }
    /// True if `character` of the given width belongs to the cell before; then it counts as read.
    bool joins(char32_t character, int width);
    char32_t previous() const { return previous_; }

private:
    char32_t previous_ = 0;
    std::int32_t state_ = 0;
};

/// VS16 asks for the emoji (wide) form of the character before it.
inline constexpr char32_t kVariationSelector16 = 0xfe0f;
bool is_regional_indicator(char32_t character);
/// True if VS16 makes `character` wide.
bool widens_with_vs16(char32_t character);

} // namespace kept::vt
