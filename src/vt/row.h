#pragma once

#include "vt/cell.h"
#include "vt/types.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace kept::vt {

/// One row of the screen. Cells exist up to the last written one; those beyond are blank. Sixteen
/// bytes of its own, so that a screen of empty rows costs next to nothing.
class Row {
public:
    Row() = default;
    Row(Row&& other) noexcept
        : cells_(std::move(other.cells_)), size_(std::exchange(other.size_, std::uint16_t{0})),
          capacity_(std::exchange(other.capacity_, std::uint16_t{0})),
          wrapped_(std::exchange(other.wrapped_, false)),
          complex_(std::exchange(other.complex_, false)) {}
    Row& operator=(Row&& other) noexcept {
        cells_ = std::move(other.cells_);
        size_ = std::exchange(other.size_, std::uint16_t{0});
        capacity_ = std::exchange(other.capacity_, std::uint16_t{0});
        wrapped_ = std::exchange(other.wrapped_, false);
        complex_ = std::exchange(other.complex_, false);
        return *this;
    }

    int size() const { return size_; }
    std::span<const Cell> cells() const { return {cells_.get(), size_}; }
    std::span<Cell> cells() { return {cells_.get(), size_}; }
    /// A blank beyond the end.
    Cell at(int col) const { return col >= 0 && col < size_ ? cells_[col_index(col)] : Cell{}; }

    /// The line goes on in the next row.
    bool wrapped() const { return wrapped_; }
    void set_wrapped(bool wrapped) { wrapped_ = wrapped; }
    /// False while every cell is a blank or an ASCII character, which most rows are.
    bool complex() const { return complex_; }
    void mark_complex() { complex_ = true; }

    /// Cells [from, to) to be overwritten by the caller, all of them; the row grows as needed and
    /// no half of a wide character is left beside them: it becomes a blank in the given style, as
    /// in xterm.js. `to` is at most kMaxEdge.
    Cell* overwrite(int from, int to, bool complex, std::uint16_t style) {
        if (complex_) {
            split(from, style);
            split(to, style);
        }
        complex_ = complex_ || complex;
        if (to > size_) {
            extend(to);
        }
        return cells_.get() + from;
    }

    /// Puts one cell.
    void put(int col, Cell cell) {
        *overwrite(col, col + 1, cell.content >= 0x80, cell.style) = cell;
    }

    /// Makes cells [from, to) blank in the given style. `cols` is the width of the screen.
    void erase(int from, int to, int cols, std::uint16_t style);
    /// The same, sparing protected cells (DECSED, DECSEL).
    void erase_unprotected(int from, int to);
    /// Makes the whole row blank and no longer wrapped, keeping its memory.
    void clear() {
        size_ = 0;
        wrapped_ = false;
        complex_ = false;
    }
    void clear(int cols, std::uint16_t style) {
        clear();
        if (style != 0) {
            erase(0, cols, cols, style);
        }
    }
    /// Moves cells [col, right) by `count` columns to the right, dropping what passes `right`;
    /// blanks in the given style come in.
    void insert(int col, int count, int right, std::uint16_t style);
    /// The opposite: cells right of the removed ones move left.
    void remove(int col, int count, int right, std::uint16_t style);
    /// Copies `count` cells of a row (this one, too) from column `from` over those from `to` on.
    void copy(const Row& other, int from, int to, int count);

    /// Blanks both halves of a wide character that straddles `col` (its right half is there), in
    /// the given style.
    void split(int col, std::uint16_t style);
    /// Drops blank cells without style at the end, and memory beyond `spare` unused cells.
    void trim(int spare);
    std::size_t memory_used() const { return capacity_ * sizeof(Cell); }

private:
    static std::size_t col_index(int col) { return static_cast<std::size_t>(col); }
    void extend(int size);
    void reallocate(int capacity);

    std::unique_ptr<Cell[]> cells_; // NOLINT: a vector would take eight bytes more
    std::uint16_t size_ = 0;
    std::uint16_t capacity_ = 0;
    bool wrapped_ = false;
    bool complex_ = false;
};
static_assert(sizeof(Row) == 16);
static_assert(kMaxEdge <= 65535, "sizes are kept in 16 bits");

} // namespace kept::vt
