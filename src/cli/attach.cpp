#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/detach_key.h"
#include "cli/find_session.h"
#include "cli/json_writer.h"
#include "cli/options.h"
#include "cli/person_terminal.h"
#include "cli/writer.h"

namespace kept::cli {

namespace {

/// What may wait for the person's terminal; the daemon holds back, and skips, the rest.
constexpr std::size_t kMostPending = 32UL * 1024;

constexpr std::array kSignals{SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP, SIGINT, SIGQUIT};

volatile std::sig_atomic_t the_window_changed = 0;
volatile std::sig_atomic_t the_stop = 0;
volatile std::sig_atomic_t the_end = 0; ///< the signal that ends us

void note(int signal) {
    if (signal == SIGWINCH || signal == SIGCONT) {
        the_window_changed = 1;
    } else if (signal == SIGTSTP) {
        the_stop = 1;
    } else {
        the_end = signal;
    }
}

/// Signals are delivered only while we wait: nothing is interrupted half done.
class Signals {
public:
    Signals() {
        sigset_t ours{};
        ::sigemptyset(&ours);
        struct sigaction action{};
        action.sa_handler = note;
        for (const int signal : kSignals) {
            ::sigaddset(&ours, signal);
            ::sigaction(signal, &action, nullptr);
        }
        ::sigprocmask(SIG_BLOCK, &ours, &while_waiting_);
        for (const int signal : kSignals) {
            ::sigdelset(&while_waiting_, signal);
        }
    }

    [[nodiscard]] const sigset_t* while_waiting() const { return &while_waiting_; }

    /// Ends the process as the signal would have.
    [[noreturn]] static void end_by(int signal) {
        ::signal(signal, SIG_DFL);
        ::raise(signal);
        sigset_t all{};
        ::sigfillset(&all);
        ::sigprocmask(SIG_UNBLOCK, &all, nullptr);
        ::_exit(128 + signal);
    }

private:
    sigset_t while_waiting_{};
};

struct Ending {
    enum class How { detached, closed, lost, refused };
    How how = How::detached;
    std::optional<int> exit_code;
    std::optional<int> signal;
    std::string why;
};

/// One person at a session.
class Attachment {
public:
    Attachment(control::Client& client, PersonTerminal& terminal, DetachKey key, bool read_only)
        : client_(client), terminal_(terminal), key_(std::move(key)), read_only_(read_only) {}

    Ending run() {
        const Signals signals;
        terminal_.enter();
        take_frames(); // the first picture may have come with the answer
        while (!ending_) {
            wait(signals);
        }
        // What came before the session's end is still to be seen.
        for (int i = 0; i < 20 && ending_->how == Ending::How::closed && !pending_.empty(); ++i) {
            pollfd ready{terminal_.output(), POLLOUT, 0};
            ::poll(&ready, 1, 50);
            terminal_.write_some(pending_);
        }
        terminal_.leave();
        if (the_end != 0) {
            Signals::end_by(the_end);
        }
        return *ending_;
    }

private:
    void wait(const Signals& signals) {
        if (!pending_.empty() && !terminal_.write_some(pending_)) {
            ending_ = Ending{}; // the terminal has gone
            return;
        }
        std::array<pollfd, 3> ready{
            pollfd{STDIN_FILENO, POLLIN, 0},
            pollfd{pending_.size() < kMostPending ? client_.fd() : -1, POLLIN, 0},
            pollfd{pending_.empty() ? -1 : terminal_.output(), POLLOUT, 0}};
        const int count = ::ppoll(ready.data(), ready.size(), nullptr, signals.while_waiting());
        if (the_end != 0) {
            ending_ = Ending{};
            return;
        }
        if (the_stop != 0) {
            the_stop = 0;
            terminal_.leave();
            ::raise(SIGSTOP); // SIGCONT follows, and paints again
            the_window_changed = 1;
        }
        if (the_window_changed != 0) {
            the_window_changed = 0;
            terminal_.enter();
            const auto size = terminal_.size();
            check(client_.send(control::ResizeRequest{size.cols, size.rows}));
        }
        if (count <= 0) {
            return;
        }
        if (ready[0].revents != 0) {
            read_keys();
        }
        if (ready[1].revents != 0 && !ending_) {
            read_session();
        }
    }

    void read_keys() {
        std::array<char, 4096> buffer{};
        const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
            return;
        }
        if (got <= 0) {
            ending_ = Ending{};
            return;
        }
        const std::string_view typed(buffer.data(), static_cast<std::size_t>(got));
        const std::string_view passing = key_.take(typed);
        if (read_only_) {
            interrupt_.take(typed);
        } else if (!passing.empty()) {
            check(client_.send_bytes(passing));
        }
        if (key_.pressed() || interrupt_.pressed()) {
            ending_ = Ending{};
        }
    }

    void read_session() {
        if (!client_.read_once()) {
            ending_ = Ending{Ending::How::lost, {}, {}, "its daemon has gone"};
        }
        take_frames();
    }

