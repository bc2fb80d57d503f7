#include "vt/plain_text.h"

#include "vt/cell.h"
#include "vt/cluster.h"
#include "vt/scan.h"
#include "vt/utf8.h"

#include <algorithm>
#include <array>

namespace kept::vt {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

/// Characters that never share a cell with the one before. Not complete on purpose: what is missing
/// takes the longer way.
constexpr std::array kSimple = {
    Range{0xa0, 0xac},       Range{0xae, 0x2ff},      Range{0x370, 0x482},
    Range{0x48a, 0x556},     Range{0x5d0, 0x5ea},     Range{0x1e00, 0x1fff},
    Range{0x2010, 0x2027},   Range{0x2030, 0x205e},   Range{0x20a0, 0x20c0},
    Range{0x2100, 0x2bff},   Range{0x3000, 0x3020},   Range{0x3041, 0x3096},
    Range{0x309b, 0x30ff},   Range{0x3131, 0x4dbf},   Range{0x4e00, 0x9fff},
    Range{0xac00, 0xd7a3},   Range{0xff01, 0xff60},   Range{0xfffd, 0xfffd},
    Range{0x1f300, 0x1f3fa}, Range{0x1f400, 0x1f64f}, Range{0x1f680, 0x1f6ff},
    Range{0x1f900, 0x1faff},
};

bool is_simple(char32_t character) {
    const auto found = std::ranges::lower_bound(kSimple, character, {}, &Range::last);
    return found != kSimple.end() && character >= found->first;
}

/// Length of the leading run of simple characters beyond ASCII.
std::size_t simple_prefix(std::string_view bytes) {
    Utf8Decoder decoder;
    std::size_t good = 0;
    for (std::size_t at = 0; at < bytes.size() && bytes[at] < 0; ++at) {
        const auto step = decoder.push(static_cast<unsigned char>(bytes[at]));
        if (step == Utf8Decoder::Step::more) {
            continue;
        }
        if (step != Utf8Decoder::Step::character || !is_simple(decoder.value())) {
            break;
        }
        good = at + 1;
    }
    return good;
}

/// Length of the line at the start of `bytes` with its CR LF if it may be copied, else 0.
std::size_t copyable_line(std::string_view bytes, int cols, WithTabs with_tabs) {
    constexpr std::size_t kTabExtra = 7; // columns a tab may take beyond its own byte
    // At the right edge tabs are noted with the character before (Engine::repeat_tab); so many of
    // them surely fit there.
    constexpr std::size_t kEdgeTabs = 32;
    static_assert(kEdgeTabs + 4 <= kMaxClusterBytes && kEdgeTabs <= Cell::kMaxMoreTabs);
    std::size_t at = 0;
    std::size_t tabs = 0;
    while (true) {
        at += printable_ascii_prefix(bytes.substr(at));
        if (at + 1 >= bytes.size()) {
            return 0;
        }
        const char byte = bytes[at];
        if (byte == '\r' && bytes[at + 1] == '\n') {
            // No character takes more columns than bytes.
            const bool reaches_edge = at + tabs * kTabExtra >= static_cast<std::size_t>(cols);
            return reaches_edge && tabs > (cols > 1 ? kEdgeTabs : 0) ? 0 : at + 2;
        }
        if (byte == '\t' && with_tabs == WithTabs::yes) {
            ++at;
            ++tabs;
        } else if (byte < 0) {
            const std::size_t length = simple_prefix(bytes.substr(at));
            if (length == 0) {
                return 0;
            }
            at += length;
        } else {
            return 0;
        }
    }
}

} // namespace

std::size_t copyable_lines(std::string_view bytes, int cols, WithTabs tabs) {
    std::size_t good = 0;
    while (true) {
        good += ascii_lines_prefix(bytes.substr(good));
        const std::size_t line = copyable_line(bytes.substr(good), cols, tabs);
        if (line == 0) {
            return good;
        }
        good += line;
    }
}

} // namespace kept::vt
