#include "agent/query.h"

#include <array>
#include <csignal>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "os/spawn.h"

namespace kept::agent {

namespace {
constexpr std::int64_t kLimitUs = 10'000'000;
constexpr std::size_t kMost = 64UL * 1024;
} // namespace

std::optional<std::string> query_command(const std::vector<std::string>& argv,
                                         const std::filesystem::path& directory) {
    auto child = os::spawn_with_output({argv, os::current_environment(), directory.string()});
    if (!child) {
        return std::nullopt;
    }
    std::string text;
    const std::int64_t until = base::steady_us() + kLimitUs;
    while (text.size() < kMost) {
        const std::int64_t left = (until - base::steady_us()) / 1000;
        pollfd ready{child->output.get(), POLLIN, 0};
        if (left <= 0 || ::poll(&ready, 1, static_cast<int>(left)) <= 0) {
            break;
        }
        std::array<char, 4096> buffer{};
        const auto got = ::read(child->output.get(), buffer.data(), buffer.size());
        if (got <= 0) {
            break;
        }
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    // What has ended by itself is not hurt, and its status stays what it is.
    pollfd ended{child->child.pidfd.get(), POLLIN, 0};
    ::poll(&ended, 1,
           static_cast<int>(std::max<std::int64_t>(0, (until - base::steady_us()) / 1000)));
    ::kill(-child->child.pid, SIGKILL);
    const os::ExitStatus status = os::reap(child->child.pid);
    return status.code == 0 && status.signal == 0 ? std::optional(text) : std::nullopt;
}

} // namespace kept::agent
