#pragma once

#include "vt/engine.h"

#include <string>

namespace kept::vt {

/// Column after the last character of a row, spaces the program wrote included.
int text_end(const Row& row);

/// How a TAB mark is written.
enum class Tabs { spaces, kept };

/// Appends the text of columns [from, to); blanks are spaces.
void append_text(std::string& out, const Engine& engine, const Row& row, int from, int to,
                 Tabs tabs);

/// The same with SGR sequences between styles; the pen is reset at the end.
void append_styled(std::string& out, const Engine& engine, const Row& row, int from, int to);

/// Appends a row of `cols` columns as the scrollback keeps it: with SGR and OSC 8 sequences, TABs
/// as spaces, and '\n' unless the line goes on in the next row. Nothing reaches beyond the row.
void append_history(std::string& out, const Engine& engine, const Row& row, int cols,
                    SgrCache& sequences);

/// The characters of a cell that shows something, as they are written again.
void characters_of(const Engine& engine, Cell cell, std::u32string& characters);

/// What Screen::repaint gives.
std::string repaint(const Engine& engine);

} // namespace kept::vt
