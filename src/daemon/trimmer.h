#pragma once

#include <cstdint>

#include "agent/agent.h"
#include "session/session.h"

namespace kept::daemon {

/// Gives memory back to the system after a flood, and after an agent's turns: there may be hundreds
/// of daemons, and most of them idle.
class Trimmer final : public session::Observer, public agent::Listener {
public:
    explicit Trimmer(session::Loop& loop) : loop_(loop) {}

    void on_event(const control::EventInfo& event) override;
    void on_output(std::string_view bytes, std::uint64_t offset) override;
    void on_told(const agent::Event& event) override;
    void on_turn_end(const std::string& cell, const agent::TurnResult& result) override;

private:
    void rest_later();

    session::Loop& loop_;
    std::uint64_t since_trim_ = 0; ///< bytes of output, and of what an agent told
    session::WatchHandle timer_;
};

} // namespace kept::daemon
