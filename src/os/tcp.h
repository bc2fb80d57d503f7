#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

#include "base/fd.h"
#include "os/errors.h"

namespace kept::os {

/// TCP on 127.0.0.1 only.

/// Binds and listens (non-blocking); port 0 takes any free one. `in_use` when somebody has the
/// port.
Result<base::Fd> listen_loopback(std::uint16_t port);

/// The port that a socket is bound to; 0 when it is none.
std::uint16_t local_port(int socket);

/// The next connection (non-blocking, no delay), or nothing when none is waiting or it failed.
base::Fd accept_loopback(int listener);

/// A process's end of a TCP connection.
struct SocketOwner {
    uid_t uid = 0;
    std::uint64_t inode = 0;
};

/// Who is at the other end of a loopback connection, by sock_diag(7); empty when the kernel does
/// not say.
std::optional<SocketOwner> peer_owner(int socket);

/// Who listens on a port of 127.0.0.1 (or of every address).
std::optional<SocketOwner> listener_owner(std::uint16_t port);

/// True when one of the process's descriptors is that socket.
bool has_socket(pid_t pid, std::uint64_t inode);

/// The process that has that socket open; empty when it is none that we may look into.
std::optional<pid_t> find_socket_owner(std::uint64_t inode);

} // namespace kept::os
