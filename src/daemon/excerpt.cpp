#include "daemon/excerpt.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace kept::daemon {

namespace {
/// Index of the first byte at or after `at` that begins a character.
std::size_t next_character(std::string_view text, std::size_t at) {
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) {
        ++at;
    }
    return at;
}
} // namespace

Excerpt::Excerpt(Window window) : window_(window) {
    // A peer chooses both: their sum must not wrap.
    window_.limit =
        std::min(window_.limit, std::numeric_limits<std::uint64_t>::max() - window_.offset);
}

void Excerpt::give(std::string_view bytes, std::string& out) {
    out.append(bytes);
    given_ += bytes.size();
}

void Excerpt::feed(std::string_view bytes, std::string& out) {
    const std::uint64_t begin = seen_;
    seen_ += bytes.size();
    if (begin < window_.offset) {
        const std::uint64_t skip = std::min<std::uint64_t>(window_.offset - begin, bytes.size());
        bytes.remove_prefix(skip);
    }
    if (window_.limit > 0) {
        const std::uint64_t from = std::max(begin, window_.offset);
        const std::uint64_t end = window_.offset + window_.limit;
        bytes =
            bytes.substr(0, from >= end ? 0 : std::min<std::uint64_t>(bytes.size(), end - from));
        if (window_.text) {
            std::string joined = std::move(cut_);
            joined.append(bytes);
            const std::size_t whole = base::complete_utf8_prefix(joined);
            give(std::string_view(joined).substr(0, whole), out);
            cut_ = joined.substr(whole);
            return;
        }
    }
    if (window_.most == 0) {
        give(bytes, out);
        return;
    }
    const std::uint64_t half = window_.most / 2;
    if (head_ < half && tail_.empty()) {
        std::size_t take = std::min<std::uint64_t>(half - head_, bytes.size());
        if (window_.text && take < bytes.size()) {
            take = std::min(next_character(bytes, take), bytes.size());
        }
        give(bytes.substr(0, take), out);
        head_ += take;
        bytes.remove_prefix(take);
    }
    tail_.append(bytes);
    const std::uint64_t keep = window_.most - std::min(head_, window_.most);
    // Dropped in large steps: each step moves what is kept.
    if (tail_.size() > 2 * keep + 65536) {
        gap_bytes_ += tail_.size() - keep;
        tail_.erase(0, tail_.size() - keep);
    }
}

void Excerpt::finish(std::string& out) {
    if (window_.most == 0) {
        return;
    }
    const std::uint64_t keep = window_.most - std::min(head_, window_.most);
    if (tail_.size() > keep) {
        std::size_t drop = tail_.size() - keep;
        if (window_.text) {
            drop = next_character(tail_, drop);
        }
        gap_bytes_ += drop;
        tail_.erase(0, drop);
    } else if (gap_bytes_ > 0 && window_.text) {
        const std::size_t drop = next_character(tail_, 0);
        gap_bytes_ += drop;
        tail_.erase(0, drop);
    }
    give(tail_, out);
    tail_.clear();
}

} // namespace kept::daemon
