#include "terminal/input_queue.h"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace kept::terminal {

namespace {
/// A line discipline in canonical mode keeps 4,095 bytes of a line and throws the rest away
/// (termios(3)). Ctrl-D in mid-line hands over what there is, so longer lines go in pieces.
constexpr std::size_t kCanonicalLine = 4000;
constexpr std::size_t kPiece = 16UL * 1024;
} // namespace

InputQueue::InputQueue(const os::Pty& pty, session::Loop& loop) : pty_(pty), loop_(loop) {}

bool InputQueue::push(std::string bytes) {
    if (waiting_.size() - at_ + bytes.size() > kMost) {
        return false;
    }
    if (empty()) {
        waiting_ = std::move(bytes);
        at_ = 0;
    } else {
        waiting_.append(bytes);
    }
    if (watch_ == nullptr) {
        write_some();
    }
    return true;
}

void InputQueue::clear() {
    waiting_.clear();
    waiting_.shrink_to_fit();
    at_ = 0;
    line_ = 0;
    watch_.reset();
}

void InputQueue::write_some() {
    while (!empty()) {
        std::size_t piece = std::min(kPiece, waiting_.size() - at_);
        const auto mode =
            waiting_.size() - at_ > kCanonicalLine || line_ > 0 ? pty_.line_mode() : std::nullopt;
        bool cut_line = false;
        if (mode && mode->canonical) {
            const std::size_t end = waiting_.find_first_of("\r\n", at_);
            const std::size_t line_left =
                (end == std::string::npos ? waiting_.size() : end + 1) - at_;
            const std::size_t room = kCanonicalLine - std::min(line_, kCanonicalLine);
            piece = std::min({piece, line_left, std::max<std::size_t>(room, 1)});
            cut_line = line_ + piece >= kCanonicalLine && piece < line_left;
        }
        const auto written = ::write(pty_.master(), waiting_.data() + at_, piece);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            break;
        }
        const std::size_t count = static_cast<std::size_t>(written);
        const std::size_t end = waiting_.find_last_of("\r\n", at_ + count - 1);
        line_ = end != std::string::npos && end >= at_ ? at_ + count - 1 - end : line_ + count;
        at_ += count;
        if (cut_line && count == piece) {
            // Left for the next round if the terminal is full just now: then the line is a byte
            // longer.
            if (::write(pty_.master(), &mode->eof, 1) == 1) {
                line_ = 0;
            }
        }
    }
    if (empty()) {
        clear();
        return;
    }
    if (watch_ == nullptr) {
        watch_ = loop_.writable(pty_.master(), [this] { write_some(); });
    }
}

} // namespace kept::terminal
