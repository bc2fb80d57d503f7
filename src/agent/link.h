#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/model.h"
#include "agent/wire.h"
#include "base/fd.h"
#include "session/loop.h"

namespace kept::agent {

/// The way to one agent process: a fresh port of 127.0.0.1 on which the agent dials in, then
/// requests and their answers, and the events between them.
class Link {
public:
    /// Called with the answer to a request, or with nullptr when none came in time or the agent is
    /// gone.
    using Answer = std::function<void(const Response*)>;

    struct Calls {
        /// True when the process at the other end of this connection is the agent. Others are
        /// turned away.
        std::function<bool(int socket)> is_ours;
        std::function<void()> connected;
        std::function<void(std::vector<Event>)> events;
        /// After each batch of what arrived together.
        std::function<void()> batch;
        /// The connection is over; why, when it is not a plain end. Told once.
        std::function<void(std::string why)> ended;
    };

    Link(session::Loop& loop, Calls calls) : loop_(loop), calls_(std::move(calls)) {}

    /// Opens the port; 0 when that failed.
    std::uint16_t listen();

    [[nodiscard]] bool connected() const { return wire_ != nullptr && !over_; }

    /// Sends a request, made by `encode` from its id. False, and no answer, when it is too large to
    /// send or nobody is connected. Without a limit the answer may take for ever.
    bool ask(const std::function<std::string(std::string_view id)>& encode, Answer answer,
             std::chrono::milliseconds limit = std::chrono::milliseconds(0));

private:
    struct Pending {
        Answer answer;
        session::WatchHandle limit;
    };

    void accept();
    void on_message(std::string_view payload);
    void on_end(Wire::End how);
    void settle(const std::string& id, const Response* response);

    session::Loop& loop_;
    Calls calls_;
    base::Fd listener_;
    session::WatchHandle accepting_;
    std::unique_ptr<Wire> wire_;
    std::map<std::string, Pending> pending_;
    std::uint64_t last_id_ = 0;
    bool over_ = false;
};

} // namespace kept::agent
