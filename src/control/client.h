#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "control/frame.h"
#include "control/messages.h"

namespace kept::control {

/// One blocking conversation with a daemon, or with a reader of its journal.
class Client {
public:
    /// Takes a connected stream socket and sends the hello.
    explicit Client(base::Fd socket);

    /// Connects to the daemon behind a socket path; `no_daemon` when nobody listens.
    static Result<Client> connect(const std::string& path);

    /// Sends the request and, for run and send, its bytes.
    Result<void> send(const Request& request, std::string_view bytes = {});

    /// The next frame; waits without limit unless `limit` is positive. A hello is checked and
    /// passed over. `lost` when the daemon is gone.
    Result<Frame> receive(std::chrono::milliseconds limit = std::chrono::milliseconds(0));

    /// The next answer; a refusal is returned as an answer, not as an error.
    Result<Answer> answer(std::chrono::milliseconds limit = std::chrono::milliseconds(0));

    /// Has this called before each wait for the daemon that has no limit, with the descriptor; it
    /// returns when there is something to read.
    void while_waiting(std::function<void(int fd)> wait) { wait_ = std::move(wait); }

    // For those who wait for fd() themselves, among other things

    /// Sends bytes within a conversation that goes on.
    Result<void> send_bytes(std::string_view bytes);
    /// Reads once what has come; waits when nothing has. `lost` when the daemon is gone.
    Result<void> read_once();
    /// The next frame of what has been read.
    Result<std::optional<Frame>> next() { return reader_.next(); }

    [[nodiscard]] int fd() const { return socket_.get(); }

private:
    Result<void> send_out();

    base::Fd socket_;
    FrameReader reader_;
    std::function<void(int fd)> wait_;
    std::string out_; ///< hello and request leave in one write
};

} // namespace kept::control
