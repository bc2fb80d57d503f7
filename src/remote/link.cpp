#include "remote/link.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "os/files.h"
#include "os/spawn.h"
#include "os/unix_socket.h"

namespace kept::remote {

namespace {

/// ssh adds 17 characters while it makes the socket; sun_path has 108 (unix(7)).
constexpr std::size_t kLongestSocket = 88;

const char* user_command() {
    const char* command = std::getenv("KEPT_SSH");
    return command == nullptr || *command == '\0' ? nullptr : command;
}

/// FNV-1a, 64 bits: tells connections apart, nothing more.
std::uint64_t hash(std::string_view text) {
    std::uint64_t value = 0xcbf29ce484222325;
    for (const char c : text) {
        value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    return value;
}

struct Ended {
    int status = 0; ///< of wait(2), or -1 when the program could not be started
    std::string words;
};

/// Runs a program, which may use the user's terminal, and waits for its end.
Ended run_here(const std::vector<std::string>& words) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return {-1, std::strerror(errno)};
    }
    const base::Fd from(ends[0]);
    base::Fd into(ends[1]);
    ::fcntl(from.get(), F_SETFL, O_NONBLOCK);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, into.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, into.get(), STDERR_FILENO);
    std::vector<std::string> copy = words;
    std::vector<char*> argv;
    argv.reserve(copy.size() + 1);
    for (std::string& word : copy) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    pid_t pid = 0;
    const int failed = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    into.reset();
    if (failed != 0) {
        return {-1, "cannot run " + words.front() + ": " + std::strerror(failed)};
    }
    Ended ended;
    const base::Fd process = os::watch_child(pid);
    const auto take = [&] {
        std::array<char, 4096> buffer{};
        ssize_t got = 0;
        while ((got = ::read(from.get(), buffer.data(), buffer.size())) > 0) {
            ended.words.append(buffer.data(), static_cast<std::size_t>(got));
        }
        return got < 0 && errno == EAGAIN;
    };
    // Not until the end of the pipe: a process that stays behind may hold it.
    bool open = true;
    while (true) {
        std::array<pollfd, 2> ready{pollfd{open ? from.get() : -1, POLLIN, 0},
                                    pollfd{process.get(), POLLIN, 0}};
        if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) {
            break;
        }
        open = take();
        if (ready[1].revents != 0) {
            break;
        }
    }
    while (::waitpid(pid, &ended.status, 0) < 0 && errno == EINTR) {
    }
    take();
    return ended;
}

/// The last line that tells something.
std::string last_line(std::string_view words) {
    std::string_view last;
    for (const std::string_view line : base::split_lines(words)) {
        if (const auto text = base::trimmed(line); !text.empty()) {
            last = text;
        }
    }
    return std::string(last);
}

} // namespace

std::expected<Link, std::string> Link::to(const std::string& host, const os::Paths& paths) {
    const bool odd = std::ranges::any_of(
        host, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; });
    if (host.empty() || host.size() > 255 || host.front() == '-' || odd) {
        return std::unexpected(base::quoted(host) +
                               " is no host; name it as ssh would take it: [user@]host");
    }
    const char* command = user_command();
    const std::string name = fmt::format(
        "{:016x}", hash(fmt::format("{}\n{}", host, command == nullptr ? "" : command)));
    std::string directory = fmt::format("{}/ssh", paths.runtime());
    if (directory.size() + name.size() + 1 > kLongestSocket) {
        directory = fmt::format("/tmp/kept-ssh-{}", ::getuid());
    }
    if (const auto made = os::make_private_directory(directory); !made) {
        return std::unexpected(made.error().message());
    }
    return Link(host, fmt::format("{}/{}", directory, name));
}

std::vector<std::string> Link::ssh(std::vector<std::string> options) {
    std::vector<std::string> words{"ssh"};
    if (const char* command = user_command()) {
        words = {"/bin/sh", "-c", std::string("exec ").append(command).append(" \"$@\""), "ssh"};
    }
    words.insert(words.end(), std::make_move_iterator(options.begin()),
                 std::make_move_iterator(options.end()));
    return words;
}

bool Link::connected() const {
    return os::connect_unix(socket_).has_value();
}

std::expected<void, std::string> Link::connect() const {
    if (connected()) {
        return {};
    }
    // Two that connect at once would leave an ssh process behind that nobody uses.
    const base::Fd lock(::open((socket_ + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    while (lock && ::flock(lock.get(), LOCK_EX) != 0 && errno == EINTR) {
    }
    if (connected()) {
        return {};
    }
    ::unlink(socket_.c_str()); // of one that was killed
    const Ended ended =
        run_here(ssh({"-M", "-N", "-f", "-T", "-a", "-x", "-S", socket_, "-o", "ControlPersist=600",
                      "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=2", "-o",
                      "ConnectTimeout=20", "--", host_}));
    if (ended.status == 0) {
        return {};
    }
    const std::string reason = last_line(ended.words);
    return std::unexpected(reason.empty() ? "ssh did not connect" : reason);
}

bool Link::close() const {
    if (!connected()) {
        return false;
    }
    return run_here(ssh({"-S", socket_, "-O", "exit", "--", host_})).status == 0;
}

std::vector<std::string> Link::run(const std::string& command) const {
    return ssh({"-T", "-o", "BatchMode=yes", "-o", "ControlMaster=no", "-S", socket_, "--", host_,
                command});
}

std::vector<std::string> Link::run_on_terminal(const std::string& command) const {
    return ssh({"-t", "-q", "-o", "ControlMaster=no", "-S", socket_, "--", host_, command});
}

} // namespace kept::remote
