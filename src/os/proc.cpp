#include "os/proc.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

#include "base/fd.h"

namespace kept::os {

namespace {

constexpr std::size_t kMaxTree = 4096; // a fork bomb must not make us walk for ever
constexpr std::size_t kMaxRead = 1024UL * 1024;

std::string proc_path(pid_t pid, const char* rest) {
    return "/proc/" + std::to_string(pid) + rest;
}

std::optional<std::string> read_small(const std::string& path) {
    const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) {
        return std::nullopt;
    }
    std::string text;
    while (true) {
        std::array<char, 4096> buffer{};
        const auto got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0) {
            return std::nullopt;
        }
        // To its end: half a number in a list of processes would be another process.
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (got == 0 || text.size() >= kMaxRead) {
            return text;
        }
    }
}

std::optional<std::string> read_link(const std::string& path) {
    std::array<char, 4096> buffer{};
    const auto got = ::readlink(path.c_str(), buffer.data(), buffer.size());
    if (got < 0) {
        return std::nullopt;
    }
    return std::string(buffer.data(), static_cast<std::size_t>(got));
}

class Directory {
public:
    explicit Directory(const std::string& path) : dir_(::opendir(path.c_str())) {}
    ~Directory() {
        if (dir_ != nullptr) {
            ::closedir(dir_);
        }
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    Directory(Directory&&) = delete;
    Directory& operator=(Directory&&) = delete;

    /// The next entry that is a number, or empty at the end.
    std::optional<pid_t> next_number() {
        while (dir_ != nullptr) {
            const dirent* entry = ::readdir(dir_);
            if (entry == nullptr) {
                return std::nullopt;
            }
            if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9') {
                return static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
            }
        }
        return std::nullopt;
    }

private:
    DIR* dir_;
};

/// Where the fields of /proc/PID/stat behind the process's name begin, or npos: the name stands in
/// parentheses and may itself contain some, so it ends at the last one.
std::size_t behind_name(const std::string& stat) {
    const auto close = stat.rfind(')');
    return close == std::string::npos || close + 2 >= stat.size() ? std::string::npos : close + 2;
}

/// The number behind a key of /proc/PID/status.
std::optional<std::uint64_t> status_number(const std::string& text, std::string_view key) {
    const std::size_t at = text.find(key);
    if (at == std::string::npos) {
        return std::nullopt;
    }
    return std::strtoull(text.c_str() + at + key.size(), nullptr, 10);
}

} // namespace

std::optional<ProcessStat> process_stat(pid_t pid) {
    const auto text = read_small(proc_path(pid, "/stat"));
    if (!text) {
        return std::nullopt;
    }
    const auto open = text->find('(');
    const auto fields = behind_name(*text);
    if (open == std::string::npos || fields == std::string::npos) {
        return std::nullopt;
    }
    ProcessStat stat;
    stat.pid = pid;
    stat.name = text->substr(open + 1, fields - 2 - open - 1);
    const char* at = text->c_str() + fields;
    stat.state = *at++;
    char* end = nullptr;
    stat.parent = static_cast<pid_t>(std::strtol(at, &end, 10));
    stat.group = static_cast<pid_t>(std::strtol(end, &end, 10));
    stat.session = static_cast<pid_t>(std::strtol(end, &end, 10));
    return stat;
}

std::optional<std::int64_t> process_age_us(pid_t pid) {
    constexpr int kBetween = 18; // fields between the state and the start time
    constexpr std::int64_t kMicros = 1'000'000;
    const auto text = read_small(proc_path(pid, "/stat"));
    const auto fields = text ? behind_name(*text) : std::string::npos;
    timespec now{};
    const long ticks = ::sysconf(_SC_CLK_TCK);
    if (fields == std::string::npos || ticks <= 0 || ::clock_gettime(CLOCK_BOOTTIME, &now) != 0) {
        return std::nullopt;
    }
    char* at = nullptr;
    const char* from = text->c_str() + fields + 1;
    for (int i = 0; i < kBetween; ++i) {
        std::strtoll(from, &at, 10);
        from = at;
    }
    const std::int64_t started = std::strtoll(from, &at, 10);
    return now.tv_sec * kMicros + now.tv_nsec / 1000 - started * (kMicros / ticks);
}

