// Frames, messages, the conversation and its rendering, from whatever a peer may send. The first
// byte of the input chooses where the stream is cut.
#include "agent/decode.h"
#include "agent/frame.h"
#include "agent/render_json.h"
#include "agent/render_text.h"
#include "agent/turn.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace {

void check(const std::vector<kept::agent::Event>& events) {
    for (const auto& event : events) {
        if (!nlohmann::json::accept(kept::agent::event_json(event))) {
            std::abort();
        }
        if (kept::agent::render_text(event).find('\x1b') != std::string::npos) {
            std::abort();
        }
    }
}

void take(kept::agent::Conversation& conversation, std::string_view payload) {
    auto incoming = kept::agent::decode(payload);
    if (!incoming) {
        return;
    }
    if (auto* events = std::get_if<std::vector<kept::agent::Event>>(&*incoming)) {
        for (auto& event : *events) {
            check(conversation.add(std::move(event)));
        }
    } else if (auto* response = std::get_if<kept::agent::Response>(&*incoming)) {
        check(conversation.finish(*response));
        kept::agent::say_json(conversation.result(), 0, "");
        check(conversation.begin("again", 1000));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    if (input.empty()) {
        return 0;
    }
    const std::size_t piece = static_cast<unsigned char>(input.front()) + std::size_t{1};
    input.remove_prefix(1);

    kept::agent::Conversation conversation;
    conversation.begin("text", 1000);
    // Framing rarely comes out of random bytes: the same input is a payload of its own, too.
    take(conversation, input);

    kept::agent::FrameDecoder decoder;
    while (!input.empty()) {
        decoder.feed(input.substr(0, piece));
        input.remove_prefix(std::min(piece, input.size()));
        while (true) {
            const auto next = decoder.next();
            if (!next || !*next) {
                break;
            }
            take(conversation, **next);
        }
    }
    return 0;
}
