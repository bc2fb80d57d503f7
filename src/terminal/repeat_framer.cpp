#include "terminal/repeat_framer.h"

#include <algorithm>

#include "base/text.h"

namespace kept::terminal {

namespace {
constexpr std::size_t kEnters = 5;
/// Without kernel evidence, silence this long is rest.
constexpr std::int64_t kRestUs = 60'000;
} // namespace

int echoed_lines(std::string_view code) {
    const auto lines = base::split_lines(code);
    std::size_t count = lines.size();
    while (count > 0 && base::trimmed(lines[count - 1]).empty()) {
        --count;
    }
    return static_cast<int>(count);
}

RepeatFramer::RepeatFramer(FrameHost& host)
    : host_(host), lines_([this](const CleanLine& line) { on_line(line); }) {}

void RepeatFramer::begin(std::string code) {
    open_ = true;
    echo_left_ = echoed_lines(code);
    output_begin_ = host_.offset();
    output_end_ = output_begin_;
    last_.clear();
    run_.clear();
    lines_.start(host_.offset());
    std::ranges::replace(code, '\n', '\r');
    if (!code.ends_with('\r')) {
        code.push_back('\r');
    }
    enters_left_ = static_cast<int>(kEnters);
    host_.type_code(std::move(code));
    host_.look_soon();
}

void RepeatFramer::on_output(std::string_view bytes, std::uint64_t begin) {
    if (open_) {
        lines_.feed(bytes, begin);
    }
}

void RepeatFramer::on_line(const CleanLine& line) {
    if (!open_ || line.text.empty()) {
        return;
    }
    if (echo_left_ > 0) {
        if (--echo_left_ == 0) {
            output_begin_ = line.end;
        }
        return;
    }
    output_end_ = line.end;
    if (line.text != last_) {
        run_.clear();
        last_ = line.text;
    }
    run_.push_back(line.begin);
    if (run_.size() >= kEnters) {
        open_ = false;
        std::vector<Range> output;
        if (run_.front() > output_begin_) {
            output.push_back({output_begin_, run_.front()});
        }
        host_.end(Completion::repeat, std::nullopt, std::move(output));
    }
}

void RepeatFramer::on_still(const Stillness& still, std::int64_t quiet_us) {
    if (!started_ && (still.verdict == Stillness::Verdict::reading || quiet_us >= kStartQuietUs)) {
        started_ = true;
        host_.ready();
    }
    const bool rest = still.verdict == Stillness::Verdict::reading ||
                      (still.verdict == Stillness::Verdict::unknown && quiet_us >= kRestUs);
    if (open_ && enters_left_ > 0 && rest && host_.typed_all()) {
        --enters_left_;
        host_.type_code("\r");
        host_.look_soon();
    }
}

std::vector<Range> RepeatFramer::pieces() const {
    if (!open_ || echo_left_ > 0 || output_end_ <= output_begin_) {
        return {};
    }
    return {{output_begin_, output_end_}};
}

} // namespace kept::terminal
