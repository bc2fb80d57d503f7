#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace kept::vt {

/// A colour as the program gave it: the terminal's default, one of 256, or RGB.
class Color {
public:
    constexpr Color() = default;
    static constexpr Color indexed(std::uint8_t index) { return Color(0x0100'0000U | index); }
    static constexpr Color rgb(std::uint8_t r, std::uint8_t g, std::uint8_t b) {
        return Color(0x0200'0000U | (static_cast<std::uint32_t>(r) << 16) |
                     (static_cast<std::uint32_t>(g) << 8) | b);
    }

    constexpr bool is_default() const { return bits_ == 0; }
    constexpr bool is_indexed() const { return (bits_ >> 24) == 1; }
    constexpr bool is_rgb() const { return (bits_ >> 24) == 2; }
    constexpr std::uint8_t index() const { return static_cast<std::uint8_t>(bits_); }
    constexpr std::uint8_t red() const { return static_cast<std::uint8_t>(bits_ >> 16); }
    constexpr std::uint8_t green() const { return static_cast<std::uint8_t>(bits_ >> 8); }
    constexpr std::uint8_t blue() const { return static_cast<std::uint8_t>(bits_); }
    constexpr std::uint32_t bits() const { return bits_; }

    friend constexpr bool operator==(const Color&, const Color&) = default;

private:
    constexpr explicit Color(std::uint32_t bits) : bits_(bits) {}
    std::uint32_t bits_ = 0;
};

enum class Underline : std::uint8_t { none, single, twofold, curly, dotted, dashed };

/// Colours and attributes of a cell, as set by SGR, and the id of its hyperlink (0: none).
struct Style {
    Color fg;
    Color bg;
    Color underline_color;
    std::uint16_t link = 0;
    Underline underline = Underline::none;
    bool bold : 1 = false;
    bool faint : 1 = false;
    bool italic : 1 = false;
    bool blink : 1 = false;
    bool inverse : 1 = false;
    bool invisible : 1 = false;
    bool strike : 1 = false;
    bool overline : 1 = false;

    friend constexpr bool operator==(const Style&, const Style&) = default;
};
static_assert(sizeof(Style) == 16, "styles are interned by the thousand");

/// Appends the SGR sequence that turns a reset pen into `style`; nothing for the default style.
void append_sgr(std::string& out, const Style& style);

/// Appends the parameters of that sequence (`0;1;31`), as DECRQSS wants them.
void append_sgr_parameters(std::string& out, const Style& style);

/// Interned styles, so that a cell holds two bytes instead of sixteen. Id 0 is the default style.
class StyleTable {
public:
    using Id = std::uint16_t;

    /// Cells refer to styles in 16 bits; beyond that many at once, new styles show as default.
    static constexpr std::size_t kMaxStyles = 65535;

    StyleTable();

    /// Id of `style`; 0 if the table is full.
    Id intern(const Style& style);
    const Style& operator[](Id id) const { return styles_[id]; }
    std::size_t size() const { return styles_.size(); }
    /// True when it is worth dropping styles no cell uses any more.
    bool wants_collection() const {
        return styles_.size() >= collect_at_ || refused_ >= kMaxStyles;
    }
    /// Keeps the styles with used[id], and gives the new id of each old one. `used` has size()
    /// elements.
    std::vector<Id> collect(const std::vector<bool>& used);
    /// Gives each style's link the id renamed[link - 1].
    void rename_links(const std::vector<std::uint16_t>& renamed);
    std::size_t memory_used() const;

private:
    void rehash(std::size_t slots);
    static std::size_t hash(const Style& style);

    std::vector<Style> styles_;
    std::vector<Id> slots_; // open addressing, 0 is free (the default style is never looked up)
    std::size_t collect_at_;
    std::size_t refused_ = 0; // lookups since the table was found full
};

/// The SGR sequences of styles lately written: most output has few styles, and they alternate.
class SgrCache {
public:
    /// Appends what turns any pen into styles[id], its link left alone.
    void append(std::string& out, const StyleTable& styles, StyleTable::Id id);
    /// To be called when ids change. Gives the memory back.
    void clear() { entries_ = std::vector<Entry>(); }
    std::size_t memory_used() const { return entries_.capacity() * sizeof(Entry); }

private:
    struct Entry {
        StyleTable::Id id = 0; // 0: free
        std::uint8_t length = 0;
        std::array<char, 29> text{}; // a longer sequence is not kept
    };
    static constexpr std::size_t kEntries = 32;

    std::vector<Entry> entries_; // none until first used; the place is the id modulo their number
};

} // namespace kept::vt
