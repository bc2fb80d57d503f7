#include "vt/engine.h"

#include "vt/plain_text.h"
#include "vt/scan.h"

#include <algorithm>

namespace kept::vt {
namespace {

/// Shorter pieces are not worth a look ahead; longer ones are looked at in steps of this size, so
/// that a look ahead that finds nothing costs little.
constexpr std::size_t kLookAhead = 2048;
/// Text copied to the scrollback at once.
constexpr std::size_t kCopyBytes = 4096;

/// Position after the `count`-th line feed, or npos.
std::size_t after_line_feeds(std::string_view bytes, int count) {
    std::size_t at = 0;
    for (; count > 0; --count) {
        at = bytes.find('\n', at);
        if (at == std::string_view::npos) {
            return at;
        }
        ++at;
    }
    return at;
}

} // namespace

Engine::Engine(Size size, Listener* listener, std::uint64_t base_offset, RowTaker* taker,
               std::size_t scrollback_bytes)
    : size_(size), listener_(listener), taker_(taker), scrollback_limit_(scrollback_bytes),
      offset_(base_offset), main_(size_), bottom_(size_.rows - 1), right_(size_.cols - 1) {}

Engine::~Engine() = default;

void Engine::feed(std::string_view bytes) {
    std::size_t step = kLookAhead;
    while (!bytes.empty()) {
        std::size_t length = bytes.size();
        if (taker_ == nullptr && length >= kLookAhead) {
            const bool all_kept = scrollback_limit_ != 0 && !alternate_;
            std::string_view ahead = bytes.substr(0, kFarthestLook);
            const std::size_t plain =
                all_kept ? copyable_lines(ahead, size_.cols, WithTabs::no) : lines_prefix(ahead);
            ahead = ahead.substr(0, plain);
            step = plain == 0 ? std::min(step * 2, kFarthestLook) : kLookAhead;
            const std::size_t skipped = all_kept ? copy_ahead(ahead) : skip_ahead(ahead);
            offset_ += skipped;
            bytes.remove_prefix(skipped);
            length = std::min(bytes.size(), std::max(plain - skipped, step));
        }
        parser_.feed(bytes.substr(0, length), offset_, *this);
        offset_ += length;
        bytes.remove_prefix(length);
    }
}

/// How many of these bytes (text, tabs and line breaks only) need no work since all they show
/// leaves the screen again: more than a screenful of lines follows. The cursor is put where they
/// leave it.
std::size_t Engine::skip_ahead(std::string_view bytes) {
    if (bytes.size() < kLookAhead || !parser_.at_ground() || !full_width() || !full_height()) {
        return 0;
    }
    const std::size_t start = last_line_start(bytes, size_.rows);
    // Enough line feeds before that point bring the cursor to the bottom row, wherever it was.
    const std::size_t bottom = after_line_feeds(bytes.substr(0, start), size_.rows);
    if (start == 0 || bottom == std::string_view::npos) {
        return 0;
    }
    row_ = size_.rows - 1;
    col_ = 0;
    settle();
    return start;
}

/// The same where lines that leave the screen are kept: those that would only be looked at to be
/// written down again are written down as they are. Returns how much of `bytes`, whole lines that
/// show as they are written, was dealt with.
std::size_t Engine::copy_ahead(std::string_view bytes) {
    if (bytes.size() < kLookAhead || !prints_plainly() || pen_ != Style{}) {
        return 0;
    }
    const std::size_t tail = last_line_start(bytes, size_.rows);
    std::size_t head = 0;
    if (!at_fresh_line()) { // it will be one at the bottom
        head = after_line_feeds(bytes.substr(0, tail), size_.rows - row_);
        if (tail == 0 || head == std::string_view::npos) {
            return 0;
        }
        parser_.feed(bytes.substr(0, head), offset_, *this);
        if (!at_fresh_line()) {
            return head;
        }
    }
    if (tail <= head) {
        return head;
    }
    release_rows();
    for (std::string_view lines = bytes.substr(head, tail - head); !lines.empty();) {
        std::array<char, kCopyBytes + kCopySlack> piece; // NOLINT: filled at once
        std::size_t length = std::min(lines.size(), kCopyBytes);
        if (length < lines.size()) { // cut after a line, else between characters
            const std::size_t end = lines.substr(0, length).rfind('\n') + 1;
            length = end != 0 ? end : length - 1;
            while (end == 0 && (static_cast<unsigned char>(lines[length]) & 0xc0U) == 0x80U) {
                --length;
            }
        }
        const char* end = drop_carriage_returns(lines.substr(0, length), piece.data());
        scrollback_to_fill().append({piece.data(), static_cast<std::size_t>(end - piece.data())});
        lines.remove_prefix(length);
    }
    return tail;
}

bool Engine::prints_plainly() const {
    return parser_.at_ground() && !alternate_ && full_width() && full_height() && modes_.autowrap &&
           !modes_.insert && !charsets_.translate() && tab_stops_.empty();
}

bool Engine::at_fresh_line() const {
    if (col_ != 0 || pending_) {
        return false;
    }
    for (int index = row_; index < size_.rows; ++index) {
        if (main_.row(index).size() != 0) {
            return false;
        }
    }
    return true;
}

void Engine::release_rows() {
    for (int index = 0; index < row_; ++index) {
        drop_stale_spacer(index);
        give(main_.row(index), size_.cols);
        main_.row(index).clear();
    }
    row_ = 0;
    settle();
}

void Engine::reset() {
    alternate_ = false;
    alt_.reset();
    main_.clear();
    end_line_above(0);
    pen_ = {};
    pen_changed_ = true;
    protect_ = false;
    modes_ = {};
    charsets_ = {};
    row_ = col_ = 0;
    top_ = left_ = 0;
    bottom_ = size_.rows - 1;
    right_ = size_.cols - 1;
    tab_stops_.clear();
    saved_.fill({});
    for (auto& stack : keyboard_stacks_) {
        stack.clear();
    }
    other_keyboard_ = 0;
    saved_modes_.clear();
    title_stack_.clear();
    scrollback_.reset();
    settle();
}

/// DECSTR, by the table of the VT510 manual and what xterm resets besides.
void Engine::soft_reset() {
    modes_.cursor_visible = true;
    modes_.insert = false;
    modes_.origin = false;
    modes_.autowrap = true;
    modes_.application_cursor = false;
    modes_.application_keypad = false;
    modes_.left_right_margins = false;
    modes_.cursor_shape = CursorShape::normal;
    top_ = left_ = 0;
    bottom_ = size_.rows - 1;
    right_ = size_.cols - 1;
    charsets_ = {};
    pen_ = {};
    pen_changed_ = true;
    protect_ = false;
    saved_[alternate_ ? 1 : 0] = {};
    settle();
}

void Engine::refresh_pen() {
    if (styles_.wants_collection()) {
        collect_styles();
    }
    pen_id_ = styles_.intern(pen_);
    pen_changed_ = false;
    blank_changed_ = true;
}

void Engine::refresh_blank() {
    Style blank;
    blank.bg = pen_.bg;
    blank_id_ = styles_.intern(blank);
    blank_changed_ = false;
}

template <class F> void Engine::each_cell(F change) {
    for (Grid* grid : {&main_, alt_.get()}) {
        if (grid == nullptr) {
            continue;
        }
        for (int index = 0; index < size_.rows; ++index) {
            if (Row& row = grid->row(index); !row.plain()) { // which holds no ids
                std::ranges::for_each(row.open_cells(), change);
            }
        }
    }
}

void Engine::collect_styles() {
    std::vector<bool> used(styles_.size());
    each_cell([&](Cell& cell) { used[cell.style] = true; });
    const auto renamed = styles_.collect(used);
    sequences_.clear();
    each_cell([&](Cell& cell) { cell.style = renamed[cell.style]; });
    pen_changed_ = true;
}

void Engine::collect_clusters() {
    std::vector<bool> used(clusters_.size());
    each_cell([&](Cell& cell) {
        if (cell.kind() == Cell::Kind::cluster) {
            used[cell.payload()] = true;
        }
    });
    const auto renamed = clusters_.collect(used);
    each_cell([&](Cell& cell) {
        if (cell.kind() == Cell::Kind::cluster) {
            cell.content = Cell::make(Cell::Kind::cluster, renamed[cell.payload()]);
        }
    });
}

void Engine::collect_links() {
    collect_styles();
    std::vector<bool> used(links_.size());
    for (std::size_t id = 0; id < styles_.size(); ++id) {
        const std::uint16_t link = styles_[static_cast<StyleTable::Id>(id)].link;
        if (link != 0) {
            used[link - 1U] = true;
        }
    }
    if (pen_.link != 0) {
        used[pen_.link - 1U] = true;
    }
    const auto renamed = links_.collect(used);
    styles_.rename_links(renamed);
    if (pen_.link != 0) {
        pen_.link = renamed[pen_.link - 1U];
    }
}

void Engine::trim() {
    collect_links();
    collect_clusters();
    main_.trim();
    if (alt_) {
        alt_->trim();
    }
    if (scrollback_) {
        scrollback_->trim();
    }
}

std::size_t Engine::memory_used() const {
    return sizeof(*this) + main_.memory_used() + (alt_ ? sizeof(Grid) + alt_->memory_used() : 0) +
           styles_.memory_used() + sequences_.memory_used() + clusters_.memory_used() +
           links_.memory_used() + parser_.memory_used() + title_.capacity() +
           (scrollback_ ? scrollback_->memory_used() : 0);
}

} // namespace kept::vt
