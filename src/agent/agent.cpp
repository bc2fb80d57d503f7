#include "agent/agent.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

#include "agent/encode.h"
#include "agent/launch.h"
#include "agent/query.h"
#include "agent/render_text.h"
#include "base/clock.h"
#include "base/text.h"

namespace kept::agent {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kLogLimit = 8ULL * 1024 * 1024;
constexpr std::uint64_t kEventsLimit = 32ULL * 1024 * 1024;
/// Usage may trail a turn's response by 100 ms.
constexpr milliseconds kSettle{150};
/// An interrupted turn that the agent still works on gets this long before the next one is sent all
/// the same.
constexpr milliseconds kStaleGrace{2000};
/// Between the end of the connection and that of a process that crashes.
constexpr milliseconds kCrashGrace{1000};
/// Between the last SIGINT and SIGKILL.
constexpr milliseconds kLastGrace{500};
constexpr milliseconds kAnswerLimit{5000};
constexpr std::size_t kMostLines = 20;
/// Room for the message around a turn's text.
constexpr std::size_t kMostText = kMaxFrameOut - 1024;

constexpr TextStyle kJournalStyle{.colours = true, .metrics = false};

std::string describe(const os::ExitStatus& status) {
    if (status.signal != 0) {
        const char* name = ::sigabbrev_np(status.signal);
        return fmt::format("killed by signal {}{}{}", status.signal, name == nullptr ? "" : ", SIG",
                           name == nullptr ? "" : name);
    }
    return fmt::format("exit status {}", status.code);
}

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

bool has_spoken(const Conversation& conversation) {
    return std::ranges::any_of(conversation.unseen_events(), [](const Event& event) {
        return event.type == EventType::message && event.role == Role::assistant;
    });
}

} // namespace

class Agent::Registration final : public session::Watch {
public:
    Registration(Agent& agent, Listener& listener)
        : agent_(agent), place_(agent.listeners_.insert(agent.listeners_.end(), &listener)) {}
    ~Registration() override { *place_ = nullptr; } // somebody may be walking the list
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    Registration(Registration&&) = delete;
    Registration& operator=(Registration&&) = delete;

private:
    Agent& agent_;
    std::list<Listener*>::iterator place_;
};

Agent::Agent(session::Session& session, session::Loop& loop)
    : session_(session), loop_(loop), log_(session.directory() + std::string(kLogFile), kLogLimit),
      events_(session.directory() + std::string(kEventsFile), kEventsLimit) {}

Agent::~Agent() = default;

session::WatchHandle Agent::listen(Listener& listener) {
    std::erase(listeners_, nullptr);
    return std::make_unique<Registration>(*this, listener);
}

// The start
// ----------------------------------------------------------------------------------------

void Agent::start(std::function<void(Started)> done) {
    start_done_ = std::move(done);
    state_ = State::starting;
    if (auto problem = launch()) {
        fail_start(std::move(*problem));
    }
}

std::optional<std::string> Agent::launch() {
    const control::LaunchSpec& asked = session_.spec();
    auto project = detect_project(asked.cwd, asked.agent.entrypoint);
    if (!project) {
        return project.error().message();
    }
    project_ = std::move(*project);
    notice_ = agent::describe(project_);

    os::Environment environment = os::current_environment();
    for (const auto& [name, value] : asked.environment) {
        os::set_variable(environment, name, value);
    }
    const auto variable = [&](const char* name) {
        const std::string* value = os::find_variable(environment, name);
        return value == nullptr ? std::string() : *value;
    };
    auto prepared = prepare_launch(project_,
                                   {variable("PATH"), variable("VIRTUAL_ENV"),
                                    variable("UV_PROJECT_ENVIRONMENT"), query_command},
                                   asked.agent.runtime_args);
    if (!prepared) {
        return prepared.error().message();
    }

    conversation_ = Conversation();
    wire_error_.clear();
    unanswered_ = false;
    text_.clear();
    lines_.clear();
    process_ = std::make_unique<Process>(
        loop_, log_,
        Process::Calls{[this](std::string line) { on_line(std::move(line)); },
                       [this](os::ExitStatus status) { on_exit(status); }});
    link_ = std::make_unique<Link>(
        loop_, Link::Calls{[this](int socket) { return process_->owns_peer(socket); },
                           [this] { on_connected(); },
                           [this](std::vector<Event> events) { on_events(std::move(events)); },
                           [this] { session_.log().flush(); },
                           [this](std::string why) { on_link_end(std::move(why)); }});
    const std::uint16_t port = link_->listen();
    if (port == 0) {
        return "cannot open a port on 127.0.0.1 for the agent";
    }
    prepared->argv.push_back(fmt::format("127.0.0.1:{}", port));
    if (auto problem =
            process_->start({prepared->argv, std::move(environment), prepared->directory})) {
        return problem;
    }
    control::LaunchSpec known = asked;
    known.command = prepared->argv;
    known.profile = std::string(to_string(project_.type));
    known.child_pid = process_->pid();
    session_.describe(known);
    started_us_ = base::wall_us();
    start_timer_ = loop_.after(milliseconds(known.agent.connect_limit_ms), [this] {
        fail_start(link_->connected()
                       ? "the agent has connected, and does not answer"
                       : fmt::format("the agent did not connect within {} s (--timeout N allows it "
                                     "more)",
                                     session_.spec().agent.connect_limit_ms / 1000));
    });
    return std::nullopt;
}

