#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/fd.h"
#include "os/proc.h"

namespace kept::os {

namespace {

constexpr std::size_t kMaxDescriptors = 1024; // more in one poll: such a program is no prompt
constexpr std::size_t kMaxThreads = 256;

std::string slurp(const std::string& path) {
    const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string out;
    std::array<char, 8192> buffer{};
    while (fd) {
        const auto got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got <= 0 || out.size() > 256 * 1024) {
            break;
        }
        out.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return out;
}

/// /proc/PID/task/TID/syscall (proc(5)): the number and six arguments, `running`, or -1 outside a
/// call.
struct Syscall {
    bool known = false;
    bool running = false;
    long number = -1;
    std::array<unsigned long, 6> arguments{};
};

Syscall current_syscall(const std::string& task) {
    const std::string text = slurp(task + "/syscall");
    Syscall call;
    if (text.starts_with("running")) {
        call.known = true;
        call.running = true;
        return call;
    }
    if (text.empty()) {
        return call;
    }
    char* at = nullptr;
    call.known = true;
    call.number = std::strtol(text.c_str(), &at, 10);
    for (auto& argument : call.arguments) {
        argument = std::strtoul(at, &at, 16);
    }
    return call;
}

bool read_memory(pid_t pid, unsigned long address, void* out, std::size_t size) {
    iovec local{out, size};
    iovec remote{reinterpret_cast<void*>(address), size}; // NOLINT(performance-no-int-to-ptr)
    return ::process_vm_readv(pid, &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size);
}

enum class Target { terminal, internal, pipe, outside };

std::string link_of(const std::string& path) {
    std::array<char, 512> link{};
    const auto length = ::readlink(path.c_str(), link.data(), link.size());
    return length <= 0 ? std::string() : std::string(link.data(), static_cast<std::size_t>(length));
}

std::string descriptors_of(pid_t pid) {
    return "/proc/" + std::to_string(pid) + "/fd/";
}

/// True when the process itself can write into that pipe: it uses it to wake itself up.
bool own_pipe(pid_t pid, int descriptor, const std::string& pipe) {
    const std::string path = descriptors_of(pid);
    DIR* directory = ::opendir(path.c_str());
    if (directory == nullptr) {
        return false;
    }
    bool found = false;
    const std::string self = std::to_string(descriptor);
    while (const dirent* entry = ::readdir(directory)) {
        if (entry->d_name[0] != '.' && self != entry->d_name &&
            link_of(path + entry->d_name) == pipe) {
            found = true;
            break;
        }
    }
    ::closedir(directory);
    return found;
}

/// What a descriptor of that process leads to. Descriptors that a program uses to wake itself up
/// (eventfd, signalfd, timerfd, a pipe to itself) are `internal`: they are there whatever the
/// program waits for.
Target target_of(pid_t pid, int descriptor, const std::string& terminal) {
    const std::string target = link_of(descriptors_of(pid) + std::to_string(descriptor));
    if (target == terminal || target == "/dev/tty") {
        return Target::terminal;
    }
    if (target.starts_with("pipe:")) {
        return own_pipe(pid, descriptor, target) ? Target::internal : Target::pipe;
    }
    if (target.starts_with("anon_inode:") && !target.starts_with("anon_inode:[pidfd]") &&
        target != "anon_inode:inotify") {
        return Target::internal;
    }
    return Target::outside;
}

/// How far the next expiry of a timerfd is away: `it_value: (seconds, nanoseconds)` of its fdinfo
/// (proc(5)); empty for other descriptors and for a timer that is not set.
std::optional<std::int64_t> timer_ms(pid_t pid, int descriptor) {
    if (link_of(descriptors_of(pid) + std::to_string(descriptor)) != "anon_inode:[timerfd]") {
        return std::nullopt;
    }
    const std::string info =
        slurp("/proc/" + std::to_string(pid) + "/fdinfo/" + std::to_string(descriptor));
    constexpr std::string_view kKey = "it_value: (";
    const std::size_t at = info.find(kKey);
    if (at == std::string::npos) {
        return std::nullopt;
    }
    char* end = nullptr;
    const std::int64_t seconds = std::strtoll(info.c_str() + at + kKey.size(), &end, 10);
    const std::int64_t rest = *end == ',' ? std::strtoll(end + 1, nullptr, 10) : 0;
    if (seconds == 0 && rest == 0) {
        return std::nullopt;
    }
    return seconds * 1000 + rest / 1'000'000;
}

/// A timeval (`fraction` 1000) or timespec (1,000,000) in the process's memory.
std::optional<std::int64_t> time_at(pid_t pid, unsigned long address, long fraction) {
    if (address == 0) {
        return std::nullopt;
    }
    std::array<long, 2> time{};
    if (!read_memory(pid, address, time.data(), sizeof time)) {
        return 0; // it ends, we cannot say when
    }
    return time[0] * 1000 + time[1] / fraction;
}

/// A timeout in milliseconds as poll(2) takes it: a negative one is none.
std::optional<std::int64_t> milliseconds_of(unsigned long argument) {
    const int value = static_cast<int>(argument);
    return value < 0 ? std::nullopt : std::optional<std::int64_t>(value);
}

/// futex(2): waits without a time limit only end when another thread acts.
bool is_untimed_futex(const Syscall& call) {
    constexpr unsigned long kCommand = 0x7f;
    constexpr unsigned long kWait = 0;
    constexpr unsigned long kLockPi = 6;
    constexpr unsigned long kWaitBitset = 9;
    const unsigned long command = call.arguments[1] & kCommand;
    return (command == kWait || command == kLockPi || command == kWaitBitset) &&
           call.arguments[3] == 0;
}

/// Descriptors read from in a select(2) set.
std::vector<int> of_select(pid_t pid, unsigned long count, unsigned long set) {
    std::vector<int> out;
    if (set == 0 || count == 0 || count > kMaxDescriptors) {
        return out;
    }
    std::array<unsigned char, kMaxDescriptors / 8> bits{};
    if (!read_memory(pid, set, bits.data(), (count + 7) / 8)) {
        return out;
    }
    for (std::size_t i = 0; i < count; ++i) {
        if ((bits[i / 8] >> (i % 8) & 1U) != 0) {
            out.push_back(static_cast<int>(i));
        }
    }
    return out;
}

std::vector<int> of_poll(pid_t pid, unsigned long array, unsigned long count) {
    std::vector<int> out;
    if (count == 0 || count > kMaxDescriptors) {
        return out;
    }
    std::vector<pollfd> polled(count);
    if (!read_memory(pid, array, polled.data(), count * sizeof(pollfd))) {
        return out;
    }
    for (const auto& entry : polled) {
        if (entry.fd >= 0 && (entry.events & (POLLIN | POLLPRI)) != 0) {
            out.push_back(entry.fd);
        }
    }
    return out;
}

/// The interest list of an epoll descriptor: `tfd:` lines of its fdinfo (proc(5)).
std::vector<int> of_epoll(pid_t pid, unsigned long descriptor) {
    const std::string info =
        slurp("/proc/" + std::to_string(pid) + "/fdinfo/" + std::to_string(descriptor));
    std::vector<int> out;
    for (std::size_t at = info.find("tfd:"); at != std::string::npos;
         at = info.find("tfd:", at + 4)) {
        char* end = nullptr;
        const int target = static_cast<int>(std::strtol(info.c_str() + at + 4, &end, 10));
        const std::size_t events = info.find("events:", at);
        const unsigned long mask =
            events == std::string::npos ? 0 : std::strtoul(info.c_str() + events + 7, &end, 16);
        if ((mask & 1UL) != 0) { // EPOLLIN
            out.push_back(target);
        }
    }
    return out;
}

constexpr long kNanosPerMilli = 1'000'000;
constexpr long kMicrosPerMilli = 1'000;

/// Which descriptors a call waits for, and how long.
struct Waited {
    std::vector<int> descriptors;
    std::optional<std::int64_t> timeout_ms;
    bool read_call = false;
};

/// Nothing when the call waits for no descriptors.
std::optional<Waited> waited_for(pid_t pid, const Syscall& call) {
    const auto& args = call.arguments;
    switch (call.number) {
    case SYS_read:
    case SYS_readv:
        return Waited{{static_cast<int>(args[0])}, std::nullopt, true};
#ifdef SYS_poll
    case SYS_poll:
        return Waited{of_poll(pid, args[0], args[1]), milliseconds_of(args[2])};
#endif
    case SYS_ppoll:
        return Waited{of_poll(pid, args[0], args[1]), time_at(pid, args[2], kNanosPerMilli)};
#ifdef SYS_select
    case SYS_select:
        return Waited{of_select(pid, args[0], args[1]), time_at(pid, args[4], kMicrosPerMilli)};
#endif
    case SYS_pselect6:
        return Waited{of_select(pid, args[0], args[1]), time_at(pid, args[4], kNanosPerMilli)};
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
#endif
    case SYS_epoll_pwait:
        return Waited{of_epoll(pid, args[0]), milliseconds_of(args[3])};
    case SYS_epoll_pwait2:
        return Waited{of_epoll(pid, args[0]), time_at(pid, args[3], kNanosPerMilli)};
    default:
        return std::nullopt;
    }
}

/// What a call that waits for no descriptors waits for.
Wait without_descriptors(const Syscall& call) {
    switch (call.number) {
    case SYS_wait4:
    case SYS_waitid:
    case SYS_rt_sigsuspend:
#ifdef SYS_pause
    case SYS_pause:
#endif
        return Wait::dependent;
    case SYS_futex:
        return is_untimed_futex(call) ? Wait::dependent : Wait::elsewhere;
    default:
        return Wait::elsewhere;
    }
}

/// A thread that may not be looked into still shows whether it runs (proc(5): /proc/PID/task/TID/
/// stat is for all to read).
bool closed_but_running(const std::string& task) {
    const std::string stat = slurp(task + "/stat");
    const std::size_t name = stat.rfind(')');
    return name != std::string::npos && name + 2 < stat.size() &&
           (stat[name + 2] == 'R' || stat[name + 2] == 'D');
}

ThreadWait look(pid_t pid, pid_t thread, const std::string& task, const std::string& terminal) {
    const Syscall call = current_syscall(task);
    ThreadWait result;
    result.thread = thread;
    if (!call.known) {
        result.wait = closed_but_running(task) ? Wait::running : Wait::unknown;
        return result;
    }
    if (call.running) {
        result.wait = Wait::running;
        return result;
    }
    auto waited = waited_for(pid, call);
    if (!waited) {
        result.wait = without_descriptors(call);
        return result;
    }
    result.timeout_ms = waited->timeout_ms;
    result.read_call = waited->read_call;
    bool terminal_input = false;
    bool pipe = false;
    bool outside = false;
    for (const int descriptor : waited->descriptors) {
        const Target target = target_of(pid, descriptor, terminal);
        terminal_input = terminal_input || target == Target::terminal;
        pipe = pipe || target == Target::pipe;
        outside = outside || target == Target::outside;
        if (const auto timer = timer_ms(pid, descriptor)) {
            result.timeout_ms = std::min(result.timeout_ms.value_or(*timer), *timer);
        }
    }
    if (terminal_input) {
        result.wait = outside || pipe ? Wait::mixed : Wait::terminal;
    } else if (outside || result.timeout_ms) {
        result.wait = Wait::elsewhere;
    } else {
        result.wait = pipe ? Wait::pipe : Wait::dependent;
    }
    return result;
}

} // namespace

std::vector<ThreadWait> thread_waits(pid_t pid, const std::string& terminal) {
    std::vector<ThreadWait> waits;
    const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
    DIR* directory = ::opendir(tasks.c_str());
    if (directory == nullptr) {
        return waits;
    }
    while (const dirent* entry = ::readdir(directory)) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9' || waits.size() >= kMaxThreads) {
            continue;
        }
        const auto thread = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
        waits.push_back(look(pid, thread, tasks + "/" + entry->d_name, terminal));
    }
    ::closedir(directory);
    return waits;
}

} // namespace kept::os
