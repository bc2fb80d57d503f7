#include "agent/bounded_log.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace kept::agent {

namespace {
constexpr std::size_t kFlushAt = 64UL * 1024;
}

std::string old_log(const std::string& path) {
    return path + ".old";
}

BoundedLog::BoundedLog(std::string path, std::uint64_t limit)
    : path_(std::move(path)), limit_(limit) {
    open();
}

void BoundedLog::append(std::string_view bytes) {
    held_.append(bytes);
    if (held_.size() >= kFlushAt) {
        flush();
    }
}

void BoundedLog::flush() {
    if (held_.empty()) {
        return;
    }
    if (size_ > 0 && size_ + held_.size() > limit_) {
        std::rename(path_.c_str(), old_log(path_).c_str());
        open();
        ++generation_;
    }
    write_out(held_);
    held_.clear();
    if (held_.capacity() > 2 * kFlushAt) {
        held_.shrink_to_fit();
    }
}

void BoundedLog::open() {
    file_.reset(::open(path_.c_str(),
                       O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
    size_ = 0;
}

void BoundedLog::write_out(std::string_view bytes) {
    while (file_ && !bytes.empty()) {
        const auto written = ::write(file_.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return;
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
        size_ += static_cast<std::uint64_t>(written);
    }
}

} // namespace kept::agent
