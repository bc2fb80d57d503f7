#include "vt/charset.h"

#include <string_view>

namespace kept::vt {
namespace {

/// DEC special graphics for `_` to `~` (VT100 user guide, table 3-9, in Unicode).
constexpr std::u32string_view kSpecial = U"\u00a0\u25c6\u2592\u2409\u240c\u240d\u240a\u00b0\u00b1"
                                         U"\u2424\u240b\u2518\u2510\u250c\u2514\u253c"
                                         U"\u23ba\u23bb\u2500\u23bc\u23bd\u251c\u2524\u2534\u252c"
                                         U"\u2502\u2264\u2265\u03c0\u2260\u00a3\u00b7";
static_assert(kSpecial.size() == '~' - '_' + 1);

} // namespace

char32_t Charsets::map(char32_t byte) {
    const Charset set = sets_[single_ != 0 ? single_ : shown_];
    single_ = 0;
    if (set == Charset::special && byte >= U'_') {
        return kSpecial[byte - U'_'];
    }
    if (set == Charset::british && byte == U'#') {
        return U'\u00a3';
    }
    return byte;
}

} // namespace kept::vt
