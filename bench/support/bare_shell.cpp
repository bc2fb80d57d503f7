#include "support/bare_shell.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "support/process.h"

namespace kept::bench {

namespace {

constexpr std::string_view kPrompt = "bare-floor> ";
constexpr std::size_t kTail = 256;

/// This environment, with what a shell on a terminal needs.
std::vector<std::string> shell_environment() {
    std::vector<std::string> environment{"TERM=xterm-256color",
                                         std::string("PS1=").append(kPrompt)};
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (!text.starts_with("TERM=") && !text.starts_with("PS1=") &&
            !text.starts_with("PROMPT_COMMAND=")) {
            environment.emplace_back(text);
        }
    }
    return environment;
}

} // namespace

BareShell::BareShell(Reader reader)
    : reader_(std::move(reader)), master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    std::array<char, 128> slave{};
    if (!master_ || ::grantpt(master_.get()) != 0 || ::unlockpt(master_.get()) != 0 ||
        ::ptsname_r(master_.get(), slave.data(), slave.size()) != 0) {
        give_up(std::string("no pseudo-terminal: ") + std::strerror(errno));
    }
    const winsize size{50, 160, 0, 0};
    ::ioctl(master_.get(), TIOCSWINSZ, &size);

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, slave.data(), O_RDWR, 0);
    ::posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);

    auto environment = shell_environment();
    std::vector<char*> variables;
    for (auto& entry : environment) {
        variables.push_back(entry.data());
    }
    variables.push_back(nullptr);
    std::array<std::string, 4> words{"bash", "--noprofile", "--norc", "-i"};
    std::array<char*, 5> argv{words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                              nullptr};
    const int failed =
        ::posix_spawnp(&pid_, "bash", &actions, &attributes, argv.data(), variables.data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (failed != 0) {
        give_up(std::string("cannot start bash: ") + std::strerror(failed));
    }
    announce_step("bare shell: first prompt");
    read_to_prompt();
}

BareShell::~BareShell() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

std::size_t BareShell::run(std::string_view line) {
    announce_step("bare shell: " + std::string(line));
    const std::string typed = std::string(line) + "\r";
    std::string_view rest = typed;
    while (!rest.empty()) {
        const auto written = ::write(master_.get(), rest.data(), rest.size());
        if (written < 0) {
            give_up(std::string("cannot type into bash: ") + std::strerror(errno));
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    return read_to_prompt();
}

std::size_t BareShell::read_to_prompt() {
    std::array<char, std::size_t{64} << 10> buffer;
    std::size_t total = 0;
    tail_.clear();
    while (true) {
        const auto count = ::read(master_.get(), buffer.data(), buffer.size());
        if (count <= 0) {
            give_up("bash on a bare pseudo-terminal ended early");
        }
        const auto size = static_cast<std::size_t>(count);
        total += size;
        const std::string_view fresh(buffer.data(), size);
        if (reader_) {
            reader_(fresh);
        }
        if (size >= kTail) {
            tail_ = fresh.substr(size - kTail);
        } else {
            tail_ += fresh;
            if (tail_.size() > kTail) {
                tail_.erase(0, tail_.size() - kTail);
            }
        }
        if (tail_.ends_with(kPrompt)) {
            return total;
        }
    }
}

double first_prompt_us() {
    const auto start = Clock::now();
    const BareShell shell;
    return elapsed_us(start);
}

double round_trip_us(BareShell& shell) {
    const auto start = Clock::now();
    shell.run("echo hello");
    const double us = elapsed_us(start);
    if (shell.tail().find("\nhello\r\n") == std::string_view::npos &&
        shell.tail().find("\rhello\r\n") == std::string_view::npos) {
        give_up("the bare shell did not say hello");
    }
    return us;
}

} // namespace kept::bench
