#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "agent/agent.h"
#include "base/fd.h"
#include "session/loop.h"

namespace kept::agent {

/// The fixed port of 127.0.0.1 on which clients of the old control protocol find the session: 4
/// bytes `LKCP`, then frames of u32 big-endian length and JSON. `{"cmd":"say","text":…}` is
/// answered by any number of `{"line":…}` and then `{"done":true}`, with `"error"` when the turn
/// failed; `{"cmd":"stop"}` by `{"done":true}` once the agent is dead and the port is free. Whoever
/// has the port is the session.
class Lkcp {
public:
    Lkcp(session::Session& session, Agent& agent, session::Loop& loop);
    ~Lkcp();
    Lkcp(const Lkcp&) = delete;
    Lkcp& operator=(const Lkcp&) = delete;
    Lkcp(Lkcp&&) = delete;
    Lkcp& operator=(Lkcp&&) = delete;

    /// Takes the port of the session's specification, if it has one; a sentence when that is not to
    /// be had.
    std::optional<std::string> open();

    /// Accepts clients from now on, until the session is over.
    void serve();

private:
    class Client;
    class Closing;

    void accept();
    void forget(const Client* client);

    session::Session& session_;
    Agent& agent_;
    session::Loop& loop_;
    base::Fd listener_;
    session::WatchHandle accepting_;
    std::list<std::unique_ptr<Client>> clients_;
    std::unique_ptr<Closing> closing_;
    session::WatchHandle watching_;
};

} // namespace kept::agent
