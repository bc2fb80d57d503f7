#pragma once

#include "vt/cell.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace kept::vt {

/// Between text of ASCII, where 0 stands for a blank, and cells: most of what is ever shown goes
/// one way and comes back the other.

/// Writes one cell for each byte, all in the same style. `out` may be where `text` itself begins.
void widen(Cell* out, std::string_view text, std::uint16_t style, std::uint16_t flags);

/// Writes one byte for each cell, which hold blanks and ASCII only; blanks become spaces.
void narrow(char* out, std::span<const Cell> cells);

/// Sets all cells to one.
void fill(std::span<Cell> cells, Cell cell);

/// Copies text; blanks become spaces.
void fill_blanks(char* out, std::string_view text);

} // namespace kept::vt
