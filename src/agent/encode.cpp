#include "agent/encode.h"

#include "agent_session.pb.h"

namespace kept::agent {

namespace {

namespace pb = livekit::agent;

/// A message with a request of this id, for `fill` to complete.
template <typename Fill> std::string request(std::string_view request_id, Fill fill) {
    pb::AgentSessionMessage message;
    message.mutable_request()->set_request_id(std::string(request_id));
    fill(*message.mutable_request());
    return message.SerializeAsString();
}

} // namespace

std::string encode_text_mode(std::string_view request_id) {
    return request(request_id, [](pb::SessionRequest& wire) {
        wire.mutable_update_io()->mutable_input()->set_audio_enabled(false);
        wire.mutable_update_io()->mutable_output()->set_audio_enabled(false);
        wire.mutable_update_io()->mutable_output()->set_transcription_enabled(false);
    });
}

std::string encode_run_input(std::string_view request_id, std::string_view text) {
    return request(request_id, [text](pb::SessionRequest& wire) {
        wire.mutable_run_input()->set_text(std::string(text));
    });
}

std::string encode_ping(std::string_view request_id) {
    return request(request_id, [](pb::SessionRequest& wire) { wire.mutable_ping(); });
}

std::string encode_get_chat_history(std::string_view request_id) {
    return request(request_id, [](pb::SessionRequest& wire) { wire.mutable_get_chat_history(); });
}

std::string encode_get_agent_info(std::string_view request_id) {
    return request(request_id, [](pb::SessionRequest& wire) { wire.mutable_get_agent_info(); });
}

std::string encode_get_session_state(std::string_view request_id) {
    return request(request_id, [](pb::SessionRequest& wire) { wire.mutable_get_session_state(); });
}

std::string encode_get_session_usage(std::string_view request_id) {
    return request(request_id, [](pb::SessionRequest& wire) { wire.mutable_get_session_usage(); });
}

std::string encode_get_framework_info(std::string_view request_id) {
    return request(request_id, [](pb::SessionRequest& wire) { wire.mutable_get_framework_info(); });
}

std::string encode_playback_finished() {
    pb::AgentSessionMessage message;
    message.mutable_audio_playback_finished();
    return message.SerializeAsString();
}

} // namespace kept::agent
