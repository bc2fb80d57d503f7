#pragma once

#include <string>
#include <string_view>

namespace kept::agent {

/// Payloads that are sent to the agent: serialised AgentSessionMessages, not yet framed.
/// `request_id` comes back in the response.

/// Switches the session to text: no audio in or out, no transcription.
std::string encode_text_mode(std::string_view request_id);
/// One turn of the user.
std::string encode_run_input(std::string_view request_id, std::string_view text);
std::string encode_ping(std::string_view request_id);
std::string encode_get_chat_history(std::string_view request_id);
std::string encode_get_agent_info(std::string_view request_id);
std::string encode_get_session_state(std::string_view request_id);
std::string encode_get_session_usage(std::string_view request_id);
std::string encode_get_framework_info(std::string_view request_id);
/// The answer to PlaybackFlush: an agent whose audio is never "played" waits for it in its turn.
std::string encode_playback_finished();

} // namespace kept::agent
