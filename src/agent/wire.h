#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "agent/frame.h"
#include "base/fd.h"
#include "session/loop.h"

namespace kept::agent {

/// The connection to an agent: frames out, frames in.
class Wire {
public:
    enum class End { closed, oversize };

    /// What the connection tells. Either may destroy nothing of the wire before it has returned.
    struct Calls {
        std::function<void(std::string_view payload)> message;
        /// After each batch of messages.
        std::function<void()> batch;
        /// Once; nothing is received afterwards.
        std::function<void(End)> end;
    };

    Wire(base::Fd socket, session::Loop& loop, Calls calls);

    /// Queues one frame; false when it is too large for the SDKs (kMaxFrameOut).
    bool send(std::string_view payload);

private:
    void read();
    void write();
    void finish(End how);

    base::Fd socket_;
    session::Loop& loop_;
    Calls calls_;
    FrameDecoder decoder_;
    std::string out_;
    session::WatchHandle readable_;
    session::WatchHandle writable_;
};

} // namespace kept::agent
