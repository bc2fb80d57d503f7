#pragma once

#include "vt/row.h"
#include "vt/types.h"

#include <vector>

namespace kept::vt {

/// The rows of one screen, in a ring so that scrolling the whole screen moves nothing.
class Grid {
public:
    explicit Grid(Size size) : size_(size), rows_(static_cast<std::size_t>(size.rows)) {}

    Size size() const { return size_; }
    Row& row(int index) { return rows_[slot(index)]; }
    const Row& row(int index) const { return rows_[slot(index)]; }

    /// The top row leaves, a blank one in the given style comes in at the bottom.
    void rotate_up(std::uint16_t style) {
        rows_[slot(0)].clear(size_.cols, style);
        if (++top_ == size_.rows) {
            top_ = 0;
        }
    }
    /// Rows top..bottom move up by `count`; blanks in the given style come in below.
    void scroll_up(int top, int bottom, int count, std::uint16_t style);
    void scroll_down(int top, int bottom, int count, std::uint16_t style);
    /// The same for the rectangle of columns left..right.
    void scroll_columns(int top, int bottom, int left, int right, int count, std::uint16_t style);

    void clear(std::uint16_t style = 0);
    /// Index of the last row that holds text, or -1.
    int last_used_row() const;
    /// Cuts or extends to the new size without moving text; rows leave at the top if `drop_top`
    /// says how many, the rest at the bottom.
    void crop(Size size, int drop_top);
    /// Puts rows in at the top; as many leave at the bottom.
    void push_top(std::vector<Row> rows);
    /// Takes finished rows; at most size.rows of them.
    void replace(Size size, std::vector<Row> rows);

    void trim();
    std::size_t memory_used() const;

private:
    std::size_t slot(int index) const {
        const int at = top_ + index;
        return static_cast<std::size_t>(at >= size_.rows ? at - size_.rows : at);
    }
    void straighten(); // top_ becomes 0

    Size size_;
    int top_ = 0;
    std::vector<Row> rows_;
};

/// True if the row holds a character, be it a space; a mere background colour is no text.
bool has_text(const Row& row);

} // namespace kept::vt