void Agent::on_connected() {
    to_text_mode();
}

void Agent::to_text_mode() {
    link_->ask(encode_text_mode, [this](const Response* response) {
        if (response == nullptr || state_ != State::starting) {
            return;
        }
        if (!response->error) {
            read_facts();
            return;
        }
        // Python has no session yet when it is asked this early.
        constexpr milliseconds kPause{100};
        pause_timer_ = loop_.after(kPause, [this] { to_text_mode(); });
    });
}

void Agent::read_facts() {
    link_->ask(encode_get_framework_info, [this](const Response* response) {
        if (response != nullptr) {
            framework_ = response->framework;
        }
    });
    link_->ask(encode_get_agent_info, [this](const Response* response) {
        if (response != nullptr) {
            info_ = response->info;
        }
    });
    // What was said before the connection stood is in the history only.
    link_->ask(encode_get_chat_history, [this](const Response* response) {
        if (response != nullptr) {
            tell(conversation_.greet(response->items));
            wait_for_greeting();
        }
    });
}

void Agent::wait_for_greeting() {
    if (state_ != State::starting) {
        return;
    }
    link_->ask(encode_get_session_state, [this](const Response* response) {
        if (response == nullptr || state_ != State::starting) {
            return;
        }
        start_timer_.reset();
        const std::string state = conversation_.agent_state().empty() ? response->state.agent_state
                                                                      : conversation_.agent_state();
        const bool at_work = state == "thinking" || state == "speaking" || state == "initializing";
        if (!at_work || has_spoken(conversation_)) {
            // An agent that greets begins at once; one that does not says nothing.
            constexpr milliseconds kQuiet{50};
            pause_timer_ = loop_.after(kQuiet, [this] {
                const bool begun = conversation_.agent_state() == "thinking" ||
                                   conversation_.agent_state() == "speaking";
                if (!begun) {
                    ready();
                }
            });
        }
        // on_events() ends the wait when the agent listens again.
        constexpr seconds kGreetingLimit{8};
        start_timer_ = loop_.after(kGreetingLimit, [this] { ready(); });
    });
}

void Agent::ready() {
    if (state_ != State::starting) {
        return;
    }
    start_timer_.reset();
    pause_timer_.reset();
    state_ = State::ready;
    touch();
    Started how;
    for (const Event& event : conversation_.unseen_events()) {
        // That there is a first agent is no news.
        if (event.type != EventType::handoff || !event.from.empty()) {
            how.greeting += render_text(event);
        }
    }
    conversation_.mark_seen();
    started(std::move(how));
}

void Agent::fail_start(std::string why) {
    if (state_ != State::starting) {
        return;
    }
    state_ = State::ended;
    start_timer_.reset();
    pause_timer_.reset();
    if (process_) {
        process_->kill_all();
    }
    std::string words;
    for (const std::string& line : lines_) {
        words += line + "\n";
    }
    const bool again = restart_done_ != nullptr;
    started({std::move(why), std::move(words), ""});
    if (again) {
        session_.closed(1, std::nullopt);
    }
}

