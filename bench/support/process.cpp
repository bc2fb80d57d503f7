#include "support/process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

namespace kept::bench {

namespace {

constexpr std::size_t kRead = std::size_t{64} << 10;
constexpr std::string_view kExitWord = "--exit-at-once";

constexpr unsigned kLongestStepS = 120;

/// What hangs, for the signal handler: a line ready to be written.
std::string current_step;

void report_hang(int /*signal*/) {
    (void)!::write(STDERR_FILENO, current_step.data(), current_step.size());
    ::_exit(1);
}

std::string drain(int fd) {
    std::string text;
    std::array<char, kRead> buffer;
    while (true) {
        const auto count = ::read(fd, buffer.data(), buffer.size());
        if (count > 0) {
            text.append(buffer.data(), static_cast<std::size_t>(count));
        } else if (count == 0 || errno != EINTR) {
            return text;
        }
    }
}

} // namespace

double elapsed_us(Clock::time_point start) {
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

void give_up(const std::string& why) {
    std::fprintf(stderr, "bench: %s\n", why.c_str());
    std::fflush(nullptr);
    ::_exit(1);
}

void announce_step(const std::string& what) {
    ::alarm(0);
    current_step = "bench: hangs: " + what + "\n";
    ::signal(SIGALRM, report_hang);
    ::alarm(kLongestStepS);
}

Finished run_program(const std::vector<std::string>& argv, Output output) {
    std::vector<char*> words;
    std::string line;
    for (const auto& word : argv) {
        words.push_back(const_cast<char*>(word.c_str()));
        line += word + " ";
    }
    announce_step(line);
    words.push_back(nullptr);
    std::array<int, 2> ends{-1, -1};
    if (output == Output::kept && ::pipe2(ends.data(), O_CLOEXEC) != 0) {
        give_up(std::string("no pipe: ") + std::strerror(errno));
    }
    const base::Fd reading(ends[0]);
    base::Fd writing(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (writing) {
        ::posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
    } else {
        ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    }
    Finished finished;
    pid_t pid = -1;
    const auto start = Clock::now();
    const int failed = ::posix_spawn(&pid, words[0], &actions, nullptr, words.data(), environ);
    if (failed != 0) {
        give_up("cannot start " + argv[0] + ": " + std::strerror(failed));
    }
    writing.reset();
    if (reading) {
        finished.output = drain(reading.get());
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    finished.us = elapsed_us(start);
    finished.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ::posix_spawn_file_actions_destroy(&actions);
    return finished;
}

Finished must_run(const std::vector<std::string>& argv, Output output) {
    auto finished = run_program(argv, output);
    if (finished.exit_code != 0) {
        std::string line;
        for (const auto& word : argv) {
            line += word + " ";
        }
        give_up(line + "exited with " + std::to_string(finished.exit_code) + ": " +
                finished.output);
    }
    return finished;
}

std::string own_path() {
    std::array<char, 4096> path;
    const auto size = ::readlink("/proc/self/exe", path.data(), path.size());
    if (size <= 0) {
        give_up("cannot read /proc/self/exe");
    }
    return {path.data(), static_cast<std::size_t>(size)};
}

Finished start_and_exit() {
    static const std::string path = own_path();
    return must_run({path, std::string(kExitWord)});
}

bool exit_at_once(int argc, char** argv) {
    return argc == 2 && kExitWord == argv[1];
}

} // namespace kept::bench
