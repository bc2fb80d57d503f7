#pragma once

#include <string>
#include <vector>

#include "vt/style.h"

namespace kept::vt {

class Engine;
class Row;

/// A stretch of a row for those who draw it: characters of one style and one width side by side.
struct Span {
    int col = 0;
    int width = 0;        ///< columns, all characters together
    bool wide = false;    ///< each character takes two columns
    bool cluster = false; ///< all the text is one character of several code points
    Style style;          ///< its `link` means nothing here
    std::string link;     ///< target of the OSC 8 hyperlink, or empty
    std::string text;     ///< blanks are spaces
};

/// Columns [from, to) of a row. Blanks without colours at the end are left out; a wide character
/// that an edge cuts is a blank.
std::vector<Span> spans_of(const Engine& engine, const Row& row, int from, int to);

} // namespace kept::vt
