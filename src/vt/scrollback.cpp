#include "vt/scrollback.h"

#include "vt/scan.h"

#include <algorithm>
#include <utility>

namespace kept::vt {
namespace {

/// Pieces are dropped whole, so this is also how much goes at once.
constexpr std::size_t kMaxPieceBytes = std::size_t{64} << 10;
constexpr std::size_t kPiecesInLimit = 16;

} // namespace

Scrollback::Scrollback(std::size_t limit)
    : limit_(limit), piece_bytes_(std::min(kMaxPieceBytes, limit / kPiecesInLimit)) {}

/// The piece that takes the next bytes, which are to be appended.
std::string& Scrollback::room_for(std::size_t bytes) {
    if (!pieces_.empty()) {
        std::string& last = pieces_.back();
        if (last.size() + bytes <= std::max(piece_bytes_, last.capacity())) {
            return last;
        }
    }
    std::string next;
    // What pieces take, not what is in them, so that the limit holds for memory.
    while (!pieces_.empty() && reserved() + std::max(bytes, piece_bytes_) > limit_) {
        std::string& oldest = pieces_.front();
        bytes_ -= oldest.size();
        lines_ -= count_line_feeds(oldest);
        next = std::move(oldest);
        next.clear();
        pieces_.pop_front();
    }
    if (!pieces_.empty()) {
        next.reserve(std::max(piece_bytes_, bytes));
    }
    return pieces_.emplace_back(std::move(next));
}

void Scrollback::append(std::string_view piece) {
    if (piece.empty()) {
        return;
    }
    room_for(piece.size()).append(piece);
    bytes_ += piece.size();
    lines_ += count_line_feeds(piece);
}

std::string Scrollback::tail(std::size_t count) const {
    std::string out;
    if (count == 0 || empty()) {
        return out;
    }
    std::size_t ends = count + (open() ? 0 : 1); // the line before ends with this many-th '\n'
    std::size_t first = pieces_.size();
    std::size_t at = 0;
    while (first > 0 && ends > 0) {
        const std::string& piece = pieces_[--first];
        at = 0;
        for (std::size_t end = piece.size(); ends > 0 && end > 0;) {
            const std::size_t found = piece.rfind('\n', end - 1);
            if (found == std::string::npos) {
                break;
            }
            end = found;
            if (--ends == 0) {
                at = found + 1;
            }
        }
    }
    for (; first < pieces_.size(); ++first, at = 0) {
        out.append(pieces_[first], at);
    }
    return out;
}

std::size_t Scrollback::last_line_bytes(std::size_t limit) const {
    std::size_t bytes = 0;
    bool ended = open(); // its own end is not the one looked for
    for (auto piece = pieces_.rbegin(); piece != pieces_.rend() && bytes < limit; ++piece) {
        std::string_view text = *piece;
        if (!ended) {
            text.remove_suffix(1);
            ended = true;
        }
        const std::size_t before = text.rfind('\n');
        if (before != std::string_view::npos) {
            return bytes + text.size() - before - 1;
        }
        bytes += text.size();
    }
    return bytes;
}

std::string Scrollback::take_line() {
    std::string line;
    if (!empty() && !open()) {
        pieces_.back().pop_back();
        --bytes_;
        --lines_;
        if (pieces_.back().empty()) {
            pieces_.pop_back();
        }
    }
    while (open()) {
        std::string& piece = pieces_.back();
        const std::size_t start = piece.rfind('\n') + 1; // npos + 1 is 0
        line.insert(0, piece, start);
        bytes_ -= piece.size() - start;
        piece.resize(start);
        if (start == 0) {
            pieces_.pop_back();
        }
    }
    return line;
}

void Scrollback::clear() {
    pieces_.clear();
    pieces_.shrink_to_fit();
    bytes_ = 0;
    lines_ = 0;
}

void Scrollback::trim() {
    if (!pieces_.empty()) {
        pieces_.back().shrink_to_fit();
    }
}

std::size_t Scrollback::reserved() const {
    std::size_t bytes = 0;
    for (const std::string& piece : pieces_) {
        bytes += piece.capacity();
    }
    return bytes;
}

std::size_t Scrollback::memory_used() const {
    return sizeof(*this) + pieces_.size() * sizeof(std::string) + reserved();
}

} // namespace kept::vt
