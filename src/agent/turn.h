#pragma once

#include "agent/model.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace kept::agent {

/// Why a turn ended without a response.
enum class Abandon {
    agent_exited, ///< the connection ended; `detail` may carry the exit status
    interrupted,  ///< the user gave up waiting
};

/// What a turn came to.
struct TurnResult {
    std::string text;          ///< what the user said
    std::vector<Event> events; ///< everything told, in the order of its arrival
    std::string reply;         ///< the agent's messages, joined by newlines
    bool answered = false;     ///< the response has arrived
    bool silent = false;       ///< answered, without an error and without a reply
    bool interrupted = false;  ///< a message of the agent was cut off
    std::string error;         ///< empty: none
    Usage usage;               ///< of this turn; empty when the agent reports none
    std::size_t left_out = 0;  ///< events that were too many to be kept here; they were told
};

/// The conversation with one agent: takes events and responses as they come, in any order, and
/// gives out each happening once. Pure: no clock, no I/O.
///
/// Between turns it goes on: what the agent does on its own is given out too, and told again, as
/// `earlier`, at the begin of the next turn.
class Conversation {
public:
    /// Starts a turn. `now_ms` is Unix milliseconds on the agent's machine: what is older belongs
    /// before the turn. Returns what happened since the last turn (marked earlier), then the
    /// user's own message.
    std::vector<Event> begin(std::string text, std::int64_t now_ms);

    /// Takes one event of the agent; returns what is new in it: nothing, or events to show.
    std::vector<Event> add(Event event);

    /// Takes the response to the turn's RunInput; returns what only the response told.
    std::vector<Event> finish(const Response& response);

    /// Ends the turn without a response; returns what had been held back.
    std::vector<Event> abandon(Abandon reason, std::string_view detail = {});

    /// Takes the chat history read once at the start, so that a greeting spoken before the
    /// connection is not lost. Returns the agent's messages and handoffs that are new.
    std::vector<Event> greet(const std::vector<Event>& history);

    bool in_turn() const { return in_turn_; }

    /// The turn in progress, or the last one.
    TurnResult result() const;

    /// The turn that has ended, with its events moved out: they may be many.
    TurnResult take_result();

    /// Of the turn in progress, or the last one; empty when none was reported since it began.
    Usage turn_usage() const;

    /// Whether usage has been reported since the turn began. It may trail the response by 100 ms.
    bool has_usage() const { return usage_reported_; }

    /// Totals of the session as last reported.
    const Usage& usage() const { return usage_; }

    /// The state of the agent as last reported; empty before that.
    const std::string& agent_state() const { return agent_state_; }

    /// Events since the last turn that the next one will tell as earlier.
    std::size_t unseen() const { return unseen_.size(); }

    const std::deque<Event>& unseen_events() const { return unseen_; }

    /// Somebody has been shown what happened since the last turn.
    void mark_seen() { take_unseen(); }

private:
    /// One tool call as told so far.
    struct Slot {
        std::optional<Event> held; ///< its output has not come
        std::size_t index;         ///< into events_, when it is there
    };
    /// All calls of one call_id. Models may repeat a call_id, so the nth telling by one source is
    /// the nth by another.
    struct Call {
        std::array<std::size_t, 3> told_by{}; ///< by Source
        std::vector<Slot> slots;
    };
    /// What has been told in one turn. Two of them live: an event may trail its turn.
    struct Told {
        std::unordered_map<std::string, std::size_t> ids; ///< to the index into events_
        std::unordered_map<std::string, Call> calls;
        std::vector<std::pair<std::string, std::size_t>> waiting; ///< call_id and slot, in order
    };

    void add_call(Event event, std::vector<Event>& out);
    bool is_own_message(const Event& event);
    std::size_t tell(Event event, std::vector<Event>& out);
    void complete(Slot& slot, Event event, std::vector<Event>& out);
    void refine(std::size_t index, const Event& event);
    void release_held(std::vector<Event>& out);
    void absorb(const Event& event);
    void keep_unseen(const Event& event);
    std::deque<Event> take_unseen();
    void sum_up(TurnResult& result) const;

    std::string text_;
    std::vector<Event> events_;
    std::size_t left_out_ = 0;
    std::deque<Event> unseen_;
    std::size_t unseen_bytes_ = 0;
    Told told_;
    Told told_before_;
    std::int64_t began_ms_ = 0;
    bool begun_ = false; ///< there has been a turn
    bool in_turn_ = false;
    bool answered_ = false;
    bool own_message_seen_ = false;
    bool usage_reported_ = false;
    std::string response_error_;
    Usage usage_;
    Usage usage_before_;
    std::string agent_state_;
};

} // namespace kept::agent
