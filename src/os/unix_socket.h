#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <unordered_map>

#include "base/fd.h"
#include "os/errors.h"

namespace kept::os {

/// Binds and listens on a Unix stream socket of mode 0600. A file left at `path` is replaced: the
/// caller holds the session's lock, so nobody can be behind it. Non-blocking. `too_long` when it
/// does not fit sun_path (107 bytes).
Result<base::Fd> listen_unix(const std::string& path);

/// Connects (blocking socket). `not_found` when nobody listens there.
Result<base::Fd> connect_unix(const std::string& path);

/// The uid of the process at the other end (SO_PEERCRED), or `not_ours` unless that is our own or
/// root.
Result<void> check_peer(int socket);

/// The Unix sockets of this network namespace that listen at a path: inode number to path, also
/// where the file at that path is gone (/proc/net/unix, proc(5)).
std::unordered_map<std::uint64_t, std::string> listening_sockets();

/// The path of the first of those sockets that a process of ours holds; empty when it holds none.
std::string listens_at(pid_t pid, const std::unordered_map<std::uint64_t, std::string>& sockets);

} // namespace kept::os
