#include "cli/subscription.h"

#include "cli/json_writer.h"

namespace kept::cli {

control::Result<control::Client> subscribe(const Target& target,
                                           const control::SubscribeRequest& request) {
    auto client = open_session(target);
    if (!client) {
        return client;
    }
    if (auto sent = client->send(request); !sent) {
        return std::unexpected(sent.error());
    }
    return client;
}

control::Result<void> follow(control::Client& client, LineJoiner& joiner,
                             const std::function<void(const control::EventInfo&)>& on_event,
                             const std::function<void()>& after) {
    while (true) {
        auto frame = client.receive();
        if (!frame) {
            joiner.flush();
            if (frame.error().code == control::ControlErrc::lost) {
                return {};
            }
            return std::unexpected(frame.error());
        }
        if (frame->type == control::FrameType::bytes) {
            joiner.output(frame->payload);
            after();
            continue;
        }
        auto answer = control::decode_answer(frame->payload);
        if (!answer) {
            return std::unexpected(answer.error());
        }
        if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
            joiner.flush();
            return base::fail(refusal->code, refusal->message);
        }
        if (const auto* event = std::get_if<control::EventInfo>(&*answer)) {
            on_event(*event);
            after();
        }
    }
}

void write_output_line(Writer& writer, const std::string& session, std::string_view line) {
    JsonWriter json(writer);
    json.begin_object();
    json.text("session", session);
    json.text("status", "output");
    json.text("line", line);
    json.end_object();
    json.end_line();
}

} // namespace kept::cli
