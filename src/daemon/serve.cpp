#include "daemon/serve.h"

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/lkcp.h"
#include "base/clock.h"
#include "control/launch.h"
#include "daemon/archive.h"
#include "daemon/asio_loop.h"
#include "daemon/live.h"
#include "daemon/serve_args.h"
#include "daemon/server.h"
#include "daemon/trimmer.h"
#include "kept_version.h"
#include "os/files.h"
#include "os/lock.h"
#include "os/paths.h"
#include "os/unix_socket.h"
#include "terminal/marks.h"
#include "terminal/rendering.h"
#include "terminal/terminal.h"

namespace kept::daemon {

namespace {

constexpr int kReaderFd = 3;

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) >= 0;
}

int refuse_by_hand() {
    std::fputs("kept serve is internal: k new starts it. Run: k new <session> [command…]\n",
               stderr);
    return 2;
}

void report(int fd, const control::StartMessage& what) {
    // The starter may have gone meanwhile; nobody else wants to know.
    [[maybe_unused]] const auto written = os::write_all(fd, control::encode(what) + "\n");
}

/// The program's own words, for a start that failed.
std::string last_words(session::Session& session) {
    std::string text;
    terminal::Rendering rendering(control::Form::text, session.spec(),
                                  [&](std::string_view piece) { text.append(piece); });
    session.log().read({session.log().begin(), session.log().end()},
                       [&](std::string_view bytes) { rendering.feed(bytes); });
    rendering.finish();
    return text;
}

