#pragma once

#include "vt/charset.h"
#include "vt/cluster.h"
#include "vt/grid.h"
#include "vt/link.h"
#include "vt/listener.h"
#include "vt/modes.h"
#include "vt/parser.h"
#include "vt/scrollback.h"
#include "vt/style.h"
#include "vt/types.h"
#include "vt/width.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kept::vt {

/// Longest title kept, so that a program cannot fill memory through it.
inline constexpr std::size_t kMaxTitleBytes = 1024;
/// Most titles on the stack of XTWINOPS 22 (xterm keeps 10).
inline constexpr std::size_t kMaxTitleStack = 10;
/// Most entries on a kitty keyboard stack; the oldest goes first, as the protocol says.
inline constexpr std::size_t kMaxKeyboardStack = 16;

/// Size of a cell told to programs that ask, in pixels of a common font.
inline constexpr int kCellWidth = 8;
inline constexpr int kCellHeight = 16;

class Engine;

/// Takes the rows that leave the main screen at the top, in order.
class RowTaker {
public:
    virtual ~RowTaker() = default;
    virtual void take(const Row& row, const Engine& engine) = 0;
    /// The line of the last row taken ends there, wrapped or not: what it went on in is gone.
    virtual void end_line() = 0;
};

/// The emulator itself: applies parsed output to the grid. Screen and Transcript are two ways to
/// use it. Its parts are in engine_*.cpp, by what they do.
class Engine {
public:
    /// What DECSC keeps.
    struct SavedCursor {
        int row = 0;
        int col = 0;
        bool pending = false;
        bool origin = false;
        bool protect = false;
        Style pen;
        Charsets charsets;
    };

    /// `size` is taken as it is. At most one of `taker` and `scrollback_bytes` is given.
    Engine(Size size, Listener* listener, std::uint64_t base_offset, RowTaker* taker,
           std::size_t scrollback_bytes = 0);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    void feed(std::string_view bytes);
    void finish() { parser_.finish(*this); }
    void resize(Size size);
    void trim();

    std::uint64_t offset() const { return offset_; }
    std::uint64_t complete_offset() const { return parser_.complete_until(offset_); }
    bool at_ground() const { return parser_.at_ground(); }
    Size size() const { return size_; }
    Position cursor() const { return {row_, col_}; }
    bool pending_wrap() const { return pending_; }
    bool alternate() const { return alternate_; }
    const Modes& modes() const { return modes_; }
    const std::string& title() const { return title_; }
    const Grid& grid() const { return alternate_ ? *alt_ : main_; }
    const Grid& main_grid() const { return main_; }
    /// Row of the main screen's cursor, whichever screen is shown.
    int main_cursor_row() const { return alternate_ ? main_row_ : row_; }
    const StyleTable& styles() const { return styles_; }
    const ClusterTable& clusters() const { return clusters_; }
    const LinkTable& links() const { return links_; }
    const Style& pen() const { return pen_; }
    SavedCursor cursor_state() const {
        return {row_, col_, pending_, modes_.origin, protect_, pen_, charsets_};
    }
    const SavedCursor& saved_cursor(bool alternate) const { return saved_[alternate ? 1 : 0]; }
    bool tab_stop(int col) const;
    int top_margin() const { return top_; }
    int bottom_margin() const { return bottom_; }
    int left_margin() const { return left_; }
    int right_margin() const { return right_; }
    std::size_t memory_used() const;
    /// Null while nothing has left the screen.
    const Scrollback* scrollback() const { return scrollback_.get(); }

    /// True if printable text and line breaks do what they do on a fresh terminal, so that text may
    /// be copied instead of emulated.
    bool prints_plainly() const;
    /// True if the cursor is at the start of a line and nothing is at or below it.
    bool at_fresh_line() const;
    /// Lets the rows above the cursor leave the screen and moves the cursor to the top of a blank
    /// screen. Only on a fresh line.
    void release_rows();

    /// The last rows of the scrollback laid out in an engine of their own, `rows` at most; null if
    /// there are none.
    std::unique_ptr<Engine> history(int rows) const;

    // What the parser calls.
    void print_ascii(std::string_view text);
    void print(char32_t character);
    void execute(unsigned char control);
    void esc(char intermediate, char final);
    void csi(const Csi& csi, std::uint64_t begin, std::uint64_t end);
    void osc(std::string_view payload, bool bel, std::uint64_t begin, std::uint64_t end);
    void dcs(std::string_view payload);

private:
    Grid& active() { return alternate_ ? *alt_ : main_; }
    Row& current() { return active().row(row_); }
    bool full_width() const { return left_ == 0 && right_ == size_.cols - 1; }
    bool full_height() const { return top_ == 0 && bottom_ == size_.rows - 1; }
    /// What positions given by the program are counted from (DECOM).
    int origin_row() const { return modes_.origin ? top_ : 0; }
    int origin_col() const { return modes_.origin ? left_ : 0; }
    /// First column the text at the cursor may not enter.
    int right_limit() const { return col_ <= right_ ? right_ + 1 : size_.cols; }