std::vector<ProcessStat> process_tree(pid_t root) {
    std::vector<ProcessStat> tree;
    if (auto first = process_stat(root)) {
        tree.push_back(std::move(*first));
    }
    for (std::size_t i = 0; i < tree.size() && tree.size() < kMaxTree; ++i) {
        const pid_t parent = tree[i].pid;
        Directory tasks(proc_path(parent, "/task"));
        while (const auto thread = tasks.next_number()) {
            const auto children =
                read_small(proc_path(parent, "/task/") + std::to_string(*thread) + "/children");
            if (!children) {
                continue;
            }
            const char* at = children->c_str();
            char* end = nullptr;
            for (long pid = std::strtol(at, &end, 10); end != at && tree.size() < kMaxTree;
                 pid = std::strtol(at, &end, 10)) {
                at = end;
                if (auto stat = process_stat(static_cast<pid_t>(pid))) {
                    tree.push_back(std::move(*stat));
                }
            }
        }
    }
    return tree;
}

std::vector<ProcessStat> group_members(pid_t group) {
    std::vector<ProcessStat> members;
    Directory processes("/proc");
    while (const auto pid = processes.next_number()) {
        auto stat = process_stat(*pid);
        if (stat && stat->group == group) {
            members.push_back(std::move(*stat));
        }
    }
    return members;
}

std::vector<pid_t> session_members(pid_t session) {
    std::vector<pid_t> members;
    Directory processes("/proc");
    while (const auto pid = processes.next_number()) {
        const auto stat = process_stat(*pid);
        if (stat && stat->session == session && stat->state != 'Z') {
            members.push_back(*pid);
        }
    }
    return members;
}

std::optional<std::string> working_directory(pid_t pid) {
    return read_link(proc_path(pid, "/cwd"));
}

std::optional<std::string> executable(pid_t pid) {
    return read_link(proc_path(pid, "/exe"));
}

std::uint64_t wakeups(pid_t pid, pid_t thread) {
    const auto text = read_small(proc_path(pid, "/task/") + std::to_string(thread) + "/status");
    return text ? status_number(*text, "\nvoluntary_ctxt_switches:").value_or(0) : 0;
}

std::optional<std::uint64_t> switches(pid_t pid) {
    std::optional<std::uint64_t> sum;
    Directory tasks(proc_path(pid, "/task"));
    while (const auto thread = tasks.next_number()) {
        const auto text =
            read_small(proc_path(pid, "/task/") + std::to_string(*thread) + "/status");
        if (!text) {
            continue;
        }
        const auto voluntary = status_number(*text, "\nvoluntary_ctxt_switches:");
        const auto forced = status_number(*text, "\nnonvoluntary_ctxt_switches:");
        if (voluntary && forced) {
            sum = sum.value_or(0) + *voluntary + *forced;
        }
    }
    return sum;
}

bool catches(pid_t pid, int signal) {
    constexpr std::string_view kKey = "\nSigCgt:\t";
    const auto text = read_small(proc_path(pid, "/status"));
    const std::size_t at = text ? text->find(kKey) : std::string::npos;
    if (at == std::string::npos) {
        return false;
    }
    std::uint64_t caught = 0;
    std::from_chars(text->data() + at + kKey.size(), text->data() + text->size(), caught, 16);
    return ((caught >> (signal - 1)) & 1U) != 0;
}

std::string command_line(pid_t pid) {
    return read_small(proc_path(pid, "/cmdline")).value_or(std::string());
}

std::string process_name(pid_t pid) {
    auto text = read_small(proc_path(pid, "/comm")).value_or("?");
    if (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    return text;
}

} // namespace kept::os
