#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <memory>
#include <vector>

#include "base/fd.h"
#include "daemon/connection.h"
#include "daemon/signal.h"
#include "daemon/subject.h"

namespace kept::daemon {

/// Accepts connections and serves each in a coroutine of its own.
class Server {
public:
    Server(asio::io_context& context, Subject& subject);

    /// Accepts on a listening socket from now on.
    void listen(base::Fd socket);

    /// Serves one socket that is connected already, and stops the event loop when that has had its
    /// answer, however long its peer takes.
    void serve_only(base::Fd socket);

    /// Accepts no more, and stops the event loop when the last connection has had its answer, or a
    /// bounded time after.
    void finish();

private:
    asio::awaitable<void> accept();
    void start(Socket socket);
    void abandon();

    asio::io_context& context_;
    Subject& subject_;
    asio::local::stream_protocol::acceptor acceptor_;
    session::WatchHandle linger_;
    Signal pause_; ///< after a failed accept
    std::vector<std::weak_ptr<Connection>> connections_;
    int open_ = 0;
    bool finishing_ = false;
};

} // namespace kept::daemon
