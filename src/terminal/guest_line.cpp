#include "terminal/guest_line.h"

namespace kept::terminal {

namespace {
/// What is typed has been shown by then, if it is shown at all.
constexpr std::int64_t kShownAfterUs = 300'000;
} // namespace

bool GuestLine::typed(std::string_view bytes, const Scene& scene, std::int64_t now_us) {
    typed_us_ = now_us;
    const std::size_t last = bytes.find_last_of("\r\n\x03");
    const bool sends = last != std::string_view::npos;
    const bool begins = !sends || last + 1 < bytes.size();
    const bool again = drawn_again(scene);
    const bool same_line = open_ && !sends && (prompts_ >= scene.prompts || again);
    if (same_line && again) {
        prompts_ = scene.prompts;
    }
    if (begins && !same_line) {
        ahead_ = sends || !scene.at_prompt;
        before_ = ahead_ ? std::string() : scene.row;
        prompts_ = scene.prompts + (ahead_ && scene.prompts > 0 ? 1 : 0);
    }
    open_ = begins;
    return sends && !begins;
}

bool GuestLine::begun(const Scene& scene, std::int64_t now_us) const {
    if (!open_ || !scene.at_prompt) {
        return false; // the code will wait for a prompt
    }
    if (prompts_ != scene.prompts) {
        return drawn_again(scene);
    }
    const bool shown = scene.output_us > typed_us_ || now_us - typed_us_ > kShownAfterUs;
    return !shown || scene.row != before_; // all of it may have been erased again
}

bool GuestLine::drawn_again(const Scene& scene) const {
    return prompts_ < scene.prompts && !ahead_ && !before_.empty() && scene.row != before_ &&
           scene.row.starts_with(before_);
}

} // namespace kept::terminal
