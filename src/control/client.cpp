#include "control/client.h"

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kept_version.h"
#include "os/unix_socket.h"

namespace kept::control {

namespace {
ControlError lost(int sys) {
    return {ControlErrc::lost, sys, "the session's daemon went away"};
}
} // namespace

Client::Client(base::Fd socket) : socket_(std::move(socket)) {
    append_frame(out_, FrameType::json, encode(Answer(Hello{kProtocol, std::string(kVersion)})));
}

Result<Client> Client::connect(const std::string& path) {
    auto socket = os::connect_unix(path);
    if (!socket) {
        const auto& error = socket.error();
        const bool absent = error.code == os::OsErrc::not_found;
        return std::unexpected(ControlError{absent ? ControlErrc::no_daemon : ControlErrc::internal,
                                            error.sys, error.context});
    }
    return Client(std::move(*socket));
}

Result<void> Client::send(const Request& request, std::string_view bytes) {
    append_frame(out_, FrameType::json, encode(request));
    append_bytes(out_, bytes);
    return send_out();
}

Result<void> Client::send_bytes(std::string_view bytes) {
    append_bytes(out_, bytes);
    return send_out();
}

Result<void> Client::send_out() {
    std::string_view rest = out_;
    while (!rest.empty()) {
        const auto sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) {
                continue;
            }
            // A daemon that refuses before it has read all still has its refusal waiting for us.
            if (errno == EPIPE || errno == ECONNRESET) {
                break;
            }
            return std::unexpected(lost(errno));
        }
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    out_.clear();
    out_.shrink_to_fit();
    return {};
}

Result<Frame> Client::receive(std::chrono::milliseconds limit) {
    while (true) {
        auto frame = reader_.next();
        if (!frame) {
            return std::unexpected(frame.error());
        }
        if (*frame) {
            return std::move(**frame);
        }
        if (limit.count() > 0) {
            pollfd ready{socket_.get(), POLLIN, 0};
            const int got = ::poll(&ready, 1, static_cast<int>(limit.count()));
            if (got == 0) {
                return base::fail(ControlErrc::timeout, "the session's daemon does not answer");
            }
        } else if (wait_) {
            wait_(socket_.get());
        }
        if (auto more = read_once(); !more) {
            return std::unexpected(more.error());
        }
    }
}

Result<void> Client::read_once() {
    std::array<char, 65536>
        buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
    while (true) {
        const auto got = ::read(socket_.get(), buffer.data(), buffer.size());
        if (got > 0) {
            reader_.feed({buffer.data(), static_cast<std::size_t>(got)});
            return {};
        }
        if (got == 0 || errno != EINTR) {
            return std::unexpected(lost(got < 0 ? errno : 0));
        }
    }
}

Result<Answer> Client::answer(std::chrono::milliseconds limit) {
    while (true) {
        auto frame = receive(limit);
        if (!frame) {
            return std::unexpected(frame.error());
        }
        if (frame->type != FrameType::json) {
            return base::fail(ControlErrc::malformed, "bytes where an answer was expected");
        }
        auto answer = decode_answer(frame->payload);
        if (!answer) {
            return answer;
        }
        const auto* hello = std::get_if<Hello>(&*answer);
        if (hello == nullptr) {
            return answer;
        }
        if (hello->protocol != kProtocol) {
            return base::fail(ControlErrc::version,
                              "the session runs kept " + hello->version + " (protocol " +
                                  std::to_string(hello->protocol) + "), this is " +
                                  std::string(kVersion) + " (protocol " +
                                  std::to_string(kProtocol) +
                                  "); end it with k kill, or use that version");
        }
    }
}

} // namespace kept::control
