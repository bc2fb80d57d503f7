#include "mcp/line_reader.h"

#include <algorithm>
#include <utility>

namespace kept::mcp {

void LineReader::feed(std::string_view bytes) {
    if (skipping_ && held_.size() == from_) {
        // Nothing of a line that is too long is kept.
        const auto end = bytes.find('\n');
        bytes.remove_prefix(std::min(end, bytes.size()));
    }
    held_.append(bytes);
}

std::optional<LineReader::Line> LineReader::next() {
    const auto end = held_.find('\n', std::max(from_, scanned_));
    if (end == std::string::npos) {
        if (held_.size() - from_ > limit_) {
            skipping_ = true;
            held_.clear();
        } else {
            held_.erase(0, from_);
        }
        from_ = 0;
        scanned_ = held_.size();
        return std::nullopt;
    }
    Line line{held_.substr(from_, end - from_), false};
    from_ = end + 1;
    scanned_ = from_;
    if (std::exchange(skipping_, false) || line.text.size() > limit_) {
        return Line{{}, true};
    }
    if (line.text.ends_with('\r')) {
        line.text.pop_back();
    }
    return line;
}

} // namespace kept::mcp
