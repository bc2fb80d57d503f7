#include "cli/writer.h"

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <unistd.h>

namespace kept::cli {

namespace {

constexpr std::size_t kBuffer = 64 * 1024;

[[noreturn]] void end_as_by_sigpipe() {
    ::signal(SIGPIPE, SIG_DFL);
    sigset_t only;
    ::sigemptyset(&only);
    ::sigaddset(&only, SIGPIPE);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    ::raise(SIGPIPE);
    ::_exit(128 + SIGPIPE);
}

} // namespace

void Writer::put(std::string_view text) {
    if (fd_ >= 0 && buffer_.size() + text.size() > kBuffer) {
        write_out(buffer_);
        buffer_.clear();
        if (text.size() >= kBuffer) {
            write_out(text);
            return;
        }
    }
    buffer_.append(text);
}

bool Writer::flush() {
    if (fd_ >= 0) {
        write_out(buffer_);
        buffer_.clear();
    }
    return error_ == 0;
}

void Writer::write_out(std::string_view text) {
    while (!text.empty() && error_ == 0) {
        const auto written = ::write(fd_, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EPIPE) {
            end_as_by_sigpipe();
        } else if (errno == EAGAIN) {
            // The caller's end may be non-blocking; it is shared, so it is not ours to change.
            pollfd ready{fd_, POLLOUT, 0};
            ::poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            error_ = errno;
        }
    }
}

Writer& out() {
    static Writer writer(STDOUT_FILENO);
    return writer;
}

Writer& err() {
    static Writer writer(STDERR_FILENO);
    return writer;
}

void say(std::string_view line) {
    err().put(line);
    err().put('\n');
    err().flush();
}

} // namespace kept::cli
