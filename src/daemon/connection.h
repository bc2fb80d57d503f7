#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "control/frame.h"
#include "control/messages.h"
#include "daemon/signal.h"
#include "daemon/subject.h"

namespace kept::daemon {

using Socket = asio::local::stream_protocol::socket;

/// One client: reads its request, answers it, and goes. Requests are coroutines that end early,
/// without harm to anybody else, when the peer is gone, stalls or sends what is no request.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(asio::io_context& context, Socket socket, Subject& subject);

    /// The whole conversation.
    asio::awaitable<void> serve();

    /// Ends it now, whatever the peer still has to read.
    void abandon();

    // For the request handlers
    // ------------------------------------------------------------------------

    [[nodiscard]] Subject& subject() { return subject_; }
    [[nodiscard]] asio::io_context& context() { return context_; }

    // What is queued leaves at flush(), or when the request has been handled. Coroutines here await
    // in plain statements only, with named arguments: g++ 12 miscompiles some awaits inside
    // conditions and with temporaries.

    void queue(const control::Answer& answer);
    void queue_bytes(std::string_view bytes);

    /// Whole frames, as they are.
    void queue_raw(std::string_view frames) { out_.append(frames); }
    void refuse(control::ControlErrc code, std::string message, std::string cell = {});
    [[nodiscard]] std::size_t queued() const { return out_.size(); }

    /// Sends what is queued; waits for a slow peer, and finds out about one that is gone.
    asio::awaitable<void> flush();

    /// Reads the `B` frames that follow a request. Empty when they do not come as announced; the
    /// peer has then been told why.
    asio::awaitable<std::optional<std::string>> receive_bytes(std::size_t count);

    // For a batch: requests that came within another one.

    /// Frames that came as bytes, to be read as if they came from the peer now.
    void feed(std::string_view frames) { reader_.feed(frames); }
    [[nodiscard]] bool has_request() const { return reader_.pending() > 0; }
    asio::awaitable<std::optional<control::Request>> read_step();

    /// Forgets what has been answered before.
    void begin_step() { failed_ = false; }
    /// True when the answers since then say that something failed: a refusal, conditions that were
    /// not met, a cell that timed out or ended with an error or an exit code other than 0.
    [[nodiscard]] bool step_failed() const { return failed_; }

    /// Raises `signal` when the peer closes its side from now on.
    void watch_peer(const std::shared_ptr<Signal>& signal);

    /// Calls back with each frame that the peer sends from now on; raises `signal` when it closes
    /// its side, or sends what is no frame.
    void receive_all(std::function<void(const control::Frame&)> call,
                     const std::shared_ptr<Signal>& signal);
    void stop_receiving() { on_frame_ = nullptr; }

    /// Bounds what the system holds of what the peer has not read.
    void keep_little_unsent(int bytes);

    /// The peer's process, or 0.
    [[nodiscard]] int peer_pid();
    [[nodiscard]] bool peer_gone() const { return peer_gone_; }

private:
    void limit_request();
    void await_frames(const std::shared_ptr<Signal>& signal);
    bool take_frames();

    asio::awaitable<std::optional<control::Frame>> read_frame();
    asio::awaitable<std::optional<control::Request>> read_request();

    asio::io_context& context_;
    Socket socket_;
    Subject& subject_;
    control::FrameReader reader_;
    std::string out_; ///< begins with our hello, which leaves with the first answer
    session::WatchHandle request_limit_;
    std::function<void(const control::Frame&)> on_frame_;
    bool peer_gone_ = false;
    bool failed_ = false;
};

} // namespace kept::daemon
