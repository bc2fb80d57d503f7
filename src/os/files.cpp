#include "os/files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"

namespace kept::os {

std::string read_all(int fd, std::size_t most) {
    std::string text;
    std::array<char, 16384>
        buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
    while (text.size() < most) {
        const auto got = ::read(fd, buffer.data(), std::min(buffer.size(), most - text.size()));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
}

std::string read_file(const std::string& path, std::size_t most) {
    const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    return fd ? read_all(fd.get(), most) : std::string();
}

Result<void> write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return base::fail_sys(OsErrc::unavailable, errno, "cannot write");
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> replace_file(const std::string& path, std::string_view content) {
    const std::string fresh = path + ".new";
    const base::Fd fd(
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot create " + fresh);
    }
    if (auto written = write_all(fd.get(), content); !written) {
        return written;
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot replace " + path);
    }
    return {};
}

} // namespace kept::os
