#include "vt/cluster.h"

#include <algorithm>

namespace kept::vt {

ClusterTable::Id ClusterTable::intern(std::string_view text) {
    if (const auto found = ids_.find(text); found != ids_.end()) {
        return found->second;
    }
    if (texts_.size() >= kMaxClusters) {
        ++refused_;
        return kNone;
    }
    const Id id = static_cast<Id>(texts_.size());
    const auto added = ids_.emplace(std::string(text), id).first;
    texts_.push_back(&added->first);
    return id;
}

std::vector<ClusterTable::Id> ClusterTable::collect(const std::vector<bool>& used) {
    std::vector<Id> renamed(texts_.size(), 0);
    std::vector<const std::string*> kept;
    for (std::size_t old = 0; old < texts_.size(); ++old) {
        const auto found = ids_.find(*texts_[old]);
        if (used[old]) {
            renamed[old] = static_cast<Id>(kept.size());
            found->second = renamed[old];
            kept.push_back(texts_[old]);
        } else {
            ids_.erase(found);
        }
    }
    texts_ = std::move(kept);
    collect_at_ = std::max(kFirstCollection, texts_.size() * 2);
    refused_ = 0;
    return renamed;
}

std::size_t ClusterTable::memory_used() const {
    std::size_t bytes = (texts_.capacity() + ids_.bucket_count()) * sizeof(void*);
    for (const auto& [text, id] : ids_) {
        bytes += sizeof(std::string) + sizeof(id) + 3 * sizeof(void*); // a node of the map
        if (text.capacity() > std::string().capacity()) {
            bytes += text.capacity();
        }
    }
    return bytes;
}

} // namespace kept::vt
