#include "cli/progress.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/subscription.h"
#include "cli/view.h"
#include "cli/writer.h"

namespace kept::cli {

namespace {

constexpr std::int64_t kFirstUs = 2'000'000;
constexpr std::int64_t kStepUs = 1'000'000;
constexpr std::chrono::milliseconds kLookPatience{500};
constexpr std::size_t kLongest = 300;

/// A terminal that can erase a line, and that is ours: the reader of a pipe may be a pager.
bool is_terminal() {
    const char* term = std::getenv("TERM");
    struct stat output{};
    return ::isatty(STDERR_FILENO) == 1 && term != nullptr && std::string_view(term) != "dumb" &&
           *term != '\0' && (::fstat(STDOUT_FILENO, &output) != 0 || !S_ISFIFO(output.st_mode));
}

bool in_foreground() {
    return ::tcgetpgrp(STDERR_FILENO) == ::getpgrp();
}

} // namespace

Progress::Progress(const Target& target, std::string cell)
    : target_(target), cell_(std::move(cell)), began_us_(base::steady_us()),
      wanted_(is_terminal()) {}

void Progress::wait(int fd) {
    if (!wanted_) {
        return;
    }
    std::int64_t next = began_us_ + kFirstUs;
    while (true) {
        const std::int64_t left = next - base::steady_us();
        if (left <= 0) {
            show();
            next = base::steady_us() + kStepUs;
            continue;
        }
        pollfd ready{fd, POLLIN, 0};
        // A signal ends the wait early, which only means another turn.
        if (::poll(&ready, 1, static_cast<int>(left / 1000) + 1) > 0) {
            erase();
            return;
        }
    }
}

void Progress::show() {
    if (!in_foreground()) {
        return;
    }
    const std::int64_t seconds = (base::steady_us() - began_us_) / 1'000'000;
    std::string text = fmt::format("{}:{:02}", seconds / 60, seconds % 60);
    if (const auto line = last_line(); !line.empty()) {
        text += "  " + line;
    }
    const char* refused = std::getenv("NO_COLOR");
    if (refused == nullptr || *refused == '\0') {
        text = "\033[2m" + text + "\033[0m";
    }
    // Without wrapping (DECAWM) a line stays one, however wide its characters are.
    err().put("\r\033[K\033[?7l" + text + "\033[?7h");
    err().flush();
    shown_ = true;
}

void Progress::erase() {
    if (shown_) {
        err().put("\r\033[K");
        err().flush();
        shown_ = false;
    }
}

bool Progress::has_output() {
    if (cell_.empty() || output_seen_) {
        return true;
    }
    auto client = control::Client::connect(target_.paths.socket(target_.name));
    if (!client || !client->send(control::CellsRequest{})) {
        return false;
    }
    const auto answer = client->answer(kLookPatience);
    if (const auto* cells = answer ? std::get_if<control::CellsInfo>(&*answer) : nullptr) {
        const auto cell = std::ranges::find(cells->cells, cell_, &control::CellInfo::id);
        output_seen_ = cell != cells->cells.end() && cell->output_bytes() > 0;
    }
    return output_seen_;
}

std::string Progress::last_line() {
    // Before the cell has written anything, the last line is what was typed.
    if (!has_output()) {
        return {};
    }
    control::SubscribeRequest request;
    request.replay = false;
    request.output = true;
    request.tail_lines = 1;
    request.follow = false;
    auto client = control::Client::connect(target_.paths.socket(target_.name));
    if (!client || !client->send(request)) {
        return {};
    }
    std::string line;
    while (auto frame = client->receive(kLookPatience)) {
        if (frame->type == control::FrameType::bytes) {
            line = frame->payload;
        }
    }
    return one_line(base::utf8_prefix(base::trimmed(line), kLongest));
}

} // namespace kept::cli
