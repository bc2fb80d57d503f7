#include "agent/agent.h"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

#include "agent/encode.h"
#include "agent/render_text.h"
#include "base/clock.h"
#include "base/text.h"

namespace kept::agent {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Usage may trail a turn's response by 100 ms.
constexpr milliseconds kSettle{150};
/// The SDKs interrupt a turn that nobody waits for any more when the next one comes, and refuse
/// that one with these words when the interruption takes them longer.
constexpr std::string_view kStillBusy = "internal error";
/// For the answer to the interrupted turn, before the refused one is sent again all the same.
constexpr milliseconds kStaleGrace{2000};
/// Room for the message around a turn's text.
constexpr std::size_t kMostText = kMaxFrameOut - 1024;

constexpr TextStyle kJournalStyle{.colours = true, .metrics = false};

Event error_event(std::string text) {
    Event event;
    event.type = EventType::error;
    event.text = std::move(text);
    event.created_ms = base::wall_us() / 1000;
    return event;
}

/// Something of the turn was shown besides the user's own words.
bool has_acted(const TurnResult& result) {
    return std::ranges::any_of(result.events, [](const Event& event) {
        return !event.earlier &&
               (event.type == EventType::tool_call || event.type == EventType::handoff ||
                event.type == EventType::config);
    });
}

} // namespace

void Agent::run(std::string code) {
    settle_turn();
    idle_timer_.reset();
    cell_ = session_.active() == nullptr ? std::string() : session_.active()->info.id;
    while (!code.empty() && (code.back() == '\n' || code.back() == '\r')) {
        code.pop_back();
    }
    text_ = base::to_utf8(code);
    lines_before_turn_ = line_count_;
    std::string refusal;
    if (state_ != State::ready) {
        refusal = state_ == State::starting || restart_done_ ? "the agent is starting"
                                                             : "the agent is being stopped";
    } else if (!link_->connected()) {
        refusal = "agent exited";
    } else if (text_.size() > kMostText) {
        refusal = fmt::format("a turn of {} bytes is too long: an agent takes at most {}",
                              text_.size(), kMostText);
    } else if (base::trimmed(text_).empty()) {
        refusal = "there is nothing to say: the text is empty";
    }
    if (!refusal.empty()) {
        TurnResult result;
        result.text = std::exchange(text_, {});
        result.error = refusal;
        turn_begin_ = session_.output_end();
        finish_turn(std::move(result), control::Completion::none);
        return;
    }
    ++turns_;
    // Told before, as it happened, save to who asks now.
    echoing_ = true;
    for (const Event& event : conversation_.begin(text_, base::wall_us() / 1000)) {
        tell(event, event.earlier);
    }
    echoing_ = false;
    turn_begin_ = session_.output_end();
    may_be_refused_ = unanswered_ > 0;
    send_turn();
}

void Agent::send_turn() {
    turn_timer_.reset();
    ++unanswered_;
    const std::uint64_t turn = ++turn_;
    link_->ask([&](std::string_view id) { return encode_run_input(id, text_); },
               [this, turn](const Response* response) {
                   if (response == nullptr) {
                       return; // the end of the agent is told elsewhere
                   }
                   --unanswered_;
                   if (turn == turn_) {
                       on_response(*response);
                   } else if (turn_timer_ && !failed_) {
                       send_turn(); // again, now that the interrupted one is out of the way
                   }
               });
}

void Agent::on_response(const Response& response) {
    if (!conversation_.in_turn()) {
        return;
    }
    if (std::exchange(may_be_refused_, false) && response.error == kStillBusy) {
        turn_timer_ =
            loop_.after(unanswered_ > 0 ? kStaleGrace : milliseconds(0), [this] { send_turn(); });
        return;
    }
    tell(conversation_.finish(response));
    TurnResult result = conversation_.take_result();
    if (result.error.empty()) {
        finish_turn(std::move(result), control::Completion::response);
        return;
    }
    // What the agent logged about it comes another way, a little later.
    failed_ = std::move(result);
    turn_timer_ = loop_.after(kSettle, [this] { finish_failed(); });
}

void Agent::finish_failed() {
    TurnResult result = std::move(*failed_);
    finish_turn(std::move(result), control::Completion::response);
}

void Agent::abandon(Abandon reason, std::string_view detail, control::Completion completion) {
    if (failed_) {
        finish_failed();
    } else if (conversation_.in_turn()) {
        tell(conversation_.abandon(reason, detail));
        finish_turn(conversation_.take_result(), completion);
    }
}

void Agent::finish_turn(TurnResult result, control::Completion completion) {
    turn_timer_.reset();
    failed_.reset();
    std::string().swap(text_);
    if (!result.error.empty()) {
        const bool said = std::ranges::any_of(result.events, [&](const Event& event) {
            return event.type == EventType::error && event.text == result.error;
        });
        if (!said) {
            tell(error_event(result.error));
        }
        Event log;
        log.type = EventType::log;
        log.is_error = true;
        for (std::string& line : last_lines(lines_before_turn_)) {
            log.text = std::move(line);
            write(render_text(log, kJournalStyle));
            tell(log, true);
        }
    } else if (result.silent && !has_acted(result)) {
        write(render_silence(kJournalStyle));
    }
    session_.log().flush();
    std::string error = result.error;
    unsettled_ = std::move(result);
    session_.end_cell({completion, std::nullopt, "", std::move(error)});
    touch();
    if (conversation_.has_usage() || completion != control::Completion::response) {
        settle_turn();
    } else {
        settle_timer_ = loop_.after(kSettle, [this] { settle_turn(); });
    }
}

