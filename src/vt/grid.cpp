#include "vt/grid.h"

#include <algorithm>

namespace kept::vt {

bool has_text(const Row& row) {
    if (row.plain()) {
        return row.text().find_first_not_of('\0') != std::string_view::npos;
    }
    return std::ranges::any_of(row.cells(), [](const Cell& cell) { return !cell.blank(); });
}

void Grid::straighten() {
    std::rotate(rows_.begin(), rows_.begin() + top_, rows_.end());
    top_ = 0;
}

void Grid::scroll_up(int top, int bottom, int count, std::uint16_t style) {
    const int height = bottom - top + 1;
    count = std::min(count, height);
    if (top == 0 && height == size_.rows) {
        for (int done = 0; done < count; ++done) {
            rotate_up(style);
        }
        return;
    }
    for (int index = top; index < top + count; ++index) {
        row(index).clear(size_.cols, style);
    }
    for (int index = top; index + count <= bottom; ++index) {
        swap(row(index), row(index + count));
    }
}

void Grid::scroll_down(int top, int bottom, int count, std::uint16_t style) {
    count = std::min(count, bottom - top + 1);
    for (int index = bottom; index > bottom - count; --index) {
        row(index).clear(size_.cols, style);
    }
    for (int index = bottom; index - count >= top; --index) {
        swap(row(index), row(index - count));
    }
}

void Grid::scroll_columns(int top, int bottom, int left, int right, int count,
                          std::uint16_t style) {
    const int height = bottom - top + 1;
    const int moved = std::max(0, height - std::abs(count));
    const auto blank = [&](int index) { row(index).erase(left, right + 1, size_.cols, style); };
    if (count > 0) {
        for (int step = 0; step < moved; ++step) {
            row(top + step).copy(row(top + step + count), left, left, right + 1 - left);
        }
        for (int index = top + moved; index <= bottom; ++index) {
            blank(index);
        }
    } else {
        for (int step = 0; step < moved; ++step) {
            row(bottom - step).copy(row(bottom - step + count), left, left, right + 1 - left);
        }
        for (int index = bottom - moved; index >= top; --index) {
            blank(index);
        }
    }
}

void Grid::clear(std::uint16_t style) {
    for (Row& row : rows_) {
        row.clear(size_.cols, style);
    }
}

int Grid::last_used_row() const {
    int index = size_.rows - 1;
    while (index >= 0 && !has_text(row(index))) {
        --index;
    }
    return index;
}

void Grid::crop(Size size, int drop_top) {
    straighten();
    rows_.erase(rows_.begin(), rows_.begin() + std::min(drop_top, size_.rows));
    rows_.resize(static_cast<std::size_t>(size.rows));
    rows_.shrink_to_fit();
    for (Row& row : rows_) {
        if (size.cols < size_.cols) {
            row.erase(size.cols, size_.cols, size_.cols, 0);
        }
        row.set_wrapped(row.wrapped() && size.cols == size_.cols);
    }
    size_ = size;
}

void Grid::push_top(std::vector<Row> rows) {
    straighten();
    const auto count = static_cast<std::ptrdiff_t>(rows.size());
    std::move_backward(rows_.begin(), rows_.end() - count, rows_.end());
    std::ranges::move(rows, rows_.begin());
}

void Grid::replace(Size size, std::vector<Row> rows) {
    rows_ = std::move(rows);
    rows_.resize(static_cast<std::size_t>(size.rows));
    rows_.shrink_to_fit();
    top_ = 0;
    size_ = size;
}

void Grid::trim() {
    for (Row& row : rows_) {
        row.trim(16);
    }
}

std::size_t Grid::memory_used() const {
    std::size_t bytes = rows_.capacity() * sizeof(Row);
    for (const Row& row : rows_) {
        bytes += row.memory_used();
    }
    return bytes;
}

} // namespace kept::vt