void Agent::started(Started how) {
    auto done = std::exchange(start_done_, nullptr);
    auto again = std::exchange(restart_done_, nullptr);
    if (done) {
        done(how);
    }
    if (again) {
        again(how);
    }
}

void Agent::restart(std::function<void(Started)> done) {
    if (restart_done_ || state_ != State::ready) {
        done({"the agent is starting or stopping just now", "", ""});
        return;
    }
    restart_done_ = std::move(done);
    stop_process();
}

// A turn
// -------------------------------------------------------------------------------------------

void Agent::run(std::string code) {
    settle_turn();
    idle_timer_.reset();
    cell_ = session_.active() == nullptr ? std::string() : session_.active()->info.id;
    while (!code.empty() && (code.back() == '\n' || code.back() == '\r')) {
        code.pop_back();
    }
    text_ = base::to_utf8(code);
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
    if (unanswered_) {
        // Two turns at once break each other in the SDKs.
        turn_timer_ = loop_.after(kStaleGrace, [this] { send_turn(); });
        return;
    }
    send_turn();
}

void Agent::send_turn() {
    turn_timer_.reset();
    unanswered_ = false;
    ++turns_;
    lines_before_turn_ = line_count_;
    // Told before, as it happened, save to who asks now.
    const auto told = conversation_.begin(text_, base::wall_us() / 1000);
    for (const Event& event : told) {
        tell(event, event.earlier);
    }
    turn_begin_ = session_.output_end(); // behind the echo
    unanswered_ = true;
    const std::uint64_t turn = ++turn_;
    const std::string text = std::exchange(text_, {});
    link_->ask([&](std::string_view id) { return encode_run_input(id, text); },
               [this, turn](const Response* response) {
                   if (turn != turn_ || response == nullptr) {
                       return; // the end of the agent is told elsewhere
                   }
                   unanswered_ = false;
                   on_response(*response);
               });
}

void Agent::on_response(const Response& response) {
    if (!conversation_.in_turn()) {
        if (turn_timer_ && !failed_) {
            send_turn(); // the interrupted one is out of the way
        }
        return;
    }
    tell(conversation_.finish(response));
    TurnResult result = conversation_.result();
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
        finish_turn(conversation_.result(), completion);
    } else if (!cell_.empty() && session_.active() != nullptr) {
        // Not even sent yet.
        TurnResult result;
        result.text = std::exchange(text_, {});
        result.error = reason == Abandon::interrupted ? "interrupted" : "agent exited";
        turn_begin_ = session_.output_end();
        finish_turn(std::move(result), completion);
    }
}

void Agent::finish_turn(TurnResult result, control::Completion completion) {
    turn_timer_.reset();
    failed_.reset();
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
        result.usage = conversation_.result().usage;
    }
    const std::string cell = cell_;
    for (Listener* listener : listeners_) {
        if (listener != nullptr) {
            listener->on_turn_end(cell, result);
        }
    }
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

void Agent::ask(const std::function<std::string(std::string_view)>& encode, Link::Answer answer) {
    if (state_ != State::ready || !link_->ask(encode, answer, kAnswerLimit)) {
        answer(nullptr);
    }
}

// What the agent does
// ------------------------------------------------------------------------------

void Agent::on_events(std::vector<Event> events) {
    for (Event& event : events) {
        const bool listens = event.type == EventType::state && event.to == "listening";
        if (event.type == EventType::handoff) {
            info_.id = event.to;
        }
        tell(conversation_.add(std::move(event)));
        if (listens && state_ == State::starting && start_timer_ && has_spoken(conversation_)) {
            pause_timer_ = loop_.after(milliseconds(0), [this] { ready(); });
        }
    }
    if (unsettled_ && conversation_.has_usage()) {
        settle_turn();
    }
}

