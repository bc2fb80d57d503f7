#include "daemon/trimmer.h"

#include <chrono>
#include <malloc.h>

#include "os/code_pages.h"

namespace kept::daemon {

namespace {
constexpr std::uint64_t kFlood = 512UL * 1024;
/// By then whoever waited for the output has taken it, if it is not very much.
constexpr std::chrono::milliseconds kAfterwards{500};
constexpr std::chrono::milliseconds kLongAfterwards{5000};
} // namespace

void Trimmer::on_event(const control::EventInfo& event) {
    const bool ended =
        event.type == control::EventType::done || event.type == control::EventType::error;
    if (ended && since_trim_ >= kFlood) {
        since_trim_ = 0;
        timer_ = loop_.after(kAfterwards, [this] {
            ::malloc_trim(0);
            rest_later();
        });
    }
}

void Trimmer::on_output(std::string_view bytes, std::uint64_t offset) {
    static_cast<void>(offset);
    since_trim_ += bytes.size();
}

void Trimmer::on_told(const agent::Event& event) {
    // What it says is output as well; what it reports besides is many small things.
    static_cast<void>(event);
    since_trim_ += sizeof(agent::Event);
}

void Trimmer::on_turn_end(const std::string& cell, const agent::TurnResult& result) {
    static_cast<void>(cell);
    static_cast<void>(result);
    if (since_trim_ < kFlood) {
        rest_later();
    }
}

/// An idle daemon needs next to nothing of the program; the next request brings back what it uses.
void Trimmer::rest_later() {
    timer_ = loop_.after(kLongAfterwards, [] {
        ::malloc_trim(0);
        os::release_code_pages();
    });
}

} // namespace kept::daemon
