#include "agent/agent.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

#include "agent/encode.h"
#include "agent/launch.h"
#include "agent/node_end.h"
#include "agent/query.h"
#include "agent/render_text.h"
#include "base/clock.h"
#include "base/text.h"
#include "os/code_pages.h"

namespace kept::agent {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kLogLimit = 8ULL * 1024 * 1024;
constexpr std::uint64_t kEventsLimit = 32ULL * 1024 * 1024;
/// Between the end of the connection and that of a process that crashes.
constexpr milliseconds kCrashGrace{1000};
/// Between the last SIGINT and SIGKILL.
constexpr milliseconds kLastGrace{500};
/// Lines of the agent's output that are kept at hand, and how many of them a failed start shows.
constexpr std::size_t kMostLines = 60;
constexpr std::size_t kShownLines = 20;

std::string describe(const os::ExitStatus& status) {
    if (status.signal != 0) {
        const char* name = ::sigabbrev_np(status.signal);
        return fmt::format("killed by signal {}{}{}", status.signal, name == nullptr ? "" : ", SIG",
                           name == nullptr ? "" : name);
    }
    return fmt::format("exit status {}", status.code);
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
        : place_(agent.listeners_.insert(agent.listeners_.end(), &listener)) {}
    ~Registration() override { *place_ = nullptr; } // somebody may be walking the list
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    Registration(Registration&&) = delete;
    Registration& operator=(Registration&&) = delete;

private:
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

void Agent::start(std::function<void(Started)> done,
                  const std::function<void(const std::string&)>& detected) {
    start_done_ = std::move(done);
    state_ = State::starting;
    if (auto problem = launch(detected)) {
        fail_start(std::move(*problem));
    }
}

std::optional<std::string> Agent::launch(const std::function<void(const std::string&)>& detected) {
    const control::LaunchSpec& asked = session_.spec();
    auto project = detect_project(asked.cwd, asked.agent.entrypoint);
    if (!project) {
        return project.error().message();
    }
    project_ = std::move(*project);
    if (detected) {
        detected(agent::describe(project_));
    }

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

    if (project_.type == ProjectType::node) {
        end_with_console_mode(environment, session_.directory(), asked.agent.runtime_args);
    }
    conversation_ = Conversation();
    wire_error_.clear();
    unanswered_ = 0;
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
    started(how);
    os::release_code_pages(); // a start is most of the program, a turn is little of it
}

void Agent::fail_start(std::string why) {
    if (state_ != State::starting) {
        return;
    }
    state_ = State::ended;
    start_timer_.reset();
    pause_timer_.reset();
    failure_ = std::move(why);
    if (process_ && process_->running()) {
        // Told when it is dead. One that the kernel cannot end at once is left to it.
        process_->kill_all();
        stop_timer_ = loop_.after(kCrashGrace, [this] { start_failed(); });
    } else {
        start_failed();
    }
}

void Agent::start_failed() {
    stop_timer_.reset();
    std::string words;
    for (std::size_t i = lines_.size() - std::min(lines_.size(), kShownLines); i < lines_.size();
         ++i) {
        words += lines_[i] + "\n";
    }
    const bool again = restart_done_ != nullptr;
    started({std::exchange(failure_, {}), std::move(words), ""});
    if (again) {
        session_.closed(1, std::nullopt);
    }
}

void Agent::started(const Started& how) {
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
        let_go();
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
        if (!failure_.empty()) {
            start_failed();
        }
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
    pause_timer_.reset();
    abandon(Abandon::agent_exited, "it was stopped", control::Completion::exit);
    let_go();
}

void Agent::let_go() {
    state_ = State::stopping;
    // A Node agent that is ending already, as end_call does, has no handler left: the signal would
    // cut its shutdown callbacks short. Python waits to be told, its job done or not.
    if (project_.type != ProjectType::node || process_->minds_interrupts()) {
        process_->interrupt();
    }
    // It ends when its callbacks are done: Node's because it is made to (agent/node_end.h).
    stop_timer_ = loop_.after(milliseconds(session_.spec().agent.stop_grace_ms), [this] {
        process_->interrupt();
        stop_timer_ = loop_.after(kLastGrace, [this] { process_->kill_all(); });
    });
}

} // namespace kept::agent
