#pragma once

#include "vt/scan.h"
#include "vt/utf8.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kept::vt {

/// Longest OSC string kept. A program that never ends its string must not make us keep all it says
/// afterwards; 1 MiB still passes a clipboard copy (OSC 52).
inline constexpr std::size_t kMaxOscBytes = std::size_t{1} << 20;
/// Longest DCS string kept. Only short requests are understood; a picture (sixel) is thrown away.
inline constexpr std::size_t kMaxDcsBytes = 4096;
/// A string buffer larger than this is given back after use.
inline constexpr std::size_t kSpareStringBytes = 1024;

/// A control sequence: ESC [ prefix parameters intermediate final.
struct Csi {
    /// Further parameters are dropped, so that a sequence of any length needs constant memory.
    /// xterm takes 30.
    static constexpr std::size_t kMaxParameters = 32;
    /// Larger numbers are read as this one.
    static constexpr std::uint16_t kMaxValue = 65535;

    char final = 0;
    char prefix = 0;       ///< one of `<=>?`, or 0
    char intermediate = 0; ///< one of 0x20..0x2f, or 0; 1 if there were several
    std::uint8_t count = 0;
    std::uint32_t given = 0; ///< bit i: parameter i has digits
    std::uint32_t sub = 0;   ///< bit i: parameter i follows a colon
    std::array<std::uint16_t, kMaxParameters> values{};

    bool has(std::size_t index) const { return index < count && ((given >> index) & 1U) != 0; }
    bool is_sub(std::size_t index) const { return index < count && ((sub >> index) & 1U) != 0; }
    /// Parameter `index`, or `fallback` if it was left out.
    int at(std::size_t index, int fallback = 0) const {
        return has(index) ? values[index] : fallback;
    }
    /// Parameter `index` as a repetition: left out or 0 means 1.
    int times(std::size_t index = 0) const {
        const int value = at(index, 1);
        return value == 0 ? 1 : value;
    }
};

/// A byte-level state machine for terminal output (after Paul Williams' VT500 diagram), with UTF-8
/// in the ground state. Raw bytes 0x80..0x9f are no controls: in UTF-8 they continue characters.
///
/// The handler H has: print_ascii(string_view), print(char32_t), execute(unsigned char),
/// esc(char intermediate, char final), csi(const Csi&, begin, end),
/// osc(string_view, bool bel, begin, end), dcs(string_view). It is a template argument since a
/// virtual call for each piece would cost more than the parsing.
class Parser {
public:
    /// True when nothing is half read.
    bool at_ground() const { return state_ == State::ground && !utf8_.pending(); }
    /// Where the sequence began that is half read; of `end`, the input so far, if there is none.
    std::uint64_t complete_until(std::uint64_t end) const {
        return state_ == State::ground ? end : begin_;
    }

    /// Reads `bytes`, the first of which has the given offset.
    template <class H> void feed(std::string_view bytes, std::uint64_t offset, H& handler) {
        const char* const first = bytes.data();
        const char* const last = first + bytes.size();
        const char* at = first;
        while (at != last) {
            if (state_ == State::ground) {
                if (*at != kEsc || utf8_.pending()) {
                    at = ground(at, last, handler);
                }
                if (at != last) { // on an ESC
                    begin_ = offset + static_cast<std::uint64_t>(at - first);
                    if (const char* const end = common_csi(at + 1, last)) {
                        at = end;
                        handler.csi(csi_, begin_, offset + static_cast<std::uint64_t>(at - first));
                    } else if (last - at > 2 && is_intermediate(at[1]) && is_escape_final(at[2])) {
                        handler.esc(at[1], at[2]); // a character set, as curses programs switch it
                        at += 3;
                    } else {
                        state_ = State::escape;
                        ++at;
                    }
                }
            } else if (in_string()) {
                at = string(at, last, offset + static_cast<std::uint64_t>(at - first), handler);
            } else {
                const auto here = offset + static_cast<std::uint64_t>(at - first);
                if (sequence(*at, here, handler)) {
                    ++at;
                }
            }
        }
    }

    /// Ends the input: a half read character becomes U+FFFD.
    template <class H> void finish(H& handler) {
        if (utf8_.pending()) {
            utf8_.reset();
            handler.print(kReplacement);
        }
    }

    std::size_t memory_used() const { return string_.capacity(); }

private:
    enum class State : std::uint8_t {
        ground,
        escape,
        escape_intermediate,
        csi,              // parameters
        csi_intermediate, // between parameters and final byte
        csi_ignore,       // malformed: swallow up to the final byte
        osc,
        dcs,
        skipped,       // SOS, PM, APC, screen's title, or a string that grew too long
        string_escape, // ESC inside any of the four above
    };
    enum class Strings : std::uint8_t { osc, dcs, skipped };

    /// Numbers of more digits are left to the slow way.
    static constexpr std::ptrdiff_t kCommonDigits = 4;

    static constexpr char kCan = 0x18;
    static constexpr char kSub = 0x1a;
    static constexpr char kEsc = 0x1b;
    static constexpr char kDel = 0x7f;

