#include "agent/turn.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <utility>
#include <variant>

namespace kept::agent {

namespace {

constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

/// What the agent does while nobody asks is kept up to this many events, and so many bytes of
/// text; the oldest go first.
constexpr std::size_t kMaxUnseen = 10'000;
constexpr std::size_t kMaxUnseenBytes = 8UL * 1024 * 1024;

/// Of one turn so many events are kept for its result, besides what was said and done in it.
constexpr std::size_t kMaxKept = 200'000;

/// How the Node SDK reports a turn in which the agent chose to say nothing. The Python SDK sends
/// an empty list and no error.
constexpr std::string_view kNodeSilence = "agent produced no response items";

std::size_t text_size(const Event& event) {
    std::size_t size = event.text.size() + event.arguments.size() + event.output.size();
    for (const auto& [name, value] : event.details) {
        if (const auto* text = std::get_if<std::string>(&value)) {
            size += text->size();
        } else if (const auto* json = std::get_if<JsonText>(&value)) {
            size += json->text.size();
        }
    }
    return size;
}

/// A turn comes to nothing else than these.
bool is_essential(const Event& event) {
    return event.type == EventType::message || event.type == EventType::tool_call ||
           event.type == EventType::handoff || event.type == EventType::config ||
           event.type == EventType::error;
}

bool is_reply(const Event& event) {
    return event.type == EventType::message && event.role == Role::assistant && !event.earlier &&
           !event.text.empty();
}

} // namespace

std::vector<Event> Conversation::begin(std::string text, std::int64_t now_ms) {
    std::vector<Event> out;
    release_held(out);
    out.clear();

    text_ = std::move(text);
    began_ms_ = now_ms;
    events_.clear();
    left_out_ = 0;
    told_before_ = std::move(told_);
    told_ = Told();
    for (auto& [call_id, call] : told_before_.calls) {
        for (Slot& slot : call.slots) {
            slot.index = kNowhere;
        }
    }
    begun_ = true;
    in_turn_ = true;
    answered_ = false;
    own_message_seen_ = false;
    usage_reported_ = false;
    usage_before_ = usage_;
    response_error_.clear();

    for (Event& event : take_unseen()) {
        event.earlier = true;
        tell(std::move(event), out);
    }

    Event user;
    user.type = EventType::message;
    user.role = Role::user;
    user.text = text_;
    user.created_ms = now_ms;
    tell(std::move(user), out);
    return out;
}

std::vector<Event> Conversation::add(Event event) {
    std::vector<Event> out;
    absorb(event);
    event.earlier = in_turn_ && event.created_ms && *event.created_ms < began_ms_;
    if (event.type == EventType::tool_call) {
        add_call(std::move(event), out);
        return out;
    }
    const bool is_item = event.type == EventType::message || event.type == EventType::handoff ||
                         event.type == EventType::config;
    if (is_item && !event.id.empty()) {
        if (told_before_.ids.contains(event.id)) {
            return out;
        }
        if (const auto old = told_.ids.find(event.id); old != told_.ids.end()) {
            refine(old->second, event);
            return out;
        }
        told_.ids.emplace(event.id, kNowhere);
    }
    if (is_own_message(event)) {
        return out;
    }
    const std::string id = is_item ? event.id : std::string();
    const std::size_t index = tell(std::move(event), out);
    if (!id.empty()) {
        told_.ids[id] = index;
    }
    return out;
}

std::vector<Event> Conversation::finish(const Response& response) {
    std::vector<Event> out;
    if (!in_turn_) {
        return out;
    }
    for (const Event& item : response.items) {
        for (Event& event : add(item)) {
            out.push_back(std::move(event));
        }
    }
    release_held(out);
    answered_ = true;
    if (response.error && *response.error != kNodeSilence) {
        response_error_ = response.error->empty() ? "the agent reported an error without a message"
                                                  : *response.error;
    }
    in_turn_ = false;
    return out;
}

std::vector<Event> Conversation::abandon(Abandon reason, std::string_view detail) {
    std::vector<Event> out;
    if (!in_turn_) {
        return out;
    }
    release_held(out);
    switch (reason) {
    case Abandon::agent_exited:
        response_error_ = "agent exited";
        break;
    case Abandon::interrupted:
        response_error_ = "interrupted";
        break;
    }
    if (!detail.empty()) {
        response_error_ += fmt::format(": {}", detail);
    }
    in_turn_ = false;
    return out;
}

std::vector<Event> Conversation::greet(const std::vector<Event>& history) {
    std::vector<Event> out;
    for (const Event& item : history) {
        const bool spoken = item.type == EventType::message && item.role == Role::assistant;
        // The session's first agent is a handoff from nobody, and no news.
        const bool handed = item.type == EventType::handoff && !item.from.empty();
        if (spoken || handed) {
            for (Event& event : add(item)) {
                out.push_back(std::move(event));
            }
        }
    }
    return out;
}

TurnResult Conversation::result() const {
    TurnResult result;
    result.events = events_;
    sum_up(result);
    return result;
}

TurnResult Conversation::take_result() {
    TurnResult result;
    result.events = std::exchange(events_, {});
    sum_up(result);
    return result;
}

Usage Conversation::turn_usage() const {
    return usage_reported_ ? usage_since(usage_before_, usage_) : Usage();
}

void Conversation::sum_up(TurnResult& result) const {
    result.text = text_;
    result.answered = answered_;
    result.error = response_error_;
    result.left_out = left_out_;
    std::string error_event;
    for (const Event& event : result.events) {
        if (is_reply(event)) {
            if (!result.reply.empty()) {
                result.reply += '\n';
            }
            result.reply += event.text;
            result.interrupted = result.interrupted || event.interrupted;
        } else if (event.type == EventType::error && !event.earlier) {
            error_event = event.text.empty() ? "Unknown error" : event.text;
        }
    }
    // An error that the agent recovered from, and answered, is told but does not fail the turn.
    if (result.error.empty() && result.answered && result.reply.empty()) {
        result.error = error_event;
    }
    result.silent = result.answered && result.error.empty() && result.reply.empty();
    result.usage = turn_usage();
}

void Conversation::add_call(Event event, std::vector<Event>& out) {
    Told& told = event.earlier ? told_before_ : told_;
    if (!event.id.empty()) {
        // The same item told again by the same source is not a second call.
        const std::string key = fmt::format("{}/{}", static_cast<int>(event.source), event.id);
        if (!told.ids.emplace(key, kNowhere).second) {
            return;
        }
    }
    Call& call = told.calls[event.call_id];
    if (event.output_only && !call.slots.empty()) {
        const auto open = std::ranges::find_if(
            call.slots, [](const Slot& slot) { return slot.held.has_value(); });
        if (open != call.slots.end()) {
            complete(*open, std::move(event), out);
        } else {
            refine(call.slots.back().index, event);
        }
        return;
    }
    const std::size_t nth = call.told_by[static_cast<std::size_t>(event.source)]++;
    if (nth < call.slots.size()) {
        Slot& slot = call.slots[nth];
        if (slot.held && event.has_output) {
            complete(slot, std::move(event), out);
        } else {
            refine(slot.index, event);
        }
        return;
    }
    if (event.has_output) {
        const std::size_t index = tell(std::move(event), out);
        call.slots.push_back({std::nullopt, index});
    } else {
        told.waiting.emplace_back(event.call_id, call.slots.size());
        call.slots.push_back({std::move(event), kNowhere});
    }
}

bool Conversation::is_own_message(const Event& event) {
    if (own_message_seen_ || event.earlier || event.type != EventType::message ||
        event.role != Role::user) {
        return false;
    }
    // The agent's hook may rewrite what the user said, so within the turn the first message is
    // taken for his, whatever its text. After the turn only his own words are.
    if (!in_turn_ && (!begun_ || event.text != text_)) {
        return false;
    }
    own_message_seen_ = true;
    const auto own = std::ranges::find_if(events_, [](const Event& candidate) {
        return candidate.type == EventType::message && candidate.role == Role::user &&
               !candidate.earlier;
    });
    if (own != events_.end()) {
        own->id = event.id;
        own->metrics = event.metrics;
    }
    return true;
}

std::size_t Conversation::tell(Event event, std::vector<Event>& out) {
    std::size_t index = kNowhere;
    if (!in_turn_) {
        keep_unseen(event);
    } else if (events_.size() < kMaxKept || is_essential(event)) {
        index = events_.size();
        events_.push_back(event);
    } else {
        ++left_out_;
    }
    out.push_back(std::move(event));
    return index;
}

void Conversation::keep_unseen(const Event& event) {
    unseen_.push_back(event);
    unseen_bytes_ += text_size(event);
    while (unseen_.size() > kMaxUnseen || (unseen_bytes_ > kMaxUnseenBytes && unseen_.size() > 1)) {
        unseen_bytes_ -= text_size(unseen_.front());
        unseen_.pop_front();
    }
}

std::deque<Event> Conversation::take_unseen() {
    unseen_bytes_ = 0;
    return std::exchange(unseen_, {});
}

/// The call in `slot` has its output now.
void Conversation::complete(Slot& slot, Event event, std::vector<Event>& out) {
    Event whole = std::move(*slot.held);
    slot.held.reset();
    if (whole.name.empty()) {
        whole.name = std::move(event.name);
    }
    whole.output = std::move(event.output);
    whole.has_output = true;
    whole.is_error = event.is_error;
    slot.index = tell(std::move(whole), out);
}

/// The second telling of an event may know more: the response carries metrics, item ids, outputs.
void Conversation::refine(std::size_t index, const Event& event) {
    if (index >= events_.size()) {
        return;
    }
    Event& old = events_[index];
    if (old.metrics.empty()) {
        old.metrics = event.metrics;
    }
    if (old.id.empty() && !event.output_only) {
        old.id = event.id;
    }
    old.interrupted = old.interrupted || event.interrupted;
    if (old.output.empty() && !event.output.empty()) {
        old.output = event.output;
        old.has_output = true;
        old.is_error = event.is_error;
    }
}

void Conversation::release_held(std::vector<Event>& out) {
    for (Told* told : {&told_before_, &told_}) {
        for (const auto& [call_id, slot_index] : std::exchange(told->waiting, {})) {
            Slot& slot = told->calls[call_id].slots[slot_index];
            if (slot.held) {
                Event event = std::move(*slot.held);
                slot.held.reset();
                slot.index = tell(std::move(event), out);
            }
        }
    }
}

void Conversation::absorb(const Event& event) {
    if (event.type == EventType::usage) {
        usage_ = event.usage;
        usage_reported_ = true;
    } else if (event.type == EventType::state) {
        agent_state_ = event.to;
    }
}

} // namespace kept::agent
