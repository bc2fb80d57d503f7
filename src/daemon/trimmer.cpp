#include "daemon/trimmer.h"

#include <chrono>
#include <malloc.h>

namespace kept::daemon {

namespace {
constexpr std::uint64_t kFlood = 512UL * 1024;
/// By then whoever waited for the output has taken it.
constexpr std::chrono::milliseconds kAfterwards{500};
} // namespace

void Trimmer::on_event(const control::EventInfo& event) {
    const bool ended =
        event.type == control::EventType::done || event.type == control::EventType::error;
    if (ended && since_trim_ >= kFlood) {
        since_trim_ = 0;
        timer_ = loop_.after(kAfterwards, [] { ::malloc_trim(0); });
    }
}

void Trimmer::on_output(std::string_view bytes, std::uint64_t offset) {
    static_cast<void>(offset);
    since_trim_ += bytes.size();
}

} // namespace kept::daemon
