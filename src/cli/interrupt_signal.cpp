#include "cli/interrupt_signal.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>

#include "control/frame.h"
#include "control/messages.h"
#include "kept_version.h"

namespace kept::cli {

namespace {

// Prepared beforehand: the handler may only use async-signal-safe calls (signal-safety(7)).
sockaddr_un the_address{};
std::string the_request;

void pass_on(int /*signal*/) {
    const int before = errno;
    // The descriptor stays open: the daemon answers on it, and the process ends soon.
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && !the_request.empty() &&
        ::connect(fd, reinterpret_cast<const sockaddr*>(&the_address), sizeof the_address) == 0) {
        [[maybe_unused]] const auto sent =
            ::send(fd, the_request.data(), the_request.size(), MSG_NOSIGNAL);
    }
    errno = before;
}

} // namespace

InterruptOnSignal::InterruptOnSignal(const std::string& socket_path) {
    the_address.sun_family = AF_UNIX;
    if (socket_path.size() >= sizeof the_address.sun_path) {
        return;
    }
    std::memcpy(the_address.sun_path, socket_path.c_str(), socket_path.size() + 1);
    control::append_frame(the_request, control::FrameType::json,
                          control::encode(control::Answer(
                              control::Hello{control::kProtocol, std::string(kVersion)})));
    control::append_frame(the_request, control::FrameType::json,
                          control::encode(control::Request(control::InterruptRequest{})));
    struct sigaction action{};
    ::sigaction(SIGINT, nullptr, &action);
    if (action.sa_handler == SIG_IGN) {
        return; // a shell's background job: Ctrl-C is not for us
    }
    action = {};
    action.sa_handler = pass_on;
    action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
    ::sigaction(SIGINT, &action, nullptr);
}

InterruptOnSignal::~InterruptOnSignal() {
    struct sigaction action{};
    ::sigaction(SIGINT, nullptr, &action);
    if (action.sa_handler == pass_on) {
        ::signal(SIGINT, SIG_DFL);
    }
}

HeldSignal::HeldSignal(int number) {
    sigset_t held;
    ::sigemptyset(&held);
    ::sigaddset(&held, number);
    ::sigprocmask(SIG_BLOCK, &held, &before_);
}

HeldSignal::~HeldSignal() {
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

} // namespace kept::cli
