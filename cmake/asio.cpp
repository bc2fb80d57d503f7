// The one translation unit that holds Asio's compiled parts (ASIO_SEPARATE_COMPILATION).
//
// kept never asks a name service, and a static binary could not (glibc loads NSS modules at run
// time), so the lookups behind Asio's resolver are replaced by one that fails. Code that calls them
// does not link.

// First, because Asio asks the standard library's configuration whether there is an aligned_alloc:
// every file has to get the same answer, or what one allocates another frees in the wrong way.
#include <cstdlib>

#include <netdb.h>
#include <sys/socket.h>

static int kept_no_lookup(const char* /*host*/, const char* /*service*/, const addrinfo* /*hints*/,
                          addrinfo** /*result*/) {
    return EAI_FAIL;
}

#define getaddrinfo kept_no_lookup
#include <asio/impl/src.hpp>
