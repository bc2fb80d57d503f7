#include "daemon/wait_conditions.h"

#include <algorithm>
#include <re2/re2.h>

#include "base/clock.h"
#include "daemon/frame_end.h"
#include "daemon/screen_view.h"
#include "terminal/terminal.h"

namespace kept::daemon {

namespace {

using control::ControlErrc;
using control::WaitCondition;
using control::WaitKind;

constexpr std::int64_t kPatternMemory = 1024L * 1024;

bool is_about_lines(WaitKind kind) {
    return kind == WaitKind::text || kind == WaitKind::regex;
}

bool needs_screen(WaitKind kind) {
    return is_about_lines(kind) || kind == WaitKind::gone || kind == WaitKind::stable ||
           kind == WaitKind::cursor;
}

std::unexpected<control::Refusal> refusal(ControlErrc code, std::string why,
                                          std::string cell = {}) {
    return std::unexpected(control::Refusal{code, std::move(why), std::move(cell)});
}

} // namespace

std::expected<std::unique_ptr<WaitConditions>, control::Refusal>
WaitConditions::make(Subject& subject, const control::WaitRequest& request, Signal& signal) {
    std::unique_ptr<WaitConditions> made(new WaitConditions(subject, request, signal));
    for (const WaitCondition& condition : request.conditions) {
        std::unique_ptr<re2::RE2> pattern;
        if (needs_screen(condition.kind) && subject.screen() == nullptr) {
            return refusal(ControlErrc::unsupported, "a session of kind '" + subject.spec().kind +
                                                         "' has no screen; wait for --cell, "
                                                         "--idle, --waiting or --exit");
        }
        if (condition.kind == WaitKind::regex) {
            re2::RE2::Options options;
            options.set_log_errors(false);
            options.set_max_mem(kPatternMemory);
            pattern = std::make_unique<re2::RE2>(condition.text, options);
            if (!pattern->ok()) {
                return refusal(ControlErrc::malformed,
                               "'" + condition.text +
                                   "' is no regular expression: " + pattern->error());
            }
        }
        if (condition.kind == WaitKind::cell && !subject.cell(condition.text)) {
            return condition.text.empty()
                       ? refusal(ControlErrc::no_cell, "there is no cell yet")
                       : refusal(ControlErrc::unknown_cell, "unknown cell", condition.text);
        }
        made->patterns_.push_back(std::move(pattern));
    }
    made->watch(subject);
    return made;
}

WaitConditions::WaitConditions(Subject& subject, const control::WaitRequest& request,
                               Signal& signal)
    : subject_(subject), request_(request), signal_(signal), outcomes_(request.conditions.size()),
      began_us_(base::steady_us()), shown_since_us_(last_activity_us()) {
    if (std::ranges::any_of(request.conditions,
                            [](const WaitCondition& one) { return is_about_lines(one.kind); })) {
        lines_.emplace(subject.spec(),
                       [this](const std::string& line, std::uint64_t) { note_line(line); });
    }
}

WaitConditions::~WaitConditions() = default;

void WaitConditions::watch(Subject& subject) {
    if (subject.terminal() != nullptr &&
        std::ranges::any_of(request_.conditions, [](const WaitCondition& one) {
            return one.kind == WaitKind::waiting;
        })) {
        wanted_watch_ = subject.terminal()->watch_wanted([this] { signal_.notify(); });
    }
}

std::int64_t WaitConditions::last_activity_us() const {
    return subject_.terminal() == nullptr ? began_us_ : subject_.terminal()->last_activity_us();
}

void WaitConditions::on_event(const control::EventInfo& /*event*/) {
    signal_.notify();
}

void WaitConditions::on_output(std::string_view bytes, std::uint64_t offset) {
    if (subject_.terminal() == nullptr) {
        began_us_ = base::steady_us();
    }
    // Lines may come and go between two looks. Full-screen programs draw no lines.
    const vt::Screen* screen = subject_.screen();
    if (lines_ && screen != nullptr && !screen->alternate()) {
        lines_->feed(bytes, offset);
    }
    signal_.notify();
}

bool WaitConditions::matches(std::size_t index, std::string_view line) const {
    const WaitCondition& condition = request_.conditions[index];
    return condition.kind == WaitKind::regex
               ? re2::RE2::PartialMatch({line.data(), line.size()}, *patterns_[index])
               : line.find(condition.text) != std::string_view::npos;
}

void WaitConditions::note_line(const std::string& line) {
    for (std::size_t index = 0; index < outcomes_.size(); ++index) {
        if (is_about_lines(request_.conditions[index].kind) && !outcomes_[index].met &&
            matches(index, line)) {
            outcomes_[index] = {true, line, std::nullopt};
        }
    }
}

void WaitConditions::look_for_line(std::size_t index) {
    if (outcomes_[index].met) {
        return; // what has been seen stays seen
    }
    for (const ScreenLine& line : screen_lines(*subject_.screen())) {
        if (matches(index, line.text)) {
            outcomes_[index] = {true, line.text, line.row};
            return;
        }
    }
}

void WaitConditions::quiet_for(std::size_t index, std::int64_t since_us, std::int64_t now_us) {
    const std::int64_t due = since_us + request_.conditions[index].ms * 1000;
    outcomes_[index].met = now_us >= due;
    if (!outcomes_[index].met) {
        due_us_ = std::min(due_us_.value_or(due), due);
    }
}

void WaitConditions::look_at(std::size_t index, std::int64_t now_us) {
    const WaitCondition& condition = request_.conditions[index];
    control::WaitOutcome& outcome = outcomes_[index];
    if (const auto due = frame_due_us(subject_, now_us); due && needs_screen(condition.kind)) {
        outcome.met = outcome.met && is_about_lines(condition.kind);
        due_us_ = std::min(due_us_.value_or(*due), *due); // a half-drawn screen tells nothing
        return;
    }
    switch (condition.kind) {
    case WaitKind::text:
    case WaitKind::regex:
        look_for_line(index);
        return;
    case WaitKind::gone:
        outcome.met =
            std::ranges::none_of(screen_lines(*subject_.screen()), [&](const ScreenLine& line) {
                return line.text.find(condition.text) != std::string::npos;
            });
        return;
    case WaitKind::idle:
        quiet_for(index, last_activity_us(), now_us);
        return;
    case WaitKind::stable: {
        const vt::Screen& screen = *subject_.screen();
        std::string shows = content_hash(screen.size(), row_hashes(screen));
        if (!shown_.empty() && shows != shown_) {
            shown_since_us_ = now_us;
        }
        shown_ = std::move(shows);
        quiet_for(index, shown_since_us_, now_us);
        return;
    }
    case WaitKind::cursor:
        outcome.met = subject_.screen()->cursor() == vt::Position{condition.y, condition.x};
        return;
    case WaitKind::exit:
        outcome.met = subject_.session() == nullptr || subject_.session()->is_closed();
        return;
    case WaitKind::cell: {
        const auto cell = subject_.cell(condition.text);
        outcome.met = cell && cell->ended();
        return;
    }
    case WaitKind::waiting: {
        const auto cell = subject_.cell("");
        outcome.met = cell && cell->state == control::CellState::waiting;
        outcome.line = outcome.met && cell->input ? cell->input->prompt : "";
        const terminal::Terminal* terminal = subject_.terminal();
        if (!outcome.met && terminal != nullptr && terminal->wanted_without_cell()) {
            outcome.met = true;
            outcome.line = terminal->wanted_without_cell()->prompt;
        }
        return;
    }
    }
}

bool WaitConditions::look(std::int64_t now_us) {
    due_us_.reset();
    for (std::size_t index = 0; index < outcomes_.size(); ++index) {
        look_at(index, now_us);
    }
    const auto is_met = [](const control::WaitOutcome& one) { return one.met; };
    return request_.any ? std::ranges::any_of(outcomes_, is_met)
                        : std::ranges::all_of(outcomes_, is_met);
}

} // namespace kept::daemon
