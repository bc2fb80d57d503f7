#pragma once

#include <asio/io_context.hpp>

#include "session/loop.h"

namespace kept::daemon {

/// The event loop of sessions on top of Asio's.
class AsioLoop final : public session::Loop {
public:
    explicit AsioLoop(asio::io_context& context) : context_(context) {}

    session::WatchHandle readable(int fd, std::function<void()> call) override;
    session::WatchHandle writable(int fd, std::function<void()> call) override;
    session::WatchHandle after(std::chrono::microseconds delay,
                               std::function<void()> call) override;
    void soon(std::function<void()> call) override;

private:
    asio::io_context& context_;
};

} // namespace kept::daemon
