#pragma once

#include <cstdint>

namespace kept::vt {

/// What a cell holds. A screen of 100 sessions is mostly cells, so they are eight bytes: long
/// grapheme clusters and styles live in tables.
struct Cell {
    enum class Kind : std::uint8_t {
        character,   ///< payload: code point; 0 is a blank nobody wrote (or that was erased)
        cluster,     ///< payload: id in the cluster table
        tab,         ///< a TAB the program wrote over blanks; payload: see make_tab
        tab_fill,    ///< the rest of those cells
        wide_tail,   ///< right half of a wide character
        wide_spacer, ///< last column left free because a wide character did not fit
    };
    static constexpr std::uint16_t kWide = 1;      ///< left half of a wide character
    static constexpr std::uint16_t kProtected = 2; ///< DECSCA: spared by selective erases
    static constexpr int kKindShift = 24;
    static constexpr std::uint32_t kPayload = (1U << kKindShift) - 1;

    static constexpr int kTabShift = 13; // a span is at most kMaxEdge
    static constexpr std::uint32_t kMaxMoreTabs = (1U << (kKindShift - kTabShift)) - 1;

    std::uint32_t content = 0;
    std::uint16_t style = 0;
    std::uint16_t flags = 0;

    static constexpr std::uint32_t make(Kind kind, std::uint32_t payload = 0) {
        return (static_cast<std::uint32_t>(kind) << kKindShift) | payload;
    }
    /// A TAB that covers `span` cells, this one included, and is followed by `more` TABs that could
    /// not move the cursor any further.
    static constexpr std::uint32_t make_tab(std::uint32_t span, std::uint32_t more = 0) {
        return make(Kind::tab, span | (more << kTabShift));
    }
    constexpr std::uint32_t tab_span() const { return content & ((1U << kTabShift) - 1); }
    constexpr std::uint32_t tab_more() const { return payload() >> kTabShift; }
    constexpr Kind kind() const { return static_cast<Kind>(content >> kKindShift); }
    constexpr std::uint32_t payload() const { return content & kPayload; }
    constexpr bool blank() const { return content == 0; }
    constexpr bool wide() const { return (flags & kWide) != 0; }
    constexpr bool tail() const { return kind() == Kind::wide_tail; }

    friend constexpr bool operator==(const Cell&, const Cell&) = default;
};
static_assert(sizeof(Cell) == 8);

} // namespace kept::vt