    bool in_string() const { return state_ >= State::osc; }

    /// Handles text up to the next ESC or the end, and returns where it stopped.
    template <class H> const char* ground(const char* at, const char* last, H& handler) {
        while (at != last) {
            const char byte = *at;
            if (byte < 0 || utf8_.pending()) {
                if (decode(static_cast<unsigned char>(byte), handler)) {
                    ++at;
                }
            } else if (byte >= 0x20 && byte != kDel) {
                const std::size_t length =
                    printable_ascii_prefix({at, static_cast<std::size_t>(last - at)});
                handler.print_ascii(std::string_view(at, length));
                at += length;
            } else if (byte == kEsc) {
                return at;
            } else {
                if (byte != kDel) {
                    handler.execute(static_cast<unsigned char>(byte));
                }
                ++at;
            }
        }
        return at;
    }

    /// Reads a whole control sequence after its ESC, if it is there and of the kind that nearly all
    /// are: a prefix, decimal parameters with semicolons, a final byte. Returns its end, or null
    /// for `sequence` to read it byte by byte.
    const char* common_csi(const char* at, const char* last) {
        if (last - at < 2 || *at != '[') {
            return nullptr;
        }
        ++at;
        const char prefix = *at >= '<' && *at <= '?' ? *at++ : '\0';
        std::uint32_t given = 0;
        std::uint32_t count = 0;
        while (last - at > kCommonDigits) {
            const char* const digits = at;
            std::uint32_t value = 0;
            const auto one_digit = [&] {
                const std::uint32_t digit = digit_of(*at);
                if (digit > 9) {
                    return false;
                }
                value = value * 10 + digit;
                ++at; // and never beyond `last`, which is further away than kCommonDigits
                return true;
            };
            static_cast<void>(one_digit() && one_digit() && one_digit() && one_digit());
            const bool some = at != digits;
            const bool ends = *at >= '@' && *at < kDel;
            if (!ends && *at != ';') {
                return nullptr;
            }
            if (some || count != 0 || !ends) {
                if (count == Csi::kMaxParameters) {
                    return nullptr;
                }
                csi_.values[count] = static_cast<std::uint16_t>(value);
                given |= static_cast<std::uint32_t>(some) << count;
                ++count;
            }
            if (ends) {
                csi_.final = *at;
                csi_.prefix = prefix;
                csi_.intermediate = 0;
                csi_.count = static_cast<std::uint8_t>(count);
                csi_.given = given;
                csi_.sub = 0;
                return at + 1;
            }
            ++at;
        }
        return nullptr;
    }

    static bool is_intermediate(char byte) { return byte >= 0x20 && byte < 0x30; }
    static bool is_escape_final(char byte) { return byte >= 0x30 && byte < kDel; }

