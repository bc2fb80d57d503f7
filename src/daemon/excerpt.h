#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kept::daemon {

/// Lets through a window of a stream (`offset`, `limit`), or its head and its tail (`most`): what
/// goes out is appended to a string that the owner empties. Text is cut between characters.
class Excerpt {
public:
    struct Window {
        std::uint64_t offset = 0;
        std::uint64_t limit = 0; ///< all when 0
        std::uint64_t most = 0;  ///< all when 0
        bool text = true;
    };

    explicit Excerpt(Window window);

    void feed(std::string_view bytes, std::string& out);

    /// Gives the tail; gap_at() and gap_bytes() tell what is missing before it.
    void finish(std::string& out);

    [[nodiscard]] std::uint64_t given() const { return given_; }
    [[nodiscard]] std::uint64_t gap_at() const { return gap_bytes_ > 0 ? head_ : 0; }
    [[nodiscard]] std::uint64_t gap_bytes() const { return gap_bytes_; }

    /// True when nothing that comes now can matter.
    [[nodiscard]] bool full() const {
        return window_.limit > 0 && seen_ >= window_.offset + window_.limit;
    }

private:
    void give(std::string_view bytes, std::string& out);

    Window window_;
    std::uint64_t seen_ = 0;
    std::uint64_t given_ = 0;
    std::uint64_t head_ = 0;
    std::string cut_; ///< the window's last bytes, held until their character is whole
    std::string tail_;
    std::uint64_t gap_bytes_ = 0;
};

} // namespace kept::daemon
