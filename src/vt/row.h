#pragma once

#include "vt/cell.h"
#include "vt/types.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace kept::vt {

/// One row of the screen. Cells exist up to the last written one; those beyond are blank. Sixteen
/// bytes of its own, so that a screen of empty rows costs next to nothing.
///
/// A row is plain until something else than unstyled ASCII is written: then a cell is a byte, as
/// most output needs no more and much of it is written only to leave the screen again.
class Row {
public:
    Row() = default;
    ~Row() = default;
    Row(const Row&) = delete;
    Row& operator=(const Row&) = delete;
    Row(Row&& other) noexcept
        : memory_(std::move(other.memory_)), size_(std::exchange(other.size_, std::uint16_t{0})),
          capacity_(std::exchange(other.capacity_, std::uint16_t{0})),
          wrapped_(std::exchange(other.wrapped_, false)),
          complex_(std::exchange(other.complex_, false)),
          plain_(std::exchange(other.plain_, true)) {}
    Row& operator=(Row&& other) noexcept {
        memory_ = std::move(other.memory_);
        size_ = std::exchange(other.size_, std::uint16_t{0});
        capacity_ = std::exchange(other.capacity_, std::uint16_t{0});
        wrapped_ = std::exchange(other.wrapped_, false);
        complex_ = std::exchange(other.complex_, false);
        plain_ = std::exchange(other.plain_, true);
        return *this;
    }

    friend void swap(Row& one, Row& other) noexcept { // scrolling a region is made of these
        one.memory_.swap(other.memory_);
        std::swap(one.size_, other.size_);
        std::swap(one.capacity_, other.capacity_);
        std::swap(one.wrapped_, other.wrapped_);
        std::swap(one.complex_, other.complex_);
        std::swap(one.plain_, other.plain_);
    }

    int size() const { return size_; }
    bool plain() const { return plain_; }
    /// The characters of a plain row; 0 is a blank.
    std::string_view text() const { return {bytes(), size_}; }
    /// The cells of a row that is not plain.
    std::span<const Cell> cells() const { return {stored(), size_}; }
    /// The cells of any row, which is not plain from now on.
    std::span<Cell> open_cells() {
        unpack();
        return {stored(), size_};
    }
    /// A blank beyond the end.
    Cell at(int col) const {
        if (col < 0 || col >= size_) {
            return {};
        }
        return plain_ ? Cell{static_cast<unsigned char>(bytes()[col]), 0, 0}
                      : stored()[col_index(col)];
    }

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
        unpack();
        if (complex_) {
            split(from, style);
            split(to, style);
        }
        complex_ = complex_ || complex;
        if (to > size_) {
            extend(from, to);
        }
        return stored() + from;
    }

    /// Makes sure that cells exist up to `size`, blank ones if they are new.
    void reach(int size) {
        unpack();
        if (size > size_) {
            extend(size, size);
        }
    }

    /// Puts printable ASCII.
    void write(int from, std::string_view text, std::uint16_t style, std::uint16_t flags);
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
        plain_ = true;
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
    void split(int col, std::uint16_t style) {
        if (!plain_ && col > 0 && col < size_ && stored()[col_index(col)].tail()) {
            blank_halves(col, style);
        }
    }
    /// Drops blank cells without style at the end, and memory beyond `spare` unused cells.
    void trim(int spare);
    std::size_t memory_used() const { return capacity_ * sizeof(Cell); }

private:
    static std::size_t col_index(int col) { return static_cast<std::size_t>(col); }
    const char* bytes() const { return reinterpret_cast<const char*>(memory_.get()); }
    char* bytes() { return reinterpret_cast<char*>(memory_.get()); }
    const Cell* stored() const { return reinterpret_cast<const Cell*>(memory_.get()); }
    Cell* stored() { return reinterpret_cast<Cell*>(memory_.get()); }
    void unpack() {
        if (plain_) {
            widen_all();
        }
    }
    void widen_all();
    void blank_halves(int col, std::uint16_t style);
    /// Makes the row longer; only cells before `from` are made blank.
    void extend(int from, int size);
    void extend_text(int from, int size);
    void reallocate(int capacity, std::size_t kept_bytes);

    // Cells, or the text of a plain row. NOLINTNEXTLINE: a vector would take eight bytes more
    std::unique_ptr<std::byte[]> memory_;
    std::uint16_t size_ = 0;
    std::uint16_t capacity_ = 0; // in cells, plain or not
    bool wrapped_ = false;
    bool complex_ = false;
    bool plain_ = true; // the first size_ bytes of it are characters
};
static_assert(sizeof(Row) == 16);
static_assert(kMaxEdge <= 65535, "sizes are kept in 16 bits");

} // namespace kept::vt
