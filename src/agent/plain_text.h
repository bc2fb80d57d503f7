#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace kept::agent {

/// Takes the colours out of what render_text wrote, in pieces of any length. Agents' words hold no
/// control sequences (see printable()), so that every one there is sets a colour.
class PlainText {
public:
    explicit PlainText(std::function<void(std::string_view)> sink) : sink_(std::move(sink)) {}

    void feed(std::string_view text) {
        while (!text.empty()) {
            if (in_sequence_) {
                const std::size_t end = text.find('m');
                if (end == std::string_view::npos) {
                    return;
                }
                in_sequence_ = false;
                text.remove_prefix(end + 1);
                continue;
            }
            const std::size_t begin = text.find('\x1b');
            if (begin != 0) {
                sink_(text.substr(0, begin));
            }
            in_sequence_ = begin != std::string_view::npos;
            text.remove_prefix(in_sequence_ ? begin + 1 : text.size());
        }
    }

private:
    std::function<void(std::string_view)> sink_;
    bool in_sequence_ = false;
};

} // namespace kept::agent