    // engine.cpp
    std::size_t skip_ahead(std::string_view bytes);
    std::size_t copy_ahead(std::string_view bytes);
    void reset();
    void soft_reset();
    void refresh_pen();
    void refresh_blank();
    std::uint16_t pen_id() {
        if (pen_changed_) {
            refresh_pen();
        }
        return pen_id_;
    }
    /// The style of erased cells: the pen's background alone (back colour erase, as xterm).
    std::uint16_t blank_id() {
        if (pen_.bg.is_default()) {
            return 0;
        }
        if (pen_changed_) {
            refresh_pen();
        }
        if (blank_changed_) {
            refresh_blank();
        }
        return blank_id_;
    }
    void collect_styles();
    void collect_clusters();
    void collect_links();
    template <class F> void each_cell(F change);

    // engine_print.cpp
    void put(char32_t character, int width);
    void join(char32_t character);
    void wrap();
    void advance(int limit, int columns);
    void repeat(int times);
    void tab(int times);
    void horizontal_tab();
    void repeat_tab();
    void back_tab(int times);
    void set_tab_stop(int col, bool set);

    // engine_move.cpp
    void line_feed();
    void reverse_line_feed();
    void carriage_return();
    void back_space();
    void scroll_up(int count);
    void scroll_down(int count);
    void shift_columns(int col, int count);
    void insert_lines(int count);
    void delete_lines(int count);
    void move_to(int row, int col); // as CUP, from zero
    void move_rows(int count);
    void move_cols(int count);
    void end_run(); // the next character joins nothing, and there is nothing to repeat
    void settle();  // after a move: that, and no pending wrap
    void erase_display(int what, bool selective);
    void erase_line(int what, bool selective);
    void erase_cells(int row, int from, int to, bool selective);
    void fill_with_e();
    void save_cursor();
    void restore_cursor();

    // engine_csi.cpp
    void csi_plain(const Csi& csi);
    void csi_private(const Csi& csi, std::uint64_t begin, std::uint64_t end);
    void csi_greater(const Csi& csi);
    void csi_intermediate(const Csi& csi);
    void set_margins(const Csi& csi);
    void set_side_margins(const Csi& csi);
    void window_operation(const Csi& csi);
    void keyboard_flags(const Csi& csi);
    void rectangle(const Csi& csi);

    // engine_sgr.cpp
    void sgr(const Csi& csi);

    // engine_modes.cpp
    void set_mode(int mode, bool set);
    void set_private_mode(int mode, bool set);
    int private_mode_state(int mode) const;
    void save_private_mode(int mode);
    void restore_private_mode(int mode);
    void show_alternate(bool show, bool clear);

    // engine_reply.cpp
    void reply(std::string_view bytes);
    void report_attributes(char level);
    void report_status(int what, bool private_form);
    void report_mode(int mode, bool private_form);
    void report_setting(std::string_view name);
    void report_capabilities(std::string_view names);
    void report_size();
    void report_colors(std::string_view payload, bool bel);
    void set_title(std::string_view title);
    void set_link(std::string_view link);

    // engine_history.cpp
    void end_line_above(int row);
    void end_line_if_emptied(int count);
    void drop_stale_spacer(int row);
    bool keeps_rows() const { return taker_ != nullptr || scrollback_limit_ != 0; }
    void give(const Row& row, int cols);
    Scrollback& scrollback_to_fill();
    std::vector<Row> recall_line(int cols);
    std::vector<Row> recall(int rows, int cols);
    Row adopt(const Row& row, const Engine& from);

    // engine_resize.cpp
    void change_height(int rows);
    void change_width(int cols);
    void reflow(Size size);
    int fill_top(int count, int cols);

    Size size_;
    Listener* listener_;
    RowTaker* taker_;
    std::size_t scrollback_limit_;
    std::unique_ptr<Scrollback> scrollback_;
    std::string line_; // of the scrollback, while it is written
    std::uint64_t offset_;

    Grid main_;
    std::unique_ptr<Grid> alt_;
    bool alternate_ = false;
    bool pending_ = false;       // the next character wraps first
    bool pen_changed_ = false;   // pen_id_ is not that of pen_
    bool blank_changed_ = false; // nor blank_id_
    bool protect_ = false;       // DECSCA
    std::uint16_t pen_id_ = 0;
    std::uint16_t blank_id_ = 0;
    int row_ = 0;
    int col_ = 0;
    int top_ = 0; // margins, inclusive
    int bottom_;
    int left_ = 0;
    int right_;
    int main_row_ = 0; // the cursor's row when the alternate screen was entered
    Position last_;    // cell of the last character, while joiner_ is active
    GraphemeJoiner joiner_;
    char32_t last_character_ = 0; // for REP; 0 after anything but a character
    Style pen_;
    Modes modes_;
    Charsets charsets_;

    Parser parser_;
    StyleTable styles_;
    SgrCache sequences_; // of the scrollback
    ClusterTable clusters_;
    LinkTable links_;
    std::vector<bool> tab_stops_;                              // empty: every eighth column
    std::array<SavedCursor, 2> saved_{};                       // main, alternate
    std::array<std::vector<std::uint8_t>, 2> keyboard_stacks_; // main, alternate
    std::uint8_t other_keyboard_ = 0; // kitty flags of the screen not shown
    std::vector<std::pair<int, bool>> saved_modes_;
    std::string title_;
    std::vector<std::string> title_stack_;
};

} // namespace kept::vt
