#include "daemon/server.h"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <chrono>

#include "daemon/timers.h"
#include "os/unix_socket.h"

namespace kept::daemon {

namespace {
/// Clients still reading when the program has ended get this long to take what they asked for.
constexpr std::chrono::seconds kLinger{10};
/// … and this long to notice that nobody waits for them any more.
constexpr std::chrono::seconds kAbandoned{1};
/// Out of descriptors or memory: waiting beats spinning.
constexpr std::chrono::milliseconds kAcceptPause{50};
} // namespace

Server::Server(asio::io_context& context, Subject& subject)
    : context_(context), subject_(subject), acceptor_(context), pause_(context) {}

void Server::listen(base::Fd socket) {
    acceptor_.assign(asio::local::stream_protocol(), socket.release());
    asio::co_spawn(context_, accept(), asio::detached);
}

void Server::serve_only(base::Fd socket) {
    finishing_ = true;
    start(Socket(context_, asio::local::stream_protocol(), socket.release()));
}

asio::awaitable<void> Server::accept() {
    while (!finishing_) {
        asio::error_code error;
        Socket socket(context_);
        co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted || finishing_) {
            co_return;
        }
        if (error) {
            co_await pause_.wait_for(kAcceptPause);
            continue;
        }
        if (os::check_peer(socket.native_handle())) {
            start(std::move(socket));
        }
    }
}

void Server::start(Socket socket) {
    ++open_;
    auto connection = std::make_shared<Connection>(context_, std::move(socket), subject_);
    std::erase_if(connections_, [](const auto& one) { return one.expired(); });
    connections_.push_back(connection);
    asio::co_spawn(
        context_, [connection] { return connection->serve(); },
        [this](const std::exception_ptr& failure) {
            --open_;
            if (failure) {
                std::rethrow_exception(failure);
            }
            if (finishing_ && open_ == 0) {
                context_.stop();
            }
        });
}

void Server::finish() {
    if (finishing_) {
        return;
    }
    finishing_ = true;
    asio::error_code ignored;
    acceptor_.close(ignored);
    if (open_ == 0) {
        context_.stop();
        return;
    }
    linger_ = Timers::of(context_).after(kLinger, [this] { abandon(); });
}

/// Ends conversations whose peers take nothing: their coroutines must not outlive the session that
/// they refer to.
void Server::abandon() {
    for (const auto& weak : connections_) {
        if (const auto connection = weak.lock()) {
            connection->abandon();
        }
    }
    linger_ = Timers::of(context_).after(kAbandoned, [this] { context_.stop(); });
}

} // namespace kept::daemon
