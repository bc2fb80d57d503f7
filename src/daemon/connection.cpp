#include "daemon/connection.h"

#include <array>
#include <asio/buffer.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <cerrno>
#include <chrono>
#include <sys/socket.h>
#include <utility>

#include "daemon/requests.h"
#include "daemon/timers.h"
#include "kept_version.h"

namespace kept::daemon {

namespace {
/// A peer that has not sent its whole request by then is not one of ours, or is stopped.
constexpr std::chrono::seconds kRequestLimit{10};

bool tells_failure(const control::Answer& answer) {
    if (const auto* wait = std::get_if<control::WaitInfo>(&answer)) {
        return !wait->met;
    }
    if (const auto* cell = std::get_if<control::CellInfo>(&answer)) {
        return cell->state == control::CellState::error || cell->exit_code.value_or(0) != 0 ||
               (cell->timed_out && !cell->ended());
    }
    return std::holds_alternative<control::Refusal>(answer);
}
} // namespace

Connection::Connection(asio::io_context& context, Socket socket, Subject& subject)
    : context_(context), socket_(std::move(socket)), subject_(subject) {
    control::append_frame(out_, control::FrameType::json,
                          control::encode(control::Answer(
                              control::Hello{control::kProtocol, std::string(kVersion)})));
}

asio::awaitable<void> Connection::serve() {
    const auto self = shared_from_this();
    auto request = co_await read_request();
    request_limit_.reset();
    if (request) {
        co_await handle(*this, *request);
        request_limit_.reset();
    }
    co_await flush();
    asio::error_code ignored;
    socket_.shutdown(Socket::shutdown_both, ignored);
    socket_.close(ignored);
}

void Connection::abandon() {
    asio::error_code ignored;
    socket_.close(ignored);
}

asio::awaitable<std::optional<control::Request>> Connection::read_request() {
    bool greeted = false;
    while (true) {
        const auto frame = co_await read_frame();
        if (!frame) {
            co_return std::nullopt;
        }
        if (frame->type != control::FrameType::json) {
            refuse(control::ControlErrc::malformed, "bytes before a request");
            co_return std::nullopt;
        }
        if (greeted) {
            auto request = control::decode_request(frame->payload);
            if (!request) {
                refuse(request.error().code, request.error().message());
                co_return std::nullopt;
            }
            co_return std::move(*request);
        }
        auto first = control::decode_answer(frame->payload);
        const auto* hello = first ? std::get_if<control::Hello>(&*first) : nullptr;
        if (hello == nullptr) {
            refuse(control::ControlErrc::malformed, "the first frame is no hello");
            co_return std::nullopt;
        }
        if (hello->protocol != control::kProtocol) {
            refuse(control::ControlErrc::version,
                   "this session runs kept " + std::string(kVersion) + " (protocol " +
                       std::to_string(control::kProtocol) + "), the caller speaks protocol " +
                       std::to_string(hello->protocol));
            co_return std::nullopt;
        }
        greeted = true;
    }
}

asio::awaitable<std::optional<control::Frame>> Connection::read_frame() {
    while (true) {
        auto frame = reader_.next();
        if (!frame) {
            refuse(frame.error().code, frame.error().message());
            co_return std::nullopt;
        }
        if (*frame) {
            co_return std::move(**frame);
        }
        std::array<char, 16384> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init)
        asio::error_code error;
        // The request is nearly always there already: no timer for that case.
        socket_.non_blocking(true, error);
        std::size_t got = socket_.read_some(asio::buffer(buffer), error);
        if (error == asio::error::would_block) {
            limit_request();
            got = co_await socket_.async_read_some(
                asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
        }
        if (error || got == 0) {
            co_return std::nullopt;
        }
        reader_.feed({buffer.data(), got});
    }
}

/// One limit for the whole request: a peer that sends a byte now and then gets no longer.
void Connection::limit_request() {
    if (request_limit_) {
        return;
    }
    request_limit_ = Timers::of(context_).after(kRequestLimit, [this] {
        asio::error_code ignored;
        socket_.close(ignored);
    });
}

asio::awaitable<std::optional<std::string>> Connection::receive_bytes(std::size_t count) {
    if (count > control::kMaxCode) {
        refuse(control::ControlErrc::too_large, std::to_string(count) +
                                                    " bytes of code; the limit is " +
                                                    std::to_string(control::kMaxCode));
        co_return std::nullopt;
    }
    std::string bytes;
    while (bytes.size() < count) {
        auto frame = co_await read_frame();
        if (!frame) {
            co_return std::nullopt;
        }
        if (frame->type != control::FrameType::bytes ||
            bytes.size() + frame->payload.size() > count) {
            refuse(control::ControlErrc::malformed,
                   "the bytes that follow are not as many as announced");
            co_return std::nullopt;
        }
        bytes += frame->payload;
    }
    request_limit_.reset();
    co_return bytes;
}

asio::awaitable<std::optional<control::Request>> Connection::read_step() {
    const auto frame = co_await read_frame();
    if (!frame) {
        co_return std::nullopt;
    }
    if (frame->type != control::FrameType::json) {
        refuse(control::ControlErrc::malformed, "bytes before a request");
        co_return std::nullopt;
    }
    auto request = control::decode_request(frame->payload);
    if (!request) {
        refuse(request.error().code, request.error().message());
        co_return std::nullopt;
    }
    co_return std::move(*request);
}

void Connection::queue(const control::Answer& answer) {
    failed_ = failed_ || tells_failure(answer);
    control::append_frame(out_, control::FrameType::json, control::encode(answer));
}

void Connection::queue_bytes(std::string_view bytes) {
    control::append_bytes(out_, bytes);
}

asio::awaitable<void> Connection::flush() {
    const std::string out = std::exchange(out_, {});
    asio::error_code error;
    co_await asio::async_write(socket_, asio::buffer(out),
                               asio::redirect_error(asio::use_awaitable, error));
    peer_gone_ = peer_gone_ || error;
}

void Connection::refuse(control::ControlErrc code, std::string message, std::string cell) {
    queue(control::Refusal{code, std::move(message), std::move(cell)});
}

void Connection::watch_peer(const std::shared_ptr<Signal>& signal) {
    auto woken = [self = shared_from_this(), signal](const asio::error_code& error) {
        if (error == asio::error::operation_aborted) {
            return;
        }
        // The edge that brought the request may be reported only now: look before believing.
        char byte = 0;
        const auto got = ::recv(self->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (!error && got < 0 && (errno == EAGAIN || errno == EINTR)) {
            self->watch_peer(signal);
            return;
        }
        // A request is all that a peer sends: more bytes, or none, mean that it is done.
        self->peer_gone_ = true;
        signal->notify();
    };
    socket_.async_wait(Socket::wait_read, std::move(woken));
}

void Connection::receive_all(std::function<void(const control::Frame&)> call,
                             const std::shared_ptr<Signal>& signal) {
    on_frame_ = std::move(call);
    if (take_frames()) { // some may have come with the request
        await_frames(signal);
    } else {
        peer_gone_ = true;
    }
}

void Connection::await_frames(const std::shared_ptr<Signal>& signal) {
    auto woken = [self = shared_from_this(), signal](const asio::error_code& error) {
        if (error == asio::error::operation_aborted || !self->on_frame_) {
            return;
        }
        std::array<char, 16384> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init)
        const auto got =
            ::recv(self->socket_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        bool going = got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
        if (got > 0) {
            self->reader_.feed({buffer.data(), static_cast<std::size_t>(got)});
            going = self->take_frames();
        }
        if (going && !error) {
            self->await_frames(signal);
        } else {
            self->peer_gone_ = true;
            signal->notify();
        }
    };
    socket_.async_wait(Socket::wait_read, std::move(woken));
}

/// False when the peer sent what is no frame.
bool Connection::take_frames() {
    while (true) {
        const auto frame = reader_.next();
        if (!frame) {
            return false;
        }
        if (!*frame) {
            return true;
        }
        on_frame_(**frame);
    }
}

void Connection::keep_little_unsent(int bytes) {
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}

int Connection::peer_pid() {
    ucred peer{};
    socklen_t size = sizeof peer;
    const int failed = ::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size);
    return failed == 0 ? peer.pid : 0;
}

} // namespace kept::daemon
