#include "cli/person_terminal.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

#include "base/clock.h"
#include "control/guest_terminal.h"

namespace kept::cli {

namespace {
/// A terminal that takes nothing for so long is not there any more, or stopped.
constexpr std::int64_t kLeavePatienceUs = 2'000'000;
constexpr int kWaitMs = 100;
} // namespace

std::expected<PersonTerminal, std::string> PersonTerminal::open() {
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1) {
        return std::unexpected("attach is for people: it needs a terminal on standard input and "
                               "output");
    }
    const char* kind = ::getenv("TERM");
    if (kind != nullptr && std::string_view(kind) == "dumb") {
        return std::unexpected("this terminal cannot show a screen (TERM=dumb)");
    }
    PersonTerminal terminal;
    std::array<char, 256> path{};
    if (::ttyname_r(STDOUT_FILENO, path.data(), path.size()) == 0) {
        terminal.path_ = path.data();
        terminal.output_.reset(::open(path.data(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    }
    if (!terminal.output_) {
        terminal.output_.reset(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    }
    if (!terminal.output_ || ::tcgetattr(STDIN_FILENO, &terminal.found_) != 0) {
        return std::unexpected("cannot use this terminal");
    }
    return terminal;
}

PersonTerminal::PersonTerminal(PersonTerminal&& other) noexcept
    : path_(std::move(other.path_)), output_(std::move(other.output_)), found_(other.found_),
      entered_(std::exchange(other.entered_, false)) {}

PersonTerminal::~PersonTerminal() {
    leave();
}

void PersonTerminal::enter() {
    if (!std::exchange(entered_, true)) {
        std::string sequence(control::kEnterTerminal);
        while (!sequence.empty() && write_some(sequence)) {
            pollfd ready{output(), POLLOUT, 0};
            ::poll(&ready, 1, kWaitMs);
        }
    }
    termios raw = found_;
    ::cfmakeraw(&raw);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

void PersonTerminal::leave() {
    if (!std::exchange(entered_, false)) {
        return;
    }
    std::string sequence = control::leave_terminal();
    const std::int64_t limit = base::steady_us() + kLeavePatienceUs;
    while (write_some(sequence) && !sequence.empty() && base::steady_us() < limit) {
        pollfd ready{output(), POLLOUT, 0};
        ::poll(&ready, 1, kWaitMs);
    }
    ::tcsetattr(STDIN_FILENO, TCSANOW, &found_);
}

void PersonTerminal::restore() {
    entered_ = true;
    leave();
}

PersonTerminal::Size PersonTerminal::size() const {
    winsize window{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0) {
        return {};
    }
    return {window.ws_col, window.ws_row};
}

bool PersonTerminal::write_some(std::string& pending) {
    std::size_t done = 0;
    bool there = true;
    while (done < pending.size()) {
        const auto written = ::write(output(), pending.data() + done, pending.size() - done);
        if (written > 0) {
            done += static_cast<std::size_t>(written);
        } else if (written == 0 || errno != EINTR) {
            there = written < 0 && errno == EAGAIN;
            break;
        }
    }
    pending.erase(0, done);
    return there;
}

} // namespace kept::cli