    static std::uint32_t digit_of(char byte) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(byte)) - '0';
    }

    /// One byte of a non-ASCII character; false if the byte is to be read again.
    template <class H> bool decode(unsigned char byte, H& handler) {
        switch (utf8_.push(byte)) {
        case Utf8Decoder::Step::more:
            return true;
        case Utf8Decoder::Step::character:
            handler.print(utf8_.value());
            return true;
        case Utf8Decoder::Step::broken:
            handler.print(kReplacement);
            return false;
        case Utf8Decoder::Step::invalid:
            handler.print(kReplacement);
            return true;
        }
        return true;
    }

    /// One byte of an escape or control sequence; false if the byte is to be read again as text.
    template <class H> bool sequence(char byte, std::uint64_t here, H& handler) {
        if (byte < 0) { // broken off by text, which must not be lost
            state_ = State::ground;
            return false;
        }
        if (byte < 0x20) {
            if (byte == kEsc) {
                begin_ = here;
                state_ = State::escape;
            } else if (byte == kCan || byte == kSub) {
                state_ = State::ground;
            } else {
                handler.execute(static_cast<unsigned char>(byte));
            }
            return true;
        }
        if (byte == kDel) {
            return true;
        }
        switch (state_) {
        case State::escape:
            escape(byte, handler);
            break;
        case State::escape_intermediate:
            if (byte < 0x30) {
                intermediate_ = 1;
            } else {
                state_ = State::ground;
                handler.esc(intermediate_, byte);
            }
            break;
        case State::csi:
            parameters(byte, here, handler);
            break;
        case State::csi_intermediate:
            if (byte < 0x30) {
                csi_.intermediate = 1;
            } else if (byte < 0x40) {
                state_ = State::csi_ignore;
            } else {
                dispatch(byte, here, handler);
            }
            break;
        default: // csi_ignore
            if (byte >= 0x40) {
                state_ = State::ground;
            }
            break;
        }
        return true;
    }

    template <class H> void escape(char byte, H& handler) {
        switch (byte) {
        case '[':
            csi_.prefix = 0;
            csi_.intermediate = 0;
            csi_.count = 0;
            csi_.given = 0;
            csi_.sub = 0;
            fresh_ = true;
            overflow_ = false;
            state_ = State::csi;
            break;
        case ']':
            state_ = State::osc;
            break;
        case 'P':
            state_ = State::dcs;
            break;
        case 'X': // SOS
        case '^': // PM
        case '_': // APC
        case 'k': // title of screen(1)
            state_ = State::skipped;
            break;
        default:
            if (byte < 0x30) {
                intermediate_ = byte;
                state_ = State::escape_intermediate;
            } else {
                state_ = State::ground;
                handler.esc('\0', byte);
            }
        }
    }

    template <class H> void parameters(char byte, std::uint64_t here, H& handler) {
        if (byte >= '0' && byte <= '9') {
            digit(static_cast<std::uint32_t>(byte - '0'));
        } else if (byte == ';' || byte == ':') {
            if (csi_.count == 0) {
                open_parameter(false);
            }
            open_parameter(byte == ':');
        } else if (byte >= 0x40) {
            dispatch(byte, here, handler);
        } else if (byte < 0x30) {
            csi_.intermediate = byte;
            state_ = State::csi_intermediate;
        } else if (fresh_) {
            csi_.prefix = byte;
        } else {
            state_ = State::csi_ignore;
        }
        fresh_ = false;
    }

    void open_parameter(bool sub) {
        if (csi_.count == Csi::kMaxParameters) {
            overflow_ = true;
            return;
        }
        csi_.values[csi_.count] = 0;
        csi_.sub |= static_cast<std::uint32_t>(sub) << csi_.count;
        ++csi_.count;
    }

    void digit(std::uint32_t value) {
        if (csi_.count == 0) {
            open_parameter(false);
        }
        if (overflow_) {
            return;
        }
        const std::size_t last = csi_.count - std::size_t{1};
        const std::uint32_t sum = csi_.values[last] * 10U + value;
        csi_.values[last] = static_cast<std::uint16_t>(sum < Csi::kMaxValue ? sum : Csi::kMaxValue);
        csi_.given |= 1U << last;
    }

    template <class H> void dispatch(char final, std::uint64_t here, H& handler) {
        csi_.final = final;
        state_ = State::ground;
        handler.csi(csi_, begin_, here + 1);
    }

    /// Reads a string up to its end; returns where it stopped. `offset` is that of `at`.
    template <class H>
    const char* string(const char* at, const char* last, std::uint64_t offset, H& handler) {
        if (state_ == State::string_escape) {
            if (*at == '\\') {
                state_ = State::ground;
                end_string(false, offset + 1, handler);
                return at + 1;
            }
            // An ESC that starts another sequence: the string was never ended, and is dropped.
            begin_ = string_escape_at_;
            state_ = State::escape;
            release_string();
            return at;
        }
        const std::size_t length = text_prefix({at, static_cast<std::size_t>(last - at)});
        keep(std::string_view(at, length));
        at += length;
        if (at == last) {
            return at;
        }
        offset += length;
        if (*at == kEsc) {
            string_escape_at_ = offset;
            strings_ = state_ == State::osc   ? Strings::osc
                       : state_ == State::dcs ? Strings::dcs
                                              : Strings::skipped;
            state_ = State::string_escape;
        } else if (*at == kCan || *at == kSub) {
            state_ = State::ground;
            release_string();
        } else if (*at == '\a' && (state_ == State::osc || osc_overflow_)) {
            strings_ = state_ == State::osc ? Strings::osc : Strings::skipped;
            state_ = State::ground;
            end_string(true, offset + 1, handler);
        }
        return at + 1; // any other control inside a string is ignored
    }

    void keep(std::string_view piece) {
        if (state_ == State::skipped) {
            return;
        }
        const std::size_t limit = state_ == State::osc ? kMaxOscBytes : kMaxDcsBytes;
        if (string_.size() + piece.size() > limit) {
            const bool osc = state_ == State::osc;
            release_string();
            osc_overflow_ = osc; // BEL still ends it
            state_ = State::skipped;
            return;
        }
        string_.append(piece);
    }

    template <class H> void end_string(bool bel, std::uint64_t end, H& handler) {
        if (strings_ == Strings::osc) {
            handler.osc(std::string_view(string_), bel, begin_, end);
        } else if (strings_ == Strings::dcs) {
            handler.dcs(std::string_view(string_));
        }
        release_string();
    }

    void release_string() {
        string_.clear();
        osc_overflow_ = false;
        if (string_.capacity() > kSpareStringBytes) {
            string_.shrink_to_fit();
        }
    }

    State state_ = State::ground;
    Strings strings_ = Strings::skipped;
    bool fresh_ = false;        // nothing of the control sequence read but its introducer
    bool overflow_ = false;     // more parameters than kept
    bool osc_overflow_ = false; // the skipped string is an OSC
    char intermediate_ = 0;
    Utf8Decoder utf8_;
    Csi csi_;
    std::uint64_t begin_ = 0;            // offset of the sequence's ESC
    std::uint64_t string_escape_at_ = 0; // offset of an ESC inside a string
    std::string string_;
};

} // namespace kept::vt
