#include "os/unix_socket.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

namespace kept::os {

namespace {

constexpr int kBacklog = 128;

Result<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return base::fail(OsErrc::too_long, "the socket path " + path + " is longer than " +
                                                std::to_string(sizeof address.sun_path - 1) +
                                                " bytes; set KEPT_DIR to a shorter directory");
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

} // namespace

Result<base::Fd> listen_unix(const std::string& path) {
    auto address = address_of(path);
    if (!address) {
        return std::unexpected(address.error());
    }
    base::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot create a socket");
    }
    ::unlink(path.c_str());
    const mode_t before = ::umask(0177);
    const int bound = ::bind(fd.get(), generic(*address), sizeof *address);
    const int why = errno;
    ::umask(before);
    if (bound != 0) {
        return base::fail_sys(OsErrc::unavailable, why, "cannot bind " + path);
    }
    if (::listen(fd.get(), kBacklog) != 0) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot listen on " + path);
    }
    return fd;
}

Result<base::Fd> connect_unix(const std::string& path) {
    auto address = address_of(path);
    if (!address) {
        return std::unexpected(address.error());
    }
    base::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot create a socket");
    }
    while (::connect(fd.get(), generic(*address), sizeof *address) != 0) {
        if (errno == ENOENT || errno == ECONNREFUSED) {
            return base::fail_sys(OsErrc::not_found, errno, "nobody listens on " + path);
        }
        if (errno != EINTR) {
            return base::fail_sys(OsErrc::unavailable, errno, "cannot connect to " + path);
        }
    }
    if (auto peer = check_peer(fd.get()); !peer) {
        return std::unexpected(peer.error());
    }
    return fd;
}

Result<void> check_peer(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        return base::fail_sys(OsErrc::unavailable, errno,
                              "cannot tell who is at the socket's other end");
    }
    if (peer.uid != ::geteuid() && peer.uid != 0) {
        return base::fail(OsErrc::not_ours,
                          "the process at the socket's other end belongs to uid " +
                              std::to_string(peer.uid));
    }
    return {};
}

std::unordered_map<std::uint64_t, std::string> listening_sockets() {
    constexpr std::string_view kAccepts = "00010000"; // __SO_ACCEPTCON in the column Flags
    std::unordered_map<std::uint64_t, std::string> found;
    std::ifstream table("/proc/net/unix");
    std::string line;
    std::getline(table, line); // the names of the columns
    while (std::getline(table, line)) {
        std::istringstream columns(line);
        std::string number;
        std::string references;
        std::string protocol;
        std::string flags;
        std::string type;
        std::string state;
        std::uint64_t inode = 0;
        std::string path;
        columns >> number >> references >> protocol >> flags >> type >> state >> inode;
        columns.get();
        std::getline(columns, path);
        if (flags == kAccepts && path.starts_with('/')) {
            found.emplace(inode, std::move(path));
        }
    }
    return found;
}

std::string listens_at(pid_t pid, const std::unordered_map<std::uint64_t, std::string>& sockets) {
    constexpr std::string_view kSocket = "socket:[";
    std::error_code error;
    const std::filesystem::path directory = "/proc/" + std::to_string(pid) + "/fd";
    for (auto entry = std::filesystem::directory_iterator(directory, error);
         !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        std::error_code gone;
        const std::string target = std::filesystem::read_symlink(entry->path(), gone).string();
        if (gone || !target.starts_with(kSocket) || !target.ends_with(']')) {
            continue;
        }
        const auto inode = base::parse_integer(
            std::string_view(target).substr(kSocket.size(), target.size() - kSocket.size() - 1), 1,
            INT64_MAX);
        const auto known = inode ? sockets.find(static_cast<std::uint64_t>(*inode)) : sockets.end();
        if (known != sockets.end()) {
            return known->second;
        }
    }
    return {};
}

} // namespace kept::os
