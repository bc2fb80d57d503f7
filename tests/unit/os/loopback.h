#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/fd.h"

namespace kept::test {

/// A connection to a port of 127.0.0.1; empty when it is refused.
inline base::Fd connect_loopback(std::uint16_t port) {
    base::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const void* generic = &address;
    if (::connect(socket.get(), static_cast<const sockaddr*>(generic), sizeof address) != 0) {
        socket.reset();
    }
    return socket;
}

} // namespace kept::test
