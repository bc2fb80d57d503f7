#include "terminal/hook_framer.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <unistd.h>

#include "terminal/repeat_framer.h"

namespace kept::terminal {

namespace {
/// An unfinished line, a prompt most likely, is fed after this much silence or when the program is
/// blocked.
constexpr std::int64_t kLineQuietUs = 100'000;
/// A hook that does not read cannot fill our memory: beyond this, lines are passed over.
constexpr std::size_t kMostWaiting = 8UL * 1024 * 1024;
} // namespace

HookFramer::HookFramer(FrameHost& host, session::Loop& loop, std::string path)
    : host_(host), loop_(loop), path_(std::move(path)),
      lines_([this](const CleanLine& line) { on_line(line); }) {}

HookFramer::~HookFramer() {
    stop();
}

void HookFramer::begin(std::string code) {
    stop();
    open_ = true;
    echo_left_ = echoed_lines(code);
    output_begin_ = host_.offset();
    last_fed_ = output_begin_;
    unfinished_fed_ = 0;
    lines_.start(host_.offset());
    os::Command command;
    command.argv = {path_};
    command.environment = os::current_environment();
    auto started = os::spawn_with_input(command);
    if (!started) {
        open_ = false;
        host_.failed("hook failed: " + started.error().message());
        return;
    }
    hook_ = std::move(started->child);
    pipe_ = std::move(started->input);
    exit_watch_ = loop_.readable(hook_.pidfd.get(), [this] { on_exit(); });
    std::ranges::replace(code, '\n', '\r');
    if (!code.ends_with('\r')) {
        code.push_back('\r');
    }
    host_.type_code(std::move(code));
}

void HookFramer::cancel() {
    open_ = false;
    stop();
}

void HookFramer::on_output(std::string_view bytes, std::uint64_t begin) {
    if (open_) {
        lines_.feed(bytes, begin);
    }
}

void HookFramer::on_line(const CleanLine& line) {
    if (line.text.empty()) {
        return;
    }
    if (echo_left_ > 0) {
        if (--echo_left_ == 0) {
            output_begin_ = line.end;
            last_fed_ = line.end;
        }
        return;
    }
    if (unfinished_fed_ != line.end) {
        give(line);
    }
}

void HookFramer::give(const CleanLine& line) {
    last_fed_ = line.begin;
    if (waiting_.size() < kMostWaiting) {
        waiting_ += line.text;
        waiting_ += '\n';
    }
    if (write_watch_ == nullptr) {
        write_some();
    }
}

void HookFramer::write_some() {
    while (pipe_ && !waiting_.empty()) {
        const auto written = ::write(pipe_.get(), waiting_.data(), waiting_.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0 && errno == EAGAIN) {
            if (write_watch_ == nullptr) {
                write_watch_ = loop_.writable(pipe_.get(), [this] { write_some(); });
            }
            return;
        }
        if (written < 0) {
            pipe_.reset(); // it reads no more; its exit is what counts
            break;
        }
        waiting_.erase(0, static_cast<std::size_t>(written));
    }
    write_watch_.reset();
}

void HookFramer::on_still(const Stillness& still, std::int64_t quiet_us) {
    const bool reading = still.verdict == Stillness::Verdict::reading;
    if (!started_ && (reading || quiet_us >= kStartQuietUs)) {
        started_ = true;
        host_.ready();
    }
    if (!open_ || echo_left_ > 0 || !(reading || quiet_us >= kLineQuietUs)) {
        return;
    }
    const CleanLine line = lines_.unfinished();
    if (!line.text.empty() && unfinished_fed_ != line.end) {
        unfinished_fed_ = line.end;
        give(line);
    }
}

void HookFramer::on_exit() {
    const bool was_open = open_;
    open_ = false;
    stop();
    if (was_open) {
        std::vector<Range> output;
        if (last_fed_ > output_begin_) {
            output.push_back({output_begin_, last_fed_});
        }
        host_.end(Completion::hook, std::nullopt, std::move(output));
    }
}

void HookFramer::stop() {
    exit_watch_.reset();
    write_watch_.reset();
    pipe_.reset();
    waiting_.clear();
    if (hook_.pid > 0) {
        ::kill(hook_.pid, SIGKILL);
        os::reap(hook_.pid);
        hook_ = {};
    }
}

std::vector<Range> HookFramer::pieces() const {
    if (!open_ || echo_left_ > 0 || host_.offset() <= output_begin_) {
        return {};
    }
    return {{output_begin_, host_.offset()}};
}

} // namespace kept::terminal
