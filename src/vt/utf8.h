#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kept::vt {

inline constexpr char32_t kReplacement = 0xfffd;

/// Incremental UTF-8 decoder. A wrong byte ends a sequence with one U+FFFD for each maximal subpart
/// (Unicode 15, section 3.9; the same rule as the WHATWG encoding standard).
class Utf8Decoder {
public:
    enum class Step : std::uint8_t {
        more,      ///< the byte was taken, the character is not complete
        character, ///< the byte was taken, value() is complete
        broken,    ///< a sequence ended early: show U+FFFD, then give the same byte again
        invalid,   ///< the byte was taken and starts nothing: show U+FFFD
    };

    Step push(unsigned char byte) {
        if (needed_ == 0) {
            return start(byte);
        }
        if (byte < lower_ || byte > upper_) {
            reset();
            return Step::broken;
        }
        lower_ = 0x80;
        upper_ = 0xbf;
        value_ = (value_ << 6) | (byte & 0x3fU);
        return --needed_ == 0 ? Step::character : Step::more;
    }

    char32_t value() const { return value_; }
    /// True inside a character.
    bool pending() const { return needed_ != 0; }
    void reset() {
        needed_ = 0;
        lower_ = 0x80;
        upper_ = 0xbf;
    }

private:
    Step start(unsigned char byte) {
        if (byte < 0x80) {
            value_ = byte;
            return Step::character;
        }
        if (byte >= 0xc2 && byte <= 0xdf) {
            needed_ = 1;
            value_ = byte & 0x1fU;
        } else if (byte >= 0xe0 && byte <= 0xef) {
            needed_ = 2;
            value_ = byte & 0x0fU;
            lower_ = byte == 0xe0 ? 0xa0 : 0x80; // overlong
            upper_ = byte == 0xed ? 0x9f : 0xbf; // surrogates
        } else if (byte >= 0xf0 && byte <= 0xf4) {
            needed_ = 3;
            value_ = byte & 0x07U;
            lower_ = byte == 0xf0 ? 0x90 : 0x80; // overlong
            upper_ = byte == 0xf4 ? 0x8f : 0xbf; // beyond U+10FFFF
        } else {
            return Step::invalid;
        }
        return Step::more;
    }

    char32_t value_ = 0;
    std::uint8_t needed_ = 0;
    unsigned char lower_ = 0x80;
    unsigned char upper_ = 0xbf;
};

/// Longest UTF-8 sequence.
inline constexpr std::size_t kMaxUtf8Bytes = 4;

/// Writes `character`, a scalar value, as UTF-8 to `to`, which has room for kMaxUtf8Bytes; returns
/// the end.
inline char* write_utf8(char* to, char32_t character) {
    const auto tail = [&](int shift) {
        *to++ = static_cast<char>(0x80U | ((character >> shift) & 0x3fU));
    };
    if (character < 0x80) {
        *to++ = static_cast<char>(character);
    } else if (character < 0x800) {
        *to++ = static_cast<char>(0xc0U | (character >> 6));
        tail(0);
    } else if (character < 0x10000) {
        *to++ = static_cast<char>(0xe0U | (character >> 12));
        tail(6);
        tail(0);
    } else {
        *to++ = static_cast<char>(0xf0U | (character >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
    return to;
}

/// Appends `character`, a scalar value, as UTF-8.
inline void append_utf8(std::string& out, char32_t character) {
    std::array<char, kMaxUtf8Bytes> bytes{};
    const char* end = write_utf8(bytes.data(), character);
    out.append(bytes.data(), static_cast<std::size_t>(end - bytes.data()));
}

} // namespace kept::vt
