#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace kept::vt {

/// The character sets programs still use: ASCII, DEC special graphics (line drawing) and the
/// British one. Others behave like ASCII.
enum class Charset : std::uint8_t { ascii, special, british };

/// G0..G3 and which of them is shown (SO, SI, LS2, LS3, SS2, SS3).
class Charsets {
public:
    /// True if any printable ASCII byte may stand for another character.
    bool translate() const { return sets_[shown_] != Charset::ascii || single_ != 0; }
    void designate(std::size_t index, Charset set) { sets_[index & 3U] = set; }
    void lock(std::size_t index) { shown_ = static_cast<std::uint8_t>(index & 3U); }
    /// For the next character only.
    void shift_once(std::size_t index) { single_ = static_cast<std::uint8_t>(index & 3U); }
    /// Character for a printable ASCII byte; uses up a single shift.
    char32_t map(char32_t byte);

    Charset set(std::size_t index) const { return sets_[index & 3U]; }
    std::size_t locked() const { return shown_; }
    /// 2 or 3 for the next character only; else 0.
    std::size_t single() const { return single_; }

private:
    std::array<Charset, 4> sets_{};
    std::uint8_t shown_ = 0;
    std::uint8_t single_ = 0;
};

} // namespace kept::vt
