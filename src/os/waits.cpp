#include <algorithm>
#include <array>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
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

enum class Target { terminal, internal, outside };

/// What a descriptor of that process leads to. Descriptors that a program uses to wake itself up
/// (eventfd, signalfd, timerfd, inotify) are `internal`: they are there whatever the program waits
/// for.
Target target_of(pid_t pid, int descriptor, const std::string& terminal) {
    std::array<char, 512> link{};
    const std::string path = "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(descriptor);
    const auto length = ::readlink(path.c_str(), link.data(), link.size());
    if (length <= 0) {
        return Target::outside;
    }
    const std::string_view target(link.data(), static_cast<std::size_t>(length));
    if (target == terminal || target == "/dev/tty") {
        return Target::terminal;
    }
    return target.starts_with("anon_inode:") && !target.starts_with("anon_inode:[pidfd]")
               ? Target::internal
               : Target::outside;
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

ThreadWait look(pid_t pid, const std::string& task, const std::string& terminal) {
    const Syscall call = current_syscall(task);
    ThreadWait result;
    if (!call.known) {
        return result;
    }
    if (call.running) {
        result.wait = Wait::running;
        return result;
    }
    std::vector<int> descriptors;
    const auto& args = call.arguments;
    switch (call.number) {
    case SYS_read:
    case SYS_readv:
        descriptors.push_back(static_cast<int>(args[0]));
        break;
#ifdef SYS_poll
    case SYS_poll:
        descriptors = of_poll(pid, args[0], args[1]);
        result.timed = static_cast<int>(args[2]) > 0;
        break;
#endif
    case SYS_ppoll:
        descriptors = of_poll(pid, args[0], args[1]);
        result.timed = args[2] != 0;
        break;
#ifdef SYS_select
    case SYS_select:
        descriptors = of_select(pid, args[0], args[1]);
        result.timed = args[4] != 0;
        break;
#endif
    case SYS_pselect6:
        descriptors = of_select(pid, args[0], args[1]);
        result.timed = args[4] != 0;
        break;
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
#endif
    case SYS_epoll_pwait:
    case SYS_epoll_pwait2:
        descriptors = of_epoll(pid, args[0]);
        result.timed =
            call.number == SYS_epoll_pwait2 ? args[3] != 0 : static_cast<int>(args[3]) > 0;
        break;
    default:
        result.wait = Wait::elsewhere;
        return result;
    }
    bool reads_terminal = false;
    bool reads_outside = false;
    for (const int descriptor : descriptors) {
        const Target target = target_of(pid, descriptor, terminal);
        reads_terminal = reads_terminal || target == Target::terminal;
        reads_outside = reads_outside || target == Target::outside;
    }
    if (!reads_terminal) {
        result.wait = Wait::elsewhere;
    } else {
        result.wait = reads_outside ? Wait::mixed : Wait::terminal;
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
        waits.push_back(look(pid, tasks + "/" + entry->d_name, terminal));
    }
    ::closedir(directory);
    return waits;
}

} // namespace kept::os
