#include "vt/row.h"

#include <algorithm>
#include <vector>

namespace kept::vt {
namespace {

constexpr int kCapacityStep = 16;

constexpr int grown(int size) {
    const int wanted = size <= 64 ? size : size + size / 4;
    const int rounded = (wanted + kCapacityStep - 1) / kCapacityStep * kCapacityStep;
    return std::min(rounded, std::max(kMaxEdge, size));
}

} // namespace

void Row::reallocate(int capacity) {
    auto cells = std::make_unique_for_overwrite<Cell[]>(col_index(capacity)); // NOLINT
    std::copy_n(cells_.get(), size_, cells.get());
    cells_ = std::move(cells);
    capacity_ = static_cast<std::uint16_t>(capacity);
}

void Row::extend(int size) {
    if (size > capacity_) {
        reallocate(grown(size));
    }
    std::fill(cells_.get() + size_, cells_.get() + size, Cell{});
    size_ = static_cast<std::uint16_t>(size);
}

void Row::split(int col, std::uint16_t style) {
    if (col <= 0 || col >= size_ || !cells_[col_index(col)].tail()) {
        return;
    }
    for (const int half : {col - 1, col}) {
        cells_[col_index(half)] = Cell{0, style, 0};
    }
}

void Row::erase(int from, int to, int cols, std::uint16_t style) {
    if (from >= to) {
        return;
    }
    if (complex_) {
        split(from, style);
        split(to, style);
    }
    if (to >= cols) {
        wrapped_ = false;
    }
    if (style == 0) {
        if (to >= size_) {
            size_ = static_cast<std::uint16_t>(std::min<int>(size_, from));
            complex_ = complex_ && size_ != 0;
            return;
        }
    } else if (to > size_) {
        extend(to);
    }
    std::fill(cells_.get() + from, cells_.get() + to, Cell{0, style, 0});
}

void Row::erase_unprotected(int from, int to) {
    split(from, 0);
    split(to, 0);
    for (int col = from; col < std::min<int>(to, size_); ++col) {
        Cell& cell = cells_[col_index(col)];
        if ((cell.flags & Cell::kProtected) == 0) {
            cell.content = 0;
            cell.flags = 0;
        }
    }
}

void Row::insert(int col, int count, int right, std::uint16_t style) {
    count = std::min(count, right - col);
    if (count <= 0) {
        return;
    }
    split(col, style);
    split(right, style);
    if (size_ > col) {
        extend(std::max<int>(size_, std::min(right, size_ + count)));
        split(right - count, style);
        const auto cells = cells_.get();
        const int end = std::min<int>(right, size_);
        if (end - count > col) {
            std::copy_backward(cells + col, cells + end - count, cells + end);
        }
    }
    erase(col, col + count, kMaxEdge + 1, style);
}

void Row::remove(int col, int count, int right, std::uint16_t style) {
    count = std::min(count, right - col);
    if (count <= 0) {
        return;
    }
    split(col, style);
    split(col + count, style);
    split(right, style);
    const int end = std::min<int>(right, size_);
    if (end > col) {
        const auto cells = cells_.get();
        const int moved = std::max(0, end - col - count);
        std::copy(cells + end - moved, cells + end, cells + col);
        if (end < right) { // what comes in from beyond the end is blank
            erase(col + moved, end, kMaxEdge + 1, 0);
        }
    }
    erase(right - count, right, kMaxEdge + 1, style);
}

void Row::copy(const Row& other, int from, int to, int count) {
    // No further than either row reaches: beyond both there are blanks anyway.
    const int length = std::min(count, std::max<int>(other.size_ - from, size_ - to));
    if (length <= 0) {
        return;
    }
    std::vector<Cell> cells; // a copy, since `other` may be this row
    cells.reserve(col_index(length));
    for (int col = from; col < from + length; ++col) {
        cells.push_back(other.at(col));
    }
    // A wide character cut by an edge of the copied range.
    if (cells.front().tail()) {
        cells.front() = Cell{0, cells.front().style, 0};
    }
    if (cells.back().wide()) {
        cells.back() = Cell{0, cells.back().style, 0};
    }
    std::ranges::copy(cells, overwrite(to, to + length, other.complex_, 0));
}

void Row::trim(int spare) {
    while (size_ > 0 && cells_[col_index(size_ - 1)] == Cell{}) {
        --size_;
    }
    if (size_ == 0) {
        cells_.reset();
        capacity_ = 0;
    } else if (capacity_ > size_ + spare) {
        reallocate((size_ + kCapacityStep - 1) / kCapacityStep * kCapacityStep);
    }
}

} // namespace kept::vt
