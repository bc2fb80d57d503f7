#include "terminal/line_stream.h"

#include "base/text.h"
#include "vt/transcript.h"

namespace kept::terminal {

namespace {
std::string clean(std::string_view bytes) {
    return std::string(base::trimmed(vt::render_text(bytes, {4096, 1})));
}
} // namespace

void LineStream::start(std::uint64_t offset) {
    held_.clear();
    begin_ = offset;
}

void LineStream::feed(std::string_view bytes, std::uint64_t begin) {
    if (held_.empty()) {
        begin_ = begin;
    }
    while (!bytes.empty()) {
        const std::size_t feed = bytes.find('\n');
        std::size_t end = feed == std::string_view::npos ? bytes.size() : feed + 1;
        end = std::min(end, kLongest - std::min(held_.size(), kLongest - 1));
        held_.append(bytes.substr(0, end));
        bytes.remove_prefix(end);
        if (!held_.ends_with('\n') && held_.size() < kLongest) {
            return;
        }
        const std::uint64_t line_end = begin_ + held_.size();
        CleanLine line{clean(held_), begin_, line_end};
        held_.clear();
        begin_ = line_end;
        sink_(std::move(line));
    }
}

CleanLine LineStream::unfinished() const {
    return {clean(held_), begin_, begin_ + held_.size()};
}

} // namespace kept::terminal
