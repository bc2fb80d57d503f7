#include "os/tcp.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <functional>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace kept::os {

namespace {

constexpr int kTcpBacklog = 16;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

sockaddr* generic(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address);
}

/// One line of /proc/net/tcp: addresses and ports in host order, `remote` 0.0.0.0:0 for a listener.
struct Line {
    std::uint32_t local_address = 0;
    std::uint16_t local_port = 0;
    std::uint32_t remote_address = 0;
    std::uint16_t remote_port = 0;
    unsigned state = 0;
    SocketOwner owner;
};

constexpr unsigned kListen = 0x0A; // TCP_LISTEN, net/tcp_states.h

std::optional<Line> parse_line(const char* text) {
    Line line;
    unsigned local_port = 0;
    unsigned remote_port = 0;
    unsigned uid = 0;
    unsigned long inode = 0;
    const int got =
        std::sscanf(text, " %*d: %x:%x %x:%x %x %*s %*s %*s %u %*u %lu", &line.local_address,
                    &local_port, &line.remote_address, &remote_port, &line.state, &uid, &inode);
    if (got != 7) {
        return std::nullopt;
    }
    // The kernel prints the address as the number that its bytes make in this machine's order.
    line.local_address = ntohl(line.local_address);
    line.remote_address = ntohl(line.remote_address);
    line.local_port = static_cast<std::uint16_t>(local_port);
    line.remote_port = static_cast<std::uint16_t>(remote_port);
    line.owner = {uid, inode};
    return line;
}

std::optional<SocketOwner> find_line(const std::function<bool(const Line&)>& wanted) {
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen("/proc/net/tcp", "re"),
                                                     std::fclose);
    std::array<char, 512> text{};
    while (file && std::fgets(text.data(), static_cast<int>(text.size()), file.get()) != nullptr) {
        if (const auto line = parse_line(text.data()); line && wanted(*line)) {
            return line->owner;
        }
    }
    return std::nullopt;
}

/// Calls `visit` with the inode of each socket that the process has open, until it returns true.
bool visit_sockets(pid_t pid, const std::function<bool(std::uint64_t)>& visit) {
    const std::string path = "/proc/" + std::to_string(pid) + "/fd";
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
    while (const dirent* entry = directory ? ::readdir(directory.get()) : nullptr) {
        std::array<char, 64> target{};
        const auto length =
            ::readlinkat(::dirfd(directory.get()), entry->d_name, target.data(), target.size());
        constexpr std::string_view kSocket = "socket:[";
        if (length <= static_cast<ssize_t>(kSocket.size())) {
            continue;
        }
        std::string_view text(target.data(), static_cast<std::size_t>(length));
        if (!text.starts_with(kSocket)) {
            continue;
        }
        text.remove_prefix(kSocket.size());
        std::uint64_t inode = 0;
        std::from_chars(text.data(), text.data() + text.size(), inode);
        if (visit(inode)) {
            return true;
        }
    }
    return false;
}

} // namespace

Result<base::Fd> listen_loopback(std::uint16_t port) {
    base::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot create a socket");
    }
    // A port whose last connections linger in TIME_WAIT is free; one that somebody listens on is
    // not.
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address = loopback(port);
    if (::bind(socket.get(), generic(address), sizeof address) != 0 ||
        ::listen(socket.get(), kTcpBacklog) != 0) {
        return base::fail_sys(errno == EADDRINUSE ? OsErrc::in_use : OsErrc::unavailable, errno,
                              "cannot listen on 127.0.0.1:" + std::to_string(port));
    }
    return socket;
}

std::uint16_t local_port(int socket) {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    return ::getsockname(socket, generic(address), &length) == 0 ? ntohs(address.sin_port)
                                                                 : std::uint16_t{0};
}

base::Fd accept_loopback(int listener) {
    base::Fd socket;
    do {
        socket.reset(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    } while (!socket && errno == EINTR);
    if (socket) {
        const int on = 1;
        ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    return socket;
}

namespace {

/// Asks the kernel for one connection by its addresses; empty when it does not answer such
/// questions.
std::optional<SocketOwner> diagnose(const sockaddr_in& local, const sockaddr_in& remote) {
    struct Question { // of sock_diag(7)
        nlmsghdr header{};
        inet_diag_req_v2 body{};
    };
    const base::Fd kernel(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    Question question;
    question.header.nlmsg_len = sizeof question;
    question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.header.nlmsg_flags = NLM_F_REQUEST;
    question.body.sdiag_family = AF_INET;
    question.body.sdiag_protocol = IPPROTO_TCP;
    question.body.idiag_states = ~0U;
    question.body.id.idiag_sport = local.sin_port;
    question.body.id.idiag_dport = remote.sin_port;
    question.body.id.idiag_src[0] = local.sin_addr.s_addr;
    question.body.id.idiag_dst[0] = remote.sin_addr.s_addr;
    question.body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
    question.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    struct Answer {
        nlmsghdr header{};
        inet_diag_msg body{};
        std::array<char, 1024> attributes{};
    };
    Answer answer;
    if (!kernel || ::send(kernel.get(), &question, sizeof question, 0) < 0 ||
        ::recv(kernel.get(), &answer, sizeof answer, 0) <
            static_cast<ssize_t>(sizeof answer.header + sizeof answer.body) ||
        answer.header.nlmsg_type != SOCK_DIAG_BY_FAMILY) {
        return std::nullopt;
    }
    return SocketOwner{answer.body.idiag_uid, answer.body.idiag_inode};
}

} // namespace

std::optional<SocketOwner> peer_owner(int socket) {
    sockaddr_in ours{};
    sockaddr_in theirs{};
    socklen_t length = sizeof ours;
    if (::getsockname(socket, generic(ours), &length) != 0) {
        return std::nullopt;
    }
    length = sizeof theirs;
    if (::getpeername(socket, generic(theirs), &length) != 0) {
        return std::nullopt;
    }
    if (const auto owner = diagnose(theirs, ours)) {
        return owner;
    }
    // The table goes through every connection of the machine, which takes milliseconds.
    return find_line([&](const Line& line) {
        return line.local_port == ntohs(theirs.sin_port) &&
               line.remote_port == ntohs(ours.sin_port) &&
               line.local_address == ntohl(theirs.sin_addr.s_addr) &&
               line.remote_address == ntohl(ours.sin_addr.s_addr);
    });
}

std::optional<SocketOwner> listener_owner(std::uint16_t port) {
    return find_line([&](const Line& line) {
        return line.state == kListen && line.local_port == port &&
               (line.local_address == INADDR_LOOPBACK || line.local_address == INADDR_ANY);
    });
}

bool has_socket(pid_t pid, std::uint64_t inode) {
    return visit_sockets(pid, [&](std::uint64_t one) { return one == inode; });
}

std::optional<pid_t> find_socket_owner(std::uint64_t inode) {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), ::closedir);
    while (const dirent* entry = directory ? ::readdir(directory.get()) : nullptr) {
        const std::string_view name(entry->d_name);
        pid_t pid = 0;
        std::from_chars(name.data(), name.data() + name.size(), pid);
        if (pid > 0 && has_socket(pid, inode)) {
            return pid;
        }
    }
    return std::nullopt;
}

} // namespace kept::os
