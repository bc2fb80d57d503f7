#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kept::vt {

/// Longest OSC 8 target kept; VTE and others agree on this limit. A longer one is no link.
inline constexpr std::size_t kMaxLinkBytes = 2083;

/// Targets of OSC 8 hyperlinks. Id 0 is "no link".
class LinkTable {
public:
    using Id = std::uint16_t;
    /// Most links kept at once, which bounds the table to about 2 MB; further text is not linked.
    static constexpr std::size_t kMaxLinks = 1024;

    /// `link` is all after `8;`: parameters, a semicolon and the target, which together name a
    /// link.
    Id intern(std::string_view link);
    /// The target alone.
    std::string_view target(Id id) const;
    std::string_view whole(Id id) const { return id == 0 ? std::string_view() : links_[id - 1U]; }
    std::size_t size() const { return links_.size(); }
    /// True when the table is full and it is worth dropping links no cell uses any more: at the
    /// first refusal, and then now and then.
    bool wants_collection() const {
        return full() && (refused_ == 0 || refused_ >= kRefusalsBetween);
    }
    /// Keeps the links with used[id - 1], and gives the new id of each old one, by id - 1.
    std::vector<Id> collect(const std::vector<bool>& used);
    std::size_t memory_used() const;

private:
    static constexpr std::size_t kRefusalsBetween = 64;
    bool full() const { return links_.size() >= kMaxLinks; }

    std::vector<std::string> links_;
    std::size_t refused_ = 0; // since the table was collected
};

} // namespace kept::vt
