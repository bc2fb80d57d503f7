#include "agent/link.h"

#include <fmt/format.h>

#include "agent/decode.h"
#include "agent/encode.h"
#include "os/tcp.h"

namespace kept::agent {

std::uint16_t Link::listen() {
    auto listener = os::listen_loopback(0);
    if (!listener) {
        return 0;
    }
    listener_ = std::move(*listener);
    accepting_ = loop_.readable(listener_.get(), [this] { accept(); });
    return os::local_port(listener_.get());
}

void Link::accept() {
    base::Fd socket = os::accept_loopback(listener_.get());
    if (!socket || !calls_.is_ours(socket.get())) {
        return;
    }
    // One peer, ever: whoever comes later finds nobody.
    accepting_.reset();
    listener_.reset();
    wire_ = std::make_unique<Wire>(
        std::move(socket), loop_,
        Wire::Calls{[this](std::string_view payload) { on_message(payload); },
                    [this] { calls_.batch(); }, [this](Wire::End how) { on_end(how); }});
    calls_.connected();
}

bool Link::ask(const std::function<std::string(std::string_view)>& encode, Answer answer,
               std::chrono::milliseconds limit) {
    if (!connected()) {
        return false;
    }
    const std::string id = fmt::format("r{}", ++last_id_);
    // Answers are read by the event loop only, never from inside send().
    if (!wire_->send(encode(id))) {
        return false;
    }
    Pending& pending = pending_[id];
    pending.answer = std::move(answer);
    if (limit.count() > 0) {
        pending.limit = loop_.after(limit, [this, id] { settle(id, nullptr); });
    }
    return true;
}

void Link::settle(const std::string& id, const Response* response) {
    const auto found = pending_.find(id);
    if (found == pending_.end()) {
        return; // nobody asked, or it has been answered before
    }
    Pending pending = std::move(found->second);
    pending_.erase(found);
    pending.answer(response);
}

void Link::on_message(std::string_view payload) {
    auto incoming = decode(payload);
    if (!incoming) {
        Event event;
        event.type = EventType::unknown;
        event.text = fmt::format("a frame of {} bytes that is no message", payload.size());
        calls_.events({std::move(event)});
        return;
    }
    if (auto* events = std::get_if<std::vector<Event>>(&*incoming)) {
        calls_.events(std::move(*events));
    } else if (const auto* response = std::get_if<Response>(&*incoming)) {
        settle(response->request_id, response);
    } else if (std::holds_alternative<PlaybackFlush>(*incoming)) {
        wire_->send(encode_playback_finished());
    }
}

void Link::on_end(Wire::End how) {
    over_ = true;
    calls_.ended(how == Wire::End::oversize
                     ? fmt::format("the agent announced a frame of more than {} bytes, or sent "
                                   "what is no frame",
                                   kMaxFrameIn)
                     : std::string());
    for (auto& [id, pending] : std::exchange(pending_, {})) {
        pending.answer(nullptr);
    }
}

} // namespace kept::agent