    void take_frames() {
        while (true) {
            auto frame = client_.next();
            if (!frame) {
                ending_ = Ending{Ending::How::lost, {}, {}, frame.error().message()};
                return;
            }
            if (!*frame) {
                return;
            }
            if ((*frame)->type == control::FrameType::bytes) {
                pending_.append((*frame)->payload);
                continue;
            }
            const auto answer = control::decode_answer((*frame)->payload);
            if (!answer) {
                continue;
            }
            if (const auto* event = std::get_if<control::EventInfo>(&*answer)) {
                ending_ = Ending{Ending::How::closed, event->exit_code, event->signal, {}};
            } else if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
                ending_ = Ending{Ending::How::refused, {}, {}, refusal->message};
            }
        }
    }

    void check(const control::Result<void>& sent) {
        if (!sent && !ending_) {
            ending_ = Ending{Ending::How::lost, {}, {}, "its daemon has gone"};
        }
    }

    control::Client& client_;
    PersonTerminal& terminal_;
    DetachKey key_;
    DetachKey interrupt_ = *DetachKey::parse("^C"); ///< leaves too where nothing can be typed
    bool read_only_;
    std::string pending_; ///< for the terminal
    std::optional<Ending> ending_;
};

std::string user_name() {
    for (const char* variable : {"LOGNAME", "USER"}) {
        if (const char* name = ::getenv(variable); name != nullptr && *name != '\0') {
            return name;
        }
    }
    return "uid " + std::to_string(::getuid());
}

std::string ending_words(const std::string& session, const Ending& ending) {
    switch (ending.how) {
    case Ending::How::detached:
        return "detached from " + session;
    case Ending::How::closed:
        if (ending.signal) {
            return session + " has ended (signal " + std::to_string(*ending.signal) + ")";
        }
        return session + " has ended (exit " + std::to_string(ending.exit_code.value_or(0)) + ")";
    case Ending::How::lost:
    case Ending::How::refused:
        return session + ": " + ending.why;
    }
    return {};
}

int report(const std::string& session, const Ending& ending, bool json) {
    const bool fine = ending.how == Ending::How::detached || ending.how == Ending::How::closed;
    if (!json) {
        (fine ? out() : err()).put("[" + ending_words(session, ending) + "]\n");
        return fine ? 0 : 1;
    }
    JsonWriter writer(out());
    writer.begin_object();
    writer.text("session", session);
    writer.text("status", !fine                                 ? "error"
                          : ending.how == Ending::How::detached ? "detached"
                                                                : "closed");
    if (!fine) {
        writer.text("output", ending.why);
    }
    if (ending.exit_code) {
        writer.number("exit_code", *ending.exit_code);
    }
    if (ending.signal) {
        writer.number("signal", *ending.signal);
    }
    writer.end_object();
    writer.end_line();
    return fine ? 0 : 1;
}

} // namespace

int attach_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    bool read_only = false;
    std::optional<std::string> key_name;
    std::optional<std::string> size_policy;
    Options options(verb);
    options.flag("-j,--json", json, "Print one JSON object at the end")
        .flag("-r,--read-only", read_only, "Look on; Ctrl-C leaves too")
        .text("--detach", key_name, "KEY", "The key that leaves: ^], C-q, ctrl-\\ ... or none")
        .choice("--size", size_policy, {"smallest", "me"},
                "Whose size the session takes: the smallest of those who may type, or yours")
        .note("Your terminal becomes the session's until you press Ctrl-], and is then as it was.\n"
              "The session goes on, k run and k send work meanwhile, and others may attach too.");
    auto words = options.parse(arguments, 0, 1);
    if (!words) {
        return words.error();
    }
    auto key = DetachKey::parse(key_name.value_or("^]"));
    if (!key) {
        return options.wrong("--detach: '" + *key_name +
                             "' is no key for it; one like ^], C-q or ctrl-\\, or none");
    }
    const Manner manner{json ? Manner::Words::json : Manner::Words::marked};
    auto target =
        find_session(words->empty() ? std::nullopt : std::optional(words->front()), manner);
    if (!target) {
        return target.error();
    }
    auto terminal = PersonTerminal::open();
    if (!terminal) {
        return fail(manner, {terminal.error(), "k history, k watch and k send do without one", {}});
    }
    auto client = open_session(*target);
    if (!client) {
        return fail(manner, explain(target->name, client.error()));
    }
    const auto size = terminal->size();
    control::AttachRequest request;
    request.cols = size.cols;
    request.rows = size.rows;
    request.read_only = read_only;
    request.rules = size_policy == "me";
    request.user = user_name();
    request.tty = terminal->path();
    if (auto sent = client->send(request); !sent) {
        return fail(manner, explain(target->name, sent.error()));
    }
    const auto answer = client->answer();
    if (!answer) {
        return fail(manner, explain(target->name, answer.error()));
    }
    if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
        Failure failure = explain(target->name, *refusal);
        if (refusal->code == control::ControlErrc::unsupported) {
            failure.hint = "k watch " + target->name + " shows what goes on there";
        }
        return fail(manner, failure);
    }
    Attachment attachment(*client, *terminal, std::move(*key), read_only);
    return report(target->name, attachment.run(), json);
}

} // namespace kept::cli
