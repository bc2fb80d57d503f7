#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kept::vt {

/// Longest grapheme cluster kept in one cell, in bytes of UTF-8. Further combining marks are
/// dropped: without a bound one cell could hold a whole stream of them. The longest emoji has 35
/// bytes.
inline constexpr std::size_t kMaxClusterBytes = 64;

/// Grapheme clusters of more than one code point, each stored once.
class ClusterTable {
public:
    using Id = std::uint32_t;
    /// Most clusters kept at once; a mark that would need one more is dropped.
    static constexpr std::size_t kMaxClusters = 65536;
    static constexpr Id kNone = ~Id{0};

    /// Id of `text`, or kNone if the table is full.
    Id intern(std::string_view text);
    std::string_view operator[](Id id) const { return *texts_[id]; }
    std::size_t size() const { return texts_.size(); }
    bool wants_collection() const {
        return texts_.size() >= collect_at_ || refused_ >= kMaxClusters;
    }
    /// Keeps the clusters with used[id], and gives the new id of each old one.
    std::vector<Id> collect(const std::vector<bool>& used);
    std::size_t memory_used() const;

private:
    static constexpr std::size_t kFirstCollection = 64;

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    std::unordered_map<std::string, Id, Hash, std::equal_to<>> ids_;
    std::vector<const std::string*> texts_; // keys of ids_, whose nodes do not move
    std::size_t collect_at_ = kFirstCollection;
    std::size_t refused_ = 0; // lookups since the table was found full
};

} // namespace kept::vt