void Agent::settle_turn() {
    settle_timer_.reset();
    if (!unsettled_) {
        return;
    }
    TurnResult result = std::move(*unsettled_);
    unsettled_.reset();
    if (result.usage.empty() && result.answered) {
        result.usage = conversation_.turn_usage();
    }
    const std::string cell = cell_;
    for (Listener* listener : listeners_) {
        if (listener != nullptr) {
            listener->on_turn_end(cell, result);
        }
    }
}

TurnResult Agent::turn() const {
    if (failed_ || unsettled_) {
        return failed_ ? *failed_ : *unsettled_;
    }
    return conversation_.result();
}

std::expected<void, control::Refusal> Agent::interrupt(bool kill) {
    if (session_.active() == nullptr && !kill) {
        return std::unexpected(
            control::Refusal{control::ControlErrc::not_running, "no turn is in progress", ""});
    }
    session_.interrupting();
    if (kill) {
        process_->kill_all();
    } else {
        abandon(Abandon::interrupted, {}, control::Completion::none);
    }
    return {};
}

std::expected<void, control::Refusal> Agent::type(std::string) {
    return std::unexpected(control::Refusal{control::ControlErrc::unsupported,
                                            "an agent takes turns, not keys: use k agent say", ""});
}

void Agent::resize(int, int) {}

void Agent::ask(const std::function<std::string(std::string_view)>& encode,
                const Link::Answer& answer, milliseconds limit) {
    if (state_ != State::ready || !link_->ask(encode, answer, limit)) {
        answer(nullptr);
    }
}

// Telling
// ------------------------------------------------------------------------------------------

void Agent::tell(const std::vector<Event>& events) {
    for (const Event& event : events) {
        tell(event);
    }
}

void Agent::tell(const Event& event, bool known) {
    if (!known) {
        const bool in_turn = session_.active() != nullptr && !event.earlier;
        record(event, in_turn ? cell_ : "");
        write(render_text(event, kJournalStyle));
    }
    for (Listener* listener : listeners_) {
        if (listener != nullptr) {
            listener->on_told(event);
        }
    }
}

void Agent::record(const Event& event, std::string_view cell) {
    events_.append(event_json(event, ++seq_, cell) + "\n");
    if (!std::exchange(flushing_, true)) {
        // Before anybody who is told now looks into the file, and once for all that comes together.
        loop_.soon([this] {
            flushing_ = false;
            events_.flush();
        });
    }
}

void Agent::write(std::string_view text) {
    if (text.empty()) {
        return;
    }
    session_.output(text);
    if (session_.active() != nullptr && !echoing_ && turn_begin_ < session_.output_end()) {
        session_.set_output({{turn_begin_, session_.output_end()}});
    }
}

std::vector<std::string> Agent::last_lines(std::uint64_t since) const {
    const std::uint64_t fresh = std::min<std::uint64_t>(line_count_ - since, lines_.size());
    std::vector<std::string> all(lines_.end() - static_cast<std::ptrdiff_t>(fresh), lines_.end());
    std::vector<std::string> out;
    bool routine = false; // and so are the indented lines that belong to it
    for (const std::string& line : all) {
        routine = is_routine(line) || (routine && line.starts_with("    "));
        if (!routine) {
            out.push_back(line);
        }
    }
    if (out.empty()) {
        out = std::move(all);
    }
    constexpr std::size_t kShown = 10;
    out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(std::min(out.size(), kShown)));
    return out;
}

void Agent::touch() {
    touched_us_ = base::steady_us();
    arm_idle();
}

void Agent::arm_idle() {
    const std::int64_t limit = session_.spec().agent.idle_limit_s;
    if (limit <= 0 || state_ != State::ready) {
        idle_timer_.reset();
        return;
    }
    idle_timer_ = loop_.after(seconds(limit), [this, limit] {
        if (session_.active() == nullptr) {
            session_.notify("kept", fmt::format("idle for {} s: the agent is stopped", limit));
            terminate();
        }
    });
}

Status Agent::status() const {
    const control::LaunchSpec& spec = session_.spec();
    Status status;
    status.port = spec.agent.port;
    status.pid = static_cast<int>(::getpid());
    status.project_dir = project_.root.string();
    status.entrypoint = project_.entrypoint.string();
    status.project_type = std::string(to_string(project_.type));
    status.started_ms = started_us_ / 1000;
    status.uptime_seconds = (base::wall_us() - started_us_) / 1'000'000;
    status.turns = turns_;
    status.turn_in_progress = !session_.status().active.empty();
    status.agent_state = conversation_.agent_state();
    status.agent_id = info_.id;
    status.tools = info_.tools;
    status.instructions = info_.instructions;
    status.log_path = log_.path();
    status.idle_timeout_seconds = spec.agent.idle_limit_s;
    status.idle_seconds = (base::steady_us() - touched_us_) / 1'000'000;
    status.unseen_events = conversation_.unseen();
    status.sdk = framework_.sdk;
    status.sdk_version = framework_.version;
    return status;
}

} // namespace kept::agent
