#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fd.h"

namespace kept::agent {

/// An append-only file of lines of which at most twice `limit` bytes are kept: when it is full it
/// becomes
/// `<name>.old`, replacing the one before. Readers may follow it by its descriptor.
class BoundedLog {
public:
    BoundedLog(std::string path, std::uint64_t limit);

    /// Appends bytes. They are held until flush(), or until there are enough of them.
    void append(std::string_view bytes);

    /// Writes out what is held. What a full disk does not take is dropped.
    void flush();

    [[nodiscard]] const std::string& path() const { return path_; }

    /// Grows whenever the file was replaced by a new one.
    [[nodiscard]] std::uint64_t generation() const { return generation_; }

private:
    void write_out(std::string_view bytes);
    void open();

    std::string path_;
    std::uint64_t limit_;
    base::Fd file_;
    std::string held_;
    std::uint64_t size_ = 0;
    std::uint64_t generation_ = 0;
};

/// `<path>.old`.
std::string old_log(const std::string& path);

} // namespace kept::agent
