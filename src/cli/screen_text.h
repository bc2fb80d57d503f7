#pragma once

#include <string>
#include <vector>

#include "cli/json_writer.h"
#include "control/screen_info.h"

namespace kept::cli {

/// A screen as it was received: what is known of it, and the wanted rows in order.
struct Shot {
    control::ScreenInfo info;
    std::vector<control::ScreenRow> rows;
};

/// Characters that stand out: what a menu shows as selected.
struct Highlight {
    int x = 0;
    int y = 0;
    int width = 0;
    bool inverse = false; ///< by inverse video; else by its background
    std::string text;
};

/// The text of a row, without blanks at its end.
std::string row_text(const control::ScreenRow& row);

/// Rows as a person sees them, each with a line feed; blank rows at the end are left out. With
/// `styled`, colours and attributes as escape sequences. Of changes alone, each row is preceded by
/// its number and a tab.
std::string screen_text(const Shot& shot, bool styled);

/// Stretches of text that are inverse, or whose background differs from those above and below.
std::vector<Highlight> find_highlights(const Shot& shot);

/// The whole as one JSON object; keys of docs/screen.md.
void write_screen(JsonWriter& json, const std::string& session, const Shot& shot,
                  bool with_highlights);

} // namespace kept::cli