void Agent::on_line(std::string line) {
    ++line_count_;
    constexpr std::string_view kCrashed = "job crashed";
    constexpr std::string_view kFailed = "console mode failed:";
    const bool fatal = state_ == State::starting && (line.find(kCrashed) != std::string::npos ||
                                                     line.find(kFailed) != std::string::npos);
    Event event;
    event.type = EventType::log;
    event.text = line;
    event.created_ms = base::wall_us() / 1000;
    lines_.push_back(std::move(line));
    if (lines_.size() > kMostLines) {
        lines_.pop_front();
    }
    record(event, conversation_.in_turn() ? cell_ : "");
    for (Listener* listener : listeners_) {
        if (listener != nullptr) {
            listener->on_told(event);
        }
    }
    if (fatal && !pause_timer_) {
        // What explains it follows.
        constexpr milliseconds kRest{200};
        pause_timer_ = loop_.after(kRest, [this] { fail_start("the agent failed to start"); });
    }
}

void Agent::on_link_end(std::string why) {
    wire_error_ = std::move(why);
    if (state_ != State::starting && state_ != State::ready) {
        return; // it was told to go, and goes
    }
    if (!wire_error_.empty()) {
        abandon(Abandon::agent_exited, wire_error_, control::Completion::exit);
    }
    // A crash shows as the end of the process next. One that stays has ended its session, as
    // end_call does.
    pause_timer_ = loop_.after(kCrashGrace, [this] {
        pause_timer_.reset();
        if (state_ == State::starting) {
            fail_start("the agent closed its connection");
            return;
        }
        abandon(Abandon::agent_exited, "it closed its connection", control::Completion::exit);
        state_ = State::stopping;
        stop_by_us_ = base::steady_us() + session_.spec().agent.stop_grace_ms * 1000;
        push_to_end();
    });
}

void Agent::on_exit(os::ExitStatus status) {
    const bool crashed = state_ == State::ready;
    pause_timer_.reset();
    stop_timer_.reset();
    idle_timer_.reset();
    events_.flush();
    if (state_ == State::starting) {
        fail_start(fmt::format("the agent ended before it was ready: {}", describe(status)));
        return;
    }
    if (state_ == State::ended) {
        return;
    }
    abandon(Abandon::agent_exited, describe(status), control::Completion::exit);
    settle_turn();
    if (restart_done_) {
        // Its own objects are still at work below us.
        loop_.soon([this] { start(nullptr); });
        return;
    }
    state_ = State::ended;
    std::optional<int> code;
    std::optional<int> signal;
    if (crashed && status.signal != 0) {
        signal = status.signal;
    } else {
        code = crashed ? status.code : 0;
    }
    session_.closed(code, signal);
}

void Agent::terminate() {
    if (restart_done_) {
        started({"the session is being ended", "", ""});
    }
    if (state_ == State::starting) {
        fail_start("the start was interrupted");
        return;
    }
    stop_process();
}

void Agent::stop_process() {
    if (state_ != State::ready) {
        return;
    }
    state_ = State::stopping;
    pause_timer_.reset();
    abandon(Abandon::agent_exited, "it was stopped", control::Completion::exit);
    stop_by_us_ = base::steady_us() + session_.spec().agent.stop_grace_ms * 1000;
    process_->interrupt();
    push_to_end();
}

void Agent::push_to_end() {
    // A Node agent closes its connection, runs its shutdown callbacks, and then stays for ever;
    // nothing tells when they are done.
    const std::int64_t left = std::max<std::int64_t>(stop_by_us_ - base::steady_us(), 0);
    stop_timer_ = loop_.after(std::chrono::microseconds(left), [this] {
        process_->interrupt();
        stop_timer_ = loop_.after(kLastGrace, [this] { process_->kill_all(); });
    });
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
    const bool echo = !unanswered_ && conversation_.in_turn();
    if (session_.active() != nullptr && !echo && turn_begin_ < session_.output_end()) {
        session_.set_output({{turn_begin_, session_.output_end()}});
    }
}

std::vector<std::string> Agent::last_lines(std::uint64_t since) const {
    std::vector<std::string> out;
    const std::uint64_t fresh = std::min<std::uint64_t>(line_count_ - since, lines_.size());
    constexpr std::uint64_t kShown = 10;
    for (std::uint64_t i = lines_.size() - std::min(fresh, kShown); i < lines_.size(); ++i) {
        out.push_back(lines_[i]);
    }
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
    status.turn_in_progress = session_.status().active.empty() == false;
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
