#include "vt/row.h"

#include "vt/pack.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace kept::vt {
namespace {

constexpr int kCapacityStep = 16;

constexpr int rounded(int cells) {
    return (cells + kCapacityStep - 1) / kCapacityStep * kCapacityStep;
}

constexpr int grown(int size) {
    return std::min(rounded(size <= 64 ? size : size + size / 4), std::max(kMaxEdge, size));
}

/// Cells of memory that hold as many bytes.
constexpr int cells_for_text(int size) {
    return (size + static_cast<int>(sizeof(Cell)) - 1) / static_cast<int>(sizeof(Cell));
}

} // namespace

void Row::reallocate(int capacity, std::size_t kept_bytes) {
    auto memory = std::make_unique_for_overwrite<std::byte[]>( // NOLINT
        col_index(capacity) * sizeof(Cell));
    if (kept_bytes != 0) {
        std::memcpy(memory.get(), memory_.get(), kept_bytes);
    }
    memory_ = std::move(memory);
    capacity_ = static_cast<std::uint16_t>(capacity);
}

void Row::extend(int from, int size) {
    if (size > capacity_) {
        reallocate(grown(size), size_ * sizeof(Cell));
    }
    if (from > size_) {
        fill({stored() + size_, stored() + from}, Cell{});
    }
    size_ = static_cast<std::uint16_t>(size);
}

void Row::extend_text(int from, int size) {
    if (cells_for_text(size) > capacity_) {
        reallocate(rounded(cells_for_text(size)), size_);
    }
    if (from > size_) {
        std::memset(bytes() + size_, 0, col_index(from - size_));
    }
    size_ = static_cast<std::uint16_t>(size);
}

void Row::widen_all() {
    plain_ = false;
    if (size_ == 0) {
        return;
    }
    if (size_ > capacity_) {
        reallocate(grown(size_), size_);
    }
    widen(stored(), {bytes(), size_}, 0, 0);
}

void Row::write(int from, std::string_view text, std::uint16_t style, std::uint16_t flags) {
    const int to = from + static_cast<int>(text.size());
    if (!plain_ || style != 0 || flags != 0) {
        widen(overwrite(from, to, false, style), text, style, flags);
        return;
    }
    if (to > size_) {
        extend_text(from, to);
    }
    std::memcpy(bytes() + from, text.data(), text.size());
}

void Row::blank_halves(int col, std::uint16_t style) {
    for (const int half : {col - 1, col}) {
        stored()[col_index(half)] = Cell{0, style, 0};
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
            plain_ = plain_ || size_ == 0;
            return;
        }
        if (plain_) {
            std::memset(bytes() + from, 0, col_index(to - from));
            return;
        }
    } else {
        unpack();
        if (to > size_) {
            extend(from, to);
        }
    }
    fill({stored() + from, stored() + to}, Cell{0, style, 0});
}

void Row::erase_unprotected(int from, int to) {
    unpack();
    split(from, 0);
    split(to, 0);
    for (int col = from; col < std::min<int>(to, size_); ++col) {
        Cell& cell = stored()[col_index(col)];
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
    unpack();
    split(col, style);
    split(right, style);
    if (size_ > col) {
        const int longer = std::max<int>(size_, std::min(right, size_ + count));
        extend(longer, longer);
        split(right - count, style);
        const auto cells = stored();
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
    unpack();
    split(col, style);
    split(col + count, style);
    split(right, style);
    const int end = std::min<int>(right, size_);
    if (end > col) {
        const auto cells = stored();
        const int moved = std::max(0, end - col - count);
        std::copy(cells + end - moved, cells + end, cells + col);
        // What has moved is not there any more; half a wide character would take the other with it.
        fill({cells + col + moved, cells + end}, Cell{});
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
    while (size_ > 0 && at(size_ - 1) == Cell{}) {
        --size_;
    }
    const int used = plain_ ? cells_for_text(size_) : size_;
    if (size_ == 0) {
        memory_.reset();
        capacity_ = 0;
        plain_ = true;
    } else if (capacity_ > used + spare) {
        reallocate(rounded(used), plain_ ? size_ : size_ * sizeof(Cell));
    }
}

} // namespace kept::vt
