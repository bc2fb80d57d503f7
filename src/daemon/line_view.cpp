#include "daemon/line_view.h"

#include <utility>

namespace kept::daemon {

LineView::LineView(const control::LaunchSpec& spec, Sink sink, vt::Transcript::Style style)
    : sink_(std::move(sink)) {
    const auto take_text = [this](std::string_view text) { take(text); };
    if (spec.kind != "agent") {
        transcript_.emplace(vt::Size{spec.cols, 1}, take_text, style);
    } else if (style == vt::Transcript::Style::plain) {
        plain_.emplace(take_text);
    }
}

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
        if (transcript_) {
            transcript_->feed(bytes.substr(0, end));
        } else if (plain_) {
            plain_->feed(bytes.substr(0, end));
        } else {
            take(bytes.substr(0, end));
        }
        bytes.remove_prefix(end);
        begin += end;
    }
}

void LineView::finish() {
    if (transcript_) {
        transcript_->finish();
    }
    if (!line_.empty()) {
        sink_(std::exchange(line_, {}), offset_);
    }
}

} // namespace kept::daemon
