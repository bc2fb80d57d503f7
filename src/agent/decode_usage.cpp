#include "agent/decode_usage.h"

#include "base/text.h"

#include <cmath>

namespace kept::agent {

namespace {

namespace pb = livekit::agent;

template <typename Speech> ModelUsage speech_usage(const char* kind, const Speech& used) {
    ModelUsage usage{kind, base::to_utf8(used.provider()), base::to_utf8(used.model()), {}};
    usage.counts = {{"input_tokens", used.input_tokens()}, {"output_tokens", used.output_tokens()}};
    return usage;
}

template <typename Requests> ModelUsage request_usage(const char* kind, const Requests& used) {
    return {kind,
            base::to_utf8(used.provider()),
            base::to_utf8(used.model()),
            {{"total_requests", used.total_requests()}}};
}

} // namespace

Usage usage_of(const pb::AgentSessionUsage& session) {
    Usage result;
    for (const pb::ModelUsage& model : session.model_usage()) {
        switch (model.usage_case()) {
        case pb::ModelUsage::kLlm: {
            const pb::LLMModelUsage& llm = model.llm();
            result.push_back({"llm",
                              base::to_utf8(llm.provider()),
                              base::to_utf8(llm.model()),
                              {{"input_tokens", llm.input_tokens()},
                               {"input_cached_tokens", llm.input_cached_tokens()},
                               {"input_audio_tokens", llm.input_audio_tokens()},
                               {"input_cached_audio_tokens", llm.input_cached_audio_tokens()},
                               {"input_text_tokens", llm.input_text_tokens()},
                               {"input_cached_text_tokens", llm.input_cached_text_tokens()},
                               {"input_image_tokens", llm.input_image_tokens()},
                               {"input_cached_image_tokens", llm.input_cached_image_tokens()},
                               {"output_tokens", llm.output_tokens()},
                               {"output_audio_tokens", llm.output_audio_tokens()},
                               {"output_text_tokens", llm.output_text_tokens()},
                               {"session_duration", llm.session_duration()}}});
            break;
        }
        case pb::ModelUsage::kTts: {
            ModelUsage usage = speech_usage("tts", model.tts());
            usage.counts.emplace_back("characters_count", model.tts().characters_count());
            usage.counts.emplace_back("audio_duration", model.tts().audio_duration());
            result.push_back(std::move(usage));
            break;
        }
        case pb::ModelUsage::kStt: {
            ModelUsage usage = speech_usage("stt", model.stt());
            usage.counts.emplace_back("audio_duration", model.stt().audio_duration());
            result.push_back(std::move(usage));
            break;
        }
        case pb::ModelUsage::kInterruption:
            result.push_back(request_usage("interruption", model.interruption()));
            break;
        case pb::ModelUsage::kEot:
            result.push_back(request_usage("eot", model.eot()));
            break;
        case pb::ModelUsage::USAGE_NOT_SET:
            break;
        }
        // A count of zero says nothing, and most of the many are.
        if (!result.empty()) {
            std::erase_if(result.back().counts, [](const auto& count) {
                return !std::isfinite(count.second) || count.second == 0.0;
            });
        }
    }
    return result;
}

} // namespace kept::agent
