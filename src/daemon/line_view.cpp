#include "daemon/line_view.h"

#include <utility>

namespace kept::daemon {

LineView::LineView(int cols, Sink sink, vt::Transcript::Style style)
    : sink_(std::move(sink)),
      transcript_({cols, 1}, [this](std::string_view text) { take(text); }, style) {}

void LineView::take(std::string_view text) {
    while (!text.empty()) {
        const std::size_t feed = text.find('\n');
        line_.append(text.substr(0, feed));
        if (feed == std::string_view::npos) {
            return;
        }
        text.remove_prefix(feed + 1);
        sink_(std::exchange(line_, {}), offset_);
    }
}

void LineView::feed(std::string_view bytes, std::uint64_t begin) {
    while (!bytes.empty()) {
        const std::size_t feed = bytes.find('\n');
        const std::size_t end = feed == std::string_view::npos ? bytes.size() : feed + 1;
        offset_ = begin + end;
        transcript_.feed(bytes.substr(0, end));
        bytes.remove_prefix(end);
        begin += end;
    }
}

void LineView::finish() {
    transcript_.finish();
    if (!line_.empty()) {
        sink_(std::exchange(line_, {}), offset_);
    }
}

} // namespace kept::daemon
