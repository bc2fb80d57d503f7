#include "vt/scan.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace kept::vt {
namespace {

constexpr bool is_printable_ascii(char byte) {
    return byte >= 0x20 && byte < 0x7f;
}

constexpr bool is_text(char byte) {
    return (byte >= 0x20 || byte < 0) && byte != 0x7f;
}

constexpr bool is_lines(char byte) {
    return is_text(byte) || byte == '\t' || byte == '\n' || byte == '\r';
}

#if defined(__SSE2__)

constexpr std::size_t kStep = sizeof(__m128i);

__m128i in_printable_ascii(__m128i bytes) {
    // Signed comparison: bytes above 0x7f are negative and fail the first test.
    return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(0x1f)),
                         _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x7f)));
}

__m128i in_text(__m128i bytes) {
    const __m128i at_least_space = _mm_cmpeq_epi8(_mm_max_epu8(bytes, _mm_set1_epi8(0x20)), bytes);
    return _mm_andnot_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f)), at_least_space);
}

__m128i in_lines(__m128i bytes) {
    const __m128i breaks = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')),
                                        _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
    const __m128i tabs = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t'));
    return _mm_or_si128(in_text(bytes), _mm_or_si128(breaks, tabs));
}

template <__m128i (*Wide)(__m128i), bool (*Single)(char)>
std::size_t prefix(std::string_view bytes) {
    std::size_t at = 0;
    for (; at + kStep <= bytes.size(); at += kStep) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + at));
        const auto good = static_cast<unsigned>(_mm_movemask_epi8(Wide(block)));
        if (good != 0xffffU) {
            return at + static_cast<std::size_t>(std::countr_one(good));
        }
    }
    while (at < bytes.size() && Single(bytes[at])) {
        ++at;
    }
    return at;
}

} // namespace

std::size_t printable_ascii_prefix(std::string_view bytes) {
    return prefix<in_printable_ascii, is_printable_ascii>(bytes);
}

std::size_t text_prefix(std::string_view bytes) {
    return prefix<in_text, is_text>(bytes);
}

std::size_t lines_prefix(std::string_view bytes) {
    return prefix<in_lines, is_lines>(bytes);
}

std::size_t ascii_lines_prefix(std::string_view bytes) {
    std::size_t good = 0;
    unsigned after_cr = 0; // 1 if the block before ended in CR
    const __m128i cr = _mm_set1_epi8('\r');
    const __m128i lf = _mm_set1_epi8('\n');
    for (std::size_t at = 0; at + kStep <= bytes.size(); at += kStep) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + at));
        const auto mask = [](__m128i wide) {
            return static_cast<unsigned>(_mm_movemask_epi8(wide));
        };
        const unsigned returns = mask(_mm_cmpeq_epi8(block, cr));
        const unsigned feeds = mask(_mm_cmpeq_epi8(block, lf));
        const unsigned due = ((returns << 1) | after_cr) & 0xffffU; // where LF must stand
        const unsigned printable = mask(in_printable_ascii(block));
        // The first byte that fits neither text nor its place in CR LF.
        const unsigned wrong = (feeds ^ due) | (0xffffU & ~(printable | returns | feeds));
        const unsigned before = wrong == 0 ? 0xffffU : (wrong & (0U - wrong)) - 1;
        const unsigned ends = feeds & before;
        if (ends != 0) {
            good = at + static_cast<std::size_t>(std::bit_width(ends));
        }
        if (wrong != 0) {
            break;
        }
        after_cr = returns >> 15;
    }
    return good;
}

std::size_t count_line_feeds(std::string_view bytes) {
    std::size_t count = 0;
    std::size_t at = 0;
    const __m128i lf = _mm_set1_epi8('\n');
    while (at + kStep <= bytes.size()) {
        // Bytes of counters, which are added up before one could overflow.
        const std::size_t blocks = std::min<std::size_t>((bytes.size() - at) / kStep, 255);
        __m128i counters = _mm_setzero_si128();
        for (std::size_t block = 0; block < blocks; ++block, at += kStep) {
            const auto* from = reinterpret_cast<const __m128i*>(bytes.data() + at);
            counters = _mm_sub_epi8(counters, _mm_cmpeq_epi8(_mm_loadu_si128(from), lf));
        }
        const __m128i sums = _mm_sad_epu8(counters, _mm_setzero_si128());
        count += static_cast<std::size_t>(_mm_cvtsi128_si64(sums));
        count += static_cast<std::size_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
    }
    for (; at < bytes.size(); ++at) {
        count += bytes[at] == '\n' ? 1U : 0U;
    }
    return count;
}

char* drop_carriage_returns(std::string_view bytes, char* to) {
    std::size_t at = 0;
    const __m128i cr = _mm_set1_epi8('\r');
    while (at + kStep <= bytes.size()) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + at));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), block);
        const auto returns = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, cr)));
        const auto text = static_cast<std::size_t>(std::countr_zero(returns | 0x10000U));
        to += text;
        at += text + (returns != 0 ? 1 : 0);
    }
    for (; at < bytes.size(); ++at) {
        if (bytes[at] != '\r') {
            *to++ = bytes[at];
        }
    }
    return to;
}

#else

template <bool (*Single)(char)> std::size_t prefix(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size() && Single(bytes[at])) {
        ++at;
    }
    return at;
}

} // namespace

std::size_t printable_ascii_prefix(std::string_view bytes) {
    return prefix<is_printable_ascii>(bytes);
}

std::size_t text_prefix(std::string_view bytes) {
    return prefix<is_text>(bytes);
}

std::size_t lines_prefix(std::string_view bytes) {
    return prefix<is_lines>(bytes);
}

std::size_t ascii_lines_prefix(std::string_view bytes) {
    std::size_t good = 0;
    while (true) {
        const std::size_t end = good + printable_ascii_prefix(bytes.substr(good));
        if (bytes.substr(end, 2) != "\r\n") {
            return good;
        }
        good = end + 2;
    }
}

std::size_t count_line_feeds(std::string_view bytes) {
    return static_cast<std::size_t>(std::ranges::count(bytes, '\n'));
}

char* drop_carriage_returns(std::string_view bytes, char* to) {
    return std::remove_copy(bytes.begin(), bytes.end(), to, '\r');
}

#endif

std::size_t last_line_start(std::string_view bytes, int line_feeds) {
    while (!bytes.empty()) {
#if defined(__GLIBC__)
        const void* found = memrchr(bytes.data(), '\n', bytes.size());
        const std::size_t at =
            found == nullptr
                ? std::string_view::npos
                : static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
#else
        const std::size_t at = bytes.rfind('\n');
#endif
        if (at == std::string_view::npos || at == 0) {
            return 0;
        }
        if (line_feeds <= 0 && bytes[at - 1] == '\r') {
            return at + 1;
        }
        --line_feeds;
        bytes = bytes.substr(0, at);
    }
    return 0;
}

} // namespace kept::vt
