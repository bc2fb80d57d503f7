#include "vt/style.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace kept::vt {
namespace {

constexpr std::size_t kFirstCollection = 512;
constexpr std::size_t kFirstSlots = 16;
/// Few styles meet another one in their place: a wrong guess of the processor costs more than the
/// slot, which has two bytes.
constexpr std::size_t kSlotsPerStyle = 4;

void append_number(std::string& out, unsigned value) {
    std::array<char, 12> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

void append_color(std::string& out, Color color, unsigned base, unsigned bright,
                  unsigned extended) {
    if (color.is_default()) {
        return;
    }
    out.push_back(';');
    const unsigned index = color.index();
    if (color.is_indexed() && base != 0 && index < 8) {
        append_number(out, base + index);
        return;
    }
    if (color.is_indexed() && bright != 0 && index < 16) {
        append_number(out, bright + index - 8);
        return;
    }
    append_number(out, extended);
    // The underline colour is known with colons only; for the others semicolons reach further.
    const char separator = base == 0 ? ':' : ';';
    const auto part = [&](unsigned value) {
        out.push_back(separator);
        append_number(out, value);
    };
    if (color.is_indexed()) {
        part(5);
        part(index);
        return;
    }
    part(2);
    if (separator == ':') {
        out.push_back(':'); // empty colour space
    }
    part(color.red());
    part(color.green());
    part(color.blue());
}

} // namespace

void append_sgr_parameters(std::string& out, const Style& style) {
    out.push_back('0');
    const auto flag = [&](bool set, const char* parameter) {
        if (set) {
            out.append(parameter);
        }
    };
    flag(style.bold, ";1");
    flag(style.faint, ";2");
    flag(style.italic, ";3");
    if (style.underline == Underline::single) {
        out.append(";4");
    } else if (style.underline != Underline::none) {
        out.append(";4:");
        append_number(out, static_cast<unsigned>(style.underline));
    }
    flag(style.blink, ";5");
    flag(style.inverse, ";7");
    flag(style.invisible, ";8");
    flag(style.strike, ";9");
    flag(style.overline, ";53");
    append_color(out, style.fg, 30, 90, 38);
    append_color(out, style.bg, 40, 100, 48);
    append_color(out, style.underline_color, 0, 0, 58);
}

void append_sgr(std::string& out, const Style& style) {
    Style shown = style;
    shown.link = 0;
    if (shown == Style{}) {
        return;
    }
    out.append("\x1b[");
    append_sgr_parameters(out, shown);
    out.push_back('m');
}

StyleTable::StyleTable() : styles_(1), collect_at_(kFirstCollection) {}

std::size_t StyleTable::hash(const Style& style) {
    // Part by part, as SGR writes them: a wider read of what was only just written has to wait for
    // it.
    const auto rest = std::bit_cast<std::array<std::uint32_t, 4>>(style)[3];
    std::uint64_t mixed =
        style.fg.bits() * 0x9e37'79b9'7f4a'7c15U ^ style.bg.bits() * 0xc2b2'ae3d'27d4'eb4fU ^
        style.underline_color.bits() * 0x1656'67b1'9e37'79f9U ^ rest * 0xff51'afd7'ed55'8ccdU;
    return static_cast<std::size_t>(mixed ^ (mixed >> 32));
}

StyleTable::Id StyleTable::intern(const Style& style) {
    if (style == styles_.front()) {
        return 0;
    }
    if (styles_.size() * kSlotsPerStyle > slots_.size()) {
        rehash(std::max(kFirstSlots, slots_.size() * 2));
    }
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash(style) & mask;
    while (slots_[slot] != 0) {
        if (styles_[slots_[slot]] == style) {
            return slots_[slot];
        }
        slot = (slot + 1) & mask;
    }
    if (styles_.size() >= kMaxStyles) {
        ++refused_;
        return 0;
    }
    const Id id = static_cast<Id>(styles_.size());
    styles_.push_back(style);
    slots_[slot] = id;
    return id;
}

void StyleTable::rehash(std::size_t slots) {
    slots_.assign(slots, 0);
    const std::size_t mask = slots - 1;
    for (std::size_t id = 1; id < styles_.size(); ++id) {
        std::size_t slot = hash(styles_[id]) & mask;
        while (slots_[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots_[slot] = static_cast<Id>(id);
    }
}

std::vector<StyleTable::Id> StyleTable::collect(const std::vector<bool>& used) {
    std::vector<Id> renamed(styles_.size(), 0);
    std::vector<Style> kept(1);
    for (std::size_t old = 1; old < styles_.size(); ++old) {
        if (used[old]) {
            renamed[old] = static_cast<Id>(kept.size());
            kept.push_back(styles_[old]);
        }
    }
    styles_ = std::move(kept);
    collect_at_ = std::max(kFirstCollection, styles_.size() * 2);
    refused_ = 0;
    slots_ = std::vector<Id>(); // not {}, which would keep the memory
    if (styles_.size() > 1) {
        rehash(std::max(kFirstSlots, std::bit_ceil(styles_.size() * kSlotsPerStyle)));
    }
    return renamed;
}

void StyleTable::rename_links(const std::vector<std::uint16_t>& renamed) {
    for (Style& style : styles_) {
        if (style.link != 0) {
            style.link = renamed[style.link - 1U];
        }
    }
    if (!slots_.empty()) {
        rehash(slots_.size());
    }
}

std::size_t StyleTable::memory_used() const {
    return styles_.capacity() * sizeof(Style) + slots_.capacity() * sizeof(Id);
}

void SgrCache::append(std::string& out, const StyleTable& styles, StyleTable::Id id) {
    entries_.resize(kEntries);
    Entry& entry = entries_[id % kEntries];
    if (id == 0 || entry.id != id) {
        const std::size_t begin = out.size();
        append_sgr(out, styles[id]);
        if (out.size() == begin) { // the default, but for a link
            out.append("\x1b[0m");
        }
        const std::size_t length = out.size() - begin;
        if (id != 0 && length <= entry.text.size()) {
            entry.id = id;
            entry.length = static_cast<std::uint8_t>(length);
            out.copy(entry.text.data(), length, begin);
        }
        return;
    }
    out.append(entry.text.data(), entry.length);
}

} // namespace kept::vt
