#include "vt/transcript.h"

#include "vt/engine.h"
#include "vt/plain_text.h"
#include "vt/render.h"
#include "vt/scan.h"

#include <algorithm>

namespace kept::vt {
namespace {

/// Shorter stretches are not worth copying past the emulator.
constexpr std::size_t kWorthCopying = 2048;
/// Text handed to the sink at once.
constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

} // namespace

class Transcript::Impl final : public RowTaker {
public:
    Impl(Size size, Sink sink, Style style)
        : sink_(std::move(sink)), style_(style), engine_(clamped(size), nullptr, 0, this) {}

    void feed(std::string_view bytes) {
        std::size_t step = kWorthCopying;
        while (!bytes.empty()) {
            std::size_t length = bytes.size();
            if (length >= kWorthCopying) {
                const std::size_t copied = copy_plain(bytes.substr(0, kFarthestLook));
                bytes.remove_prefix(copied);
                step = copied == 0 ? std::min(step * 2, kFarthestLook) : kWorthCopying;
                length = std::min(bytes.size(), step);
            }
            engine_.feed(bytes.substr(0, length));
            bytes.remove_prefix(length);
        }
        flush();
    }

    void finish() {
        engine_.finish();
        const Grid& grid = engine_.main_grid();
        const int last = std::max(engine_.main_cursor_row(), grid.last_used_row());
        for (int index = 0; index < last; ++index) {
            take(grid.row(index), engine_);
        }
        append(grid.row(last));
        flush();
    }

    void take(const Row& row, const Engine& /*engine*/) override {
        append(row);
        open_ = row.wrapped();
        if (!open_) {
            out_.push_back('\n');
        }
        if (out_.size() >= kPieceBytes) {
            flush();
        }
    }

    void end_line() override {
        if (open_) {
            out_.push_back('\n');
            open_ = false;
        }
    }

private:
    void append(const Row& row) {
        const int end = row.wrapped() ? engine_.size().cols : text_end(row);
        if (style_ == Style::plain) {
            append_text(out_, engine_, row, 0, end, Tabs::kept);
        } else {
            append_styled(out_, engine_, row, 0, end);
        }
    }

    bool may_copy() const {
        return engine_.prints_plainly() && (style_ == Style::plain || engine_.pen() == vt::Style{});
    }

    /// Copies lines that leave the screen as they came, and emulates only what is left of the plain
    /// text before and after them. Returns how much of `bytes` is dealt with.
    std::size_t copy_plain(std::string_view bytes) {
        if (!may_copy()) {
            return 0;
        }
        const int rows = engine_.size().rows;
        const std::size_t plain = copyable_lines(bytes, engine_.size().cols, WithTabs::yes);
        const std::size_t tail = last_line_start(bytes.substr(0, plain), rows);
        if (tail < kWorthCopying) {
            return 0;
        }
        std::size_t head = 0;
        if (!engine_.at_fresh_line()) {
            // A screenful brings the cursor to a new row at the bottom.
            for (int lines = 0; lines <= rows && head < tail; ++lines) {
                head = bytes.find('\n', head) + 1;
            }
            engine_.feed(bytes.substr(0, head));
            if (head >= tail || !engine_.at_fresh_line()) {
                return head;
            }
        }
        engine_.release_rows();
        copy_lines(bytes.substr(head, tail - head));
        open_ = false;
        engine_.feed(bytes.substr(tail, plain - tail));
        return plain;
    }

    /// CR LF becomes '\n', all else is copied.
    void copy_lines(std::string_view lines) {
        while (!lines.empty()) {
            const std::string_view piece = lines.substr(0, kPieceBytes);
            const std::size_t before = out_.size();
            out_.resize(before + piece.size() + kCopySlack);
            const char* end = drop_carriage_returns(piece, out_.data() + before);
            out_.resize(static_cast<std::size_t>(end - out_.data()));
            lines.remove_prefix(piece.size());
            if (out_.size() >= kPieceBytes) {
                flush();
            }
        }
    }

    void flush() {
        if (!out_.empty()) {
            sink_(out_);
            out_.clear();
        }
    }

    Sink sink_;
    Style style_;
    Engine engine_;
    std::string out_;
    bool open_ = false; // the last row taken goes on at the top of the screen
};

Transcript::Transcript(Size size, Sink sink, Style style)
    : impl_(std::make_unique<Impl>(size, std::move(sink), style)) {}
Transcript::~Transcript() = default;
Transcript::Transcript(Transcript&&) noexcept = default;
Transcript& Transcript::operator=(Transcript&&) noexcept = default;

void Transcript::feed(std::string_view bytes) {
    impl_->feed(bytes);
}
void Transcript::finish() {
    impl_->finish();
}

std::string render_text(std::string_view bytes, Size size, Transcript::Style style) {
    std::string text;
    Transcript transcript(size, [&](std::string_view piece) { text.append(piece); }, style);
    transcript.feed(bytes);
    transcript.finish();
    return text;
}

} // namespace kept::vt
