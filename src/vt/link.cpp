#include "vt/link.h"

#include <algorithm>
#include <iterator>

namespace kept::vt {

LinkTable::Id LinkTable::intern(std::string_view link) {
    if (link.size() > kMaxLinkBytes) {
        return 0;
    }
    // Newest first: a program that links a run of cells names the same target again and again.
    const auto found = std::find(links_.rbegin(), links_.rend(), link);
    if (found != links_.rend()) {
        return static_cast<Id>(std::distance(found, links_.rend()));
    }
    if (full()) {
        ++refused_;
        return 0;
    }
    links_.emplace_back(link);
    return static_cast<Id>(links_.size());
}

std::string_view LinkTable::target(Id id) const {
    const std::string_view link = whole(id);
    return link.substr(std::min(link.size(), link.find(';') + 1));
}

std::vector<LinkTable::Id> LinkTable::collect(const std::vector<bool>& used) {
    std::vector<Id> renamed(links_.size(), 0);
    std::vector<std::string> kept;
    for (std::size_t old = 0; old < links_.size(); ++old) {
        if (used[old]) {
            kept.push_back(std::move(links_[old]));
            renamed[old] = static_cast<Id>(kept.size());
        }
    }
    links_ = std::move(kept);
    refused_ = 0;
    return renamed;
}

std::size_t LinkTable::memory_used() const {
    std::size_t bytes = links_.capacity() * sizeof(std::string);
    for (const std::string& link : links_) {
        bytes += link.capacity();
    }
    return bytes;
}

} // namespace kept::vt