int run_session(const std::string& name) {
    base::Fd spec_fd(control::kSpecFd);
    base::Fd lock_fd(control::kLockFd);
    base::Fd report_fd(control::kReportFd);
    for (const int fd : {spec_fd.get(), lock_fd.get(), report_fd.get()}) {
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    auto spec = control::decode_launch_spec(os::read_all(spec_fd.get(), control::kMaxSpec));
    spec_fd.reset();
    if (!spec || spec->name != name) {
        report(report_fd.get(),
               control::StartReport{false, "the daemon was given no valid specification", ""});
        return 1;
    }
    auto paths = os::Paths::open();
    if (!paths) {
        report(report_fd.get(), control::StartReport{false, paths.error().message(), ""});
        return 1;
    }
    const auto lock = os::SessionLock::adopt(std::move(lock_fd), paths->lock(name));
    lock.write_pid(::getpid());
    const std::string directory = paths->journal(name);
    if (auto made = os::make_private_directory(directory); !made) {
        report(report_fd.get(), control::StartReport{false, made.error().message(), ""});
        return 1;
    }
    auto listening = os::listen_unix(paths->socket(name));
    if (!listening) {
        report(report_fd.get(), control::StartReport{false, listening.error().message(), ""});
        return 1;
    }
    spec->daemon_pid = ::getpid();
    spec->created_us = base::wall_us();
    spec->nonce = terminal::session_nonce();
    spec->version = kVersion;

    asio::io_context context(1);
    AsioLoop loop(context);
    session::Session session(*spec, directory, loop);
    // One of both, by the session's kind.
    std::optional<terminal::Terminal> terminal;
    std::optional<agent::Agent> agent;
    std::optional<agent::Lkcp> lkcp;
    if (spec->kind == "agent") {
        agent.emplace(session, loop);
        lkcp.emplace(session, *agent, loop);
        if (auto problem = lkcp->open()) {
            report(report_fd.get(), control::StartReport{false, std::move(*problem), ""});
            ::unlink(paths->socket(name).c_str());
            return 1;
        }
    } else {
        terminal.emplace(session, loop);
    }
    session::Program& program = agent ? static_cast<session::Program&>(*agent) : *terminal;
    Live live = agent ? Live(session, *agent) : Live(session, *terminal);
    Server server(context, live);

    // The session's end is the daemon's: whoever is still connected gets what it asked for first.
    class End final : public session::Observer {
    public:
        explicit End(std::function<void()> call) : call_(std::move(call)) {}
        void on_event(const control::EventInfo& event) override {
            if (event.type == control::EventType::closed) {
                call_();
            }
        }

    private:
        std::function<void()> call_;
    };
    End end([&] { loop.soon([&] { server.finish(); }); });
    const auto watching = session.observe(end);
    Trimmer trimmer(loop);
    const auto trimming = session.observe(trimmer);
    const auto counting = agent ? agent->listen(trimmer) : nullptr;

    asio::signal_set terminate(context, SIGTERM);
    terminate.async_wait([&](const asio::error_code& error, int) {
        if (!error) {
            program.terminate();
        }
    });

    int status = 0;
    bool ready = false;
    const auto agent_started = [&](const agent::Agent::Started& started) {
        if (started.error.empty()) {
            if (!session.is_closed()) {
                server.listen(std::move(*listening));
                lkcp->serve();
            }
            report(report_fd.get(), control::StartReport{true, "", started.greeting});
            ready = true;
        } else {
            report(report_fd.get(), control::StartReport{false, started.error, started.last_words});
            status = 1;
            context.stop();
            // The starter reads to its end, which comes with ours: the port and the lock are free
            // by then.
            static_cast<void>(report_fd.release());
        }
        report_fd.reset();
    };
    const auto terminal_started = [&](const terminal::Terminal::Started& started) {
        // A shell's words for a program that is not there (127) or cannot be run (126).
        const auto now = session.status();
        const bool unstartable = now.exit_code && (*now.exit_code == 126 || *now.exit_code == 127);
        if (!started.error.empty() || unstartable) {
            report(report_fd.get(),
                   control::StartReport{false,
                                        started.error.empty()
                                            ? "the command could not be started (exit " +
                                                  std::to_string(*now.exit_code) + ")"
                                            : started.error,
                                        last_words(session)});
            status = 1;
            context.stop();
        } else {
            if (!session.is_closed()) {
                server.listen(std::move(*listening));
            }
            report(report_fd.get(), control::StartReport{true, "", ""});
            ready = true;
        }
        report_fd.reset();
    };
    if (agent) {
        agent->start(agent_started, [&](const std::string& found) {
            report(report_fd.get(), control::StartNotice{found});
        });
    } else {
        terminal->start(terminal_started);
    }
    if (status == 0) {
        context.run();
    }
    ::unlink(paths->socket(name).c_str());
    lock.remove();
    return ready ? 0 : status;
}

int run_reader(const std::string& name) {
    base::Fd socket(kReaderFd);
    ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
    auto paths = os::Paths::open();
    if (!paths) {
        return 1;
    }
    auto archive = Archive::open(paths->journal(name));
    if (!archive) {
        return 1;
    }
    asio::io_context context(1);
    Server server(context, **archive);
    server.serve_only(std::move(socket));
    context.run();
    return 0;
}

} // namespace

int serve_main(int argc, char** argv) {
    const auto args = parse_serve_args({argv + 2, argv + argc});
    if (!args) {
        return refuse_by_hand();
    }
    const bool session = args->role == ServeArgs::Role::session;
    struct stat fd3{};
    const bool handed = ::fstat(kReaderFd, &fd3) == 0 &&
                        (session ? is_open(control::kLockFd) && is_open(control::kReportFd)
                                 : S_ISSOCK(fd3.st_mode));
    if (!handed || ::isatty(0) == 1) {
        return refuse_by_hand();
    }
    ::prctl(PR_SET_NAME, "kept");
    ::signal(SIGPIPE, SIG_IGN);
    // Detached from every terminal, the daemon is nobody's foreground: only SIGTERM ends it.
    for (const int ignored : {SIGHUP, SIGINT, SIGQUIT}) {
        ::signal(ignored, SIG_IGN);
    }
    return session ? run_session(args->name) : run_reader(args->name);
}

} // namespace kept::daemon
