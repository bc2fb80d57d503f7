#include "vt/pack.h"

#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace kept::vt {
namespace {

constexpr std::size_t kAtOnce = 8;

constexpr char shown(std::uint32_t content) {
    return static_cast<char>(content == 0 ? ' ' : content);
}

#if defined(__SSE2__)

static_assert(std::endian::native == std::endian::little);

void widen_step(Cell* out, const char* text, __m128i high) {
    const __m128i zero = _mm_setzero_si128();
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(text));
    const __m128i words = _mm_unpacklo_epi8(bytes, zero);
    const __m128i low4 = _mm_unpacklo_epi16(words, zero);
    const __m128i high4 = _mm_unpackhi_epi16(words, zero);
    auto* to = reinterpret_cast<__m128i*>(out);
    _mm_storeu_si128(to, _mm_unpacklo_epi32(low4, high));
    _mm_storeu_si128(to + 1, _mm_unpackhi_epi32(low4, high));
    _mm_storeu_si128(to + 2, _mm_unpacklo_epi32(high4, high));
    _mm_storeu_si128(to + 3, _mm_unpackhi_epi32(high4, high));
}

__m128i contents_of_four(const Cell* cells) {
    const auto* from = reinterpret_cast<const __m128i*>(cells);
    const __m128 two = _mm_castsi128_ps(_mm_loadu_si128(from));
    const __m128 more = _mm_castsi128_ps(_mm_loadu_si128(from + 1));
    return _mm_castps_si128(_mm_shuffle_ps(two, more, _MM_SHUFFLE(2, 0, 2, 0)));
}

__m128i blanks_to_spaces(__m128i bytes) {
    const __m128i blank = _mm_cmpeq_epi8(bytes, _mm_setzero_si128());
    return _mm_or_si128(bytes, _mm_and_si128(blank, _mm_set1_epi8(' ')));
}

#endif

} // namespace

void widen(Cell* out, std::string_view text, std::uint16_t style, std::uint16_t flags) {
    // From the end, so that no cell lands on a byte still to be read.
    const char* const from = text.data();
    std::size_t left = text.size();
    const auto single = [&] {
        --left;
        out[left] = Cell{static_cast<unsigned char>(from[left]), style, flags};
    };
#if defined(__SSE2__)
    while (left % kAtOnce != 0) {
        single();
    }
    const std::uint32_t upper = style | (static_cast<std::uint32_t>(flags) << 16);
    const __m128i high = _mm_set1_epi32(std::bit_cast<int>(upper));
    while (left != 0) {
        left -= kAtOnce;
        widen_step(out + left, from + left, high);
    }
#endif
    while (left != 0) {
        single();
    }
}

void narrow(char* out, std::span<const Cell> cells) {
    std::size_t at = 0;
#if defined(__SSE2__)
    for (; at + kAtOnce <= cells.size(); at += kAtOnce) {
        const Cell* const from = cells.data() + at;
        const __m128i words = _mm_packs_epi32(contents_of_four(from), contents_of_four(from + 4));
        const __m128i bytes = blanks_to_spaces(_mm_packus_epi16(words, words));
        _mm_storel_epi64(reinterpret_cast<__m128i*>(out + at), bytes);
    }
#endif
    for (; at < cells.size(); ++at) {
        out[at] = shown(cells[at].content);
    }
}

void fill(std::span<Cell> cells, Cell cell) {
    std::size_t at = 0;
#if defined(__SSE2__)
    const __m128i two = _mm_set1_epi64x(std::bit_cast<std::int64_t>(cell));
    for (; at + 4 <= cells.size(); at += 4) {
        auto* to = reinterpret_cast<__m128i*>(cells.data() + at);
        _mm_storeu_si128(to, two);
        _mm_storeu_si128(to + 1, two);
    }
#endif
    for (; at < cells.size(); ++at) {
        cells[at] = cell;
    }
}

void fill_blanks(char* out, std::string_view text) {
    std::size_t at = 0;
#if defined(__SSE2__)
    for (; at + sizeof(__m128i) <= text.size(); at += sizeof(__m128i)) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + at), blanks_to_spaces(bytes));
    }
#endif
    for (; at < text.size(); ++at) {
        out[at] = shown(static_cast<unsigned char>(text[at]));
    }
}

} // namespace kept::vt
