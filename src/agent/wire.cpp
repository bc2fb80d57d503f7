#include "agent/wire.h"

#include <array>
#include <cerrno>
#include <sys/socket.h>

namespace kept::agent {

namespace {

constexpr std::size_t kReadSize = 64UL * 1024;
/// Reads in a row before the event loop gets its turn: a flood must not keep a client waiting.
constexpr int kReadsPerTurn = 4;

} // namespace

Wire::Wire(base::Fd socket, session::Loop& loop, Calls calls)
    : socket_(std::move(socket)), loop_(loop), calls_(std::move(calls)) {
    readable_ = loop_.readable(socket_.get(), [this] { read(); });
}

bool Wire::send(std::string_view payload) {
    const auto frame = encode_frame(payload);
    if (!frame) {
        return false;
    }
    const bool idle = out_.empty();
    out_ += *frame;
    if (idle) {
        write();
    }
    return true;
}

void Wire::read() {
    for (int i = 0; i < kReadsPerTurn; ++i) {
        std::array<char, kReadSize> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init)
        const auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            break;
        }
        if (got <= 0) {
            calls_.batch();
            finish(End::closed);
            return;
        }
        decoder_.feed({buffer.data(), static_cast<std::size_t>(got)});
        while (true) {
            const auto payload = decoder_.next();
            if (!payload) {
                calls_.batch();
                finish(End::oversize);
                return;
            }
            if (!*payload) {
                break;
            }
            calls_.message(**payload);
            if (!readable_) {
                return; // told to stop in that very message
            }
        }
        if (static_cast<std::size_t>(got) < buffer.size()) {
            break;
        }
    }
    calls_.batch();
}

void Wire::write() {
    std::string_view rest = out_;
    while (!rest.empty()) {
        const auto sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
            rest = {}; // the end shows on the reading side too
            break;
        }
        if (sent < 0) {
            break;
        }
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    out_.erase(0, out_.size() - rest.size());
    if (out_.empty()) {
        std::string().swap(out_);
        writable_.reset();
    } else if (!writable_) {
        writable_ = loop_.writable(socket_.get(), [this] { write(); });
    }
}

void Wire::finish(End how) {
    readable_.reset();
    writable_.reset();
    socket_.reset();
    calls_.end(how);
}

} // namespace kept::agent
