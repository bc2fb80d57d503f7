#include "daemon/asio_loop.h"

#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

#include "daemon/timers.h"

namespace kept::daemon {

namespace {

using Descriptor = asio::posix::stream_descriptor;

/// Watches a duplicate of the descriptor: Asio registers each number once, and the owner keeps the
/// original.
class FdWatch final : public session::Watch {
public:
    FdWatch(asio::io_context& context, int fd, Descriptor::wait_type type,
            std::function<void()> call)
        : state_(std::make_shared<State>(context, fd, type, std::move(call))) {
        arm(state_);
    }
    ~FdWatch() override {
        state_->live = false;
        asio::error_code ignored;
        state_->descriptor.close(ignored);
    }
    FdWatch(const FdWatch&) = delete;
    FdWatch& operator=(const FdWatch&) = delete;
    FdWatch(FdWatch&&) = delete;
    FdWatch& operator=(FdWatch&&) = delete;

private:
    struct State {
        State(asio::io_context& context, int fd, Descriptor::wait_type wanted,
              std::function<void()> callback)
            : descriptor(context, ::fcntl(fd, F_DUPFD_CLOEXEC, 3)), type(wanted),
              call(std::move(callback)) {}
        Descriptor descriptor;
        Descriptor::wait_type type;
        std::function<void()> call;
        bool live = true;
    };

    /// The state outlives the watch while a wait is under way, and while its callback runs.
    static void arm(const std::shared_ptr<State>& state) {
        state->descriptor.async_wait(state->type, [state](const asio::error_code& error) {
            if (error || !state->live) {
                return;
            }
            state->call();
            if (state->live) {
                arm(state);
            }
        });
    }

    std::shared_ptr<State> state_;
};

} // namespace

session::WatchHandle AsioLoop::readable(int fd, std::function<void()> call) {
    return std::make_unique<FdWatch>(context_, fd, Descriptor::wait_read, std::move(call));
}

session::WatchHandle AsioLoop::writable(int fd, std::function<void()> call) {
    return std::make_unique<FdWatch>(context_, fd, Descriptor::wait_write, std::move(call));
}

session::WatchHandle AsioLoop::after(std::chrono::microseconds delay, std::function<void()> call) {
    return Timers::of(context_).after(delay, std::move(call));
}

void AsioLoop::soon(std::function<void()> call) {
    asio::post(context_, std::move(call));
}

} // namespace kept::daemon
