#pragma once

#include "vt/listener.h"
#include "vt/modes.h"
#include "vt/span.h"
#include "vt/style.h"
#include "vt/types.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kept::vt {

class Engine;

/// What a session's screen remembers of the lines that left it.
inline constexpr std::size_t kDefaultScrollbackBytes = std::size_t{10} << 20;
/// Most rows that Screen::history lays out at once.
inline constexpr int kMaxHistoryRows = 100'000;

/// A terminal's screen: bytes in, state out. It keeps what is visible and, if asked to, what left
/// the main screen at the top. Input never throws, and splitting it at any byte gives the same
/// state.
class Screen {
public:
    /// `base_offset` is added to the offsets given to `listener`, which may be null and must
    /// outlive the screen. `scrollback_bytes` bounds what is kept of the lines that left.
    explicit Screen(Size size = {}, Listener* listener = nullptr, std::uint64_t base_offset = 0,
                    std::size_t scrollback_bytes = 0);
    ~Screen();
    Screen(Screen&&) noexcept;
    Screen& operator=(Screen&&) noexcept;
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    void feed(std::string_view bytes);
    /// Offset of the next byte: base_offset plus the bytes fed.
    std::uint64_t offset() const;
    /// The same without a control sequence whose end has not come yet.
    std::uint64_t complete_offset() const;
    /// True when no escape sequence, string or UTF-8 character is half read.
    bool between_sequences() const;

    Size size() const;
    /// Clamped to kMinEdge..kMaxEdge. The main screen's soft-wrapped lines flow to the new width;
    /// rows that no longer fit leave at the top, and come back when there is room again.
    void resize(Size size);

    /// Always inside the screen; after a character in the last column it stays there.
    Position cursor() const;
    const Modes& modes() const;
    bool cursor_visible() const { return modes().cursor_visible; }
    bool bracketed_paste() const { return modes().bracketed_paste; }
    bool application_cursor() const { return modes().application_cursor; }
    /// True while the alternate screen (modes 47, 1047, 1049) is shown.
    bool alternate() const;
    /// Set by OSC 0 or 2, at most kMaxTitleBytes.
    const std::string& title() const;

    /// Text of one row, tabs as spaces, trailing blanks dropped. Empty outside the screen.
    std::string row_text(int row) const;
    /// True if the line in `row` goes on in the next row without a line break.
    bool row_wrapped(int row) const;
    /// Text of the cursor's row left of the cursor. Spaces and tabs the program wrote are kept
    /// (tabs as spaces); cells it jumped over are spaces too.
    std::string text_before_cursor() const;
    /// What stands in columns [from, to) of one row, with its styles; nothing outside the screen.
    std::vector<Span> row_spans(int row, int from = 0, int to = kMaxEdge) const;
    /// All rows joined by '\n', trailing blank rows dropped.
    std::string text() const;
    /// Escape sequences that paint this screen on a fresh terminal of the same size: text, colours,
    /// title, modes, tab stops, character sets, the cursor with a pending wrap, and what DECSC
    /// noted; a line that goes on in the next row is two there. For a person who attaches.
    std::string repaint() const;

    /// Colours and attributes of one cell; the default style outside the screen.
    Style style_at(Position position) const;
    /// Target of the OSC 8 hyperlink in one cell, or empty.
    std::string link_at(Position position) const;

    /// Lines in the scrollback; of one that goes on at the top of the screen its beginning counts.
    std::size_t history_lines() const;
    /// Bytes these lines take, at most the bound given.
    std::size_t history_bytes() const;
    /// The last `rows` rows of the scrollback (fewer if there are not so many, at most
    /// kMaxHistoryRows), the oldest at the top, as a screen of this width: text, styles and links.
    /// None if there are no rows.
    std::optional<Screen> history(int rows) const;

    /// Gives back memory that only a past flood needed.
    void trim();
    /// Bytes held, for benchmarks and tests of the memory promise.
    std::size_t memory_used() const;

private:
    explicit Screen(std::unique_ptr<Engine> engine);

    std::unique_ptr<Engine> engine_;
};

} // namespace kept::vt
