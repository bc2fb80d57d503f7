#include "os/evidence.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "os/proc.h"
#include "os/pty.h"

namespace kept::os {

Result<bool> waiting_is_visible() {
    constexpr std::int64_t kPatienceUs = 1'000'000;
    auto pty = Pty::open({});
    if (!pty) {
        return std::unexpected(pty.error());
    }
    auto slave = pty->open_slave();
    if (!slave) {
        return std::unexpected(slave.error());
    }
    const pid_t child = ::fork();
    if (child < 0) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot start a process");
    }
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::setsid();
        char byte = 0;
        [[maybe_unused]] const auto got = ::read(slave->get(), &byte, 1);
        ::_exit(0);
    }
    bool seen = false;
    const std::int64_t until = base::steady_us() + kPatienceUs;
    while (!seen && base::steady_us() < until) {
        const timespec pause{0, 1'000'000};
        ::nanosleep(&pause, nullptr);
        const auto waits = thread_waits(child, pty->slave_path());
        seen = std::ranges::any_of(
            waits, [](const ThreadWait& wait) { return wait.wait == Wait::terminal; });
    }
    ::kill(child, SIGKILL);
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    return seen;
}

long kernel_number(const std::string& path, long otherwise) {
    const base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text(32, '\0');
    const auto got = file ? ::read(file.get(), text.data(), text.size() - 1) : -1;
    return got > 0 ? std::strtol(text.c_str(), nullptr, 10) : otherwise;
}

} // namespace kept::os
