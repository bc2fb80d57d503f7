#include "os/pty.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace kept::os {

namespace {
winsize to_winsize(TerminalSize size) {
    winsize window{};
    window.ws_col = static_cast<unsigned short>(size.cols);
    window.ws_row = static_cast<unsigned short>(size.rows);
    return window;
}
} // namespace

Result<Pty> Pty::open(TerminalSize size) {
    Pty pty;
    pty.master_ = base::Fd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    if (!pty.master_) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot open a pseudo-terminal");
    }
    std::array<char, 64> path{};
    if (::grantpt(pty.master()) != 0 || ::unlockpt(pty.master()) != 0 ||
        ::ptsname_r(pty.master(), path.data(), path.size()) != 0) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot set up the pseudo-terminal");
    }
    pty.slave_path_ = path.data();
    pty.resize(size);
    return pty;
}

Result<base::Fd> Pty::open_slave() const {
    // TIOCGPTPEER needs no path, so it works whatever is mounted where.
    base::Fd fd(::ioctl(master(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!fd) {
        return base::fail_sys(OsErrc::unavailable, errno, "cannot open the terminal's slave side");
    }
    return fd;
}

void Pty::resize(TerminalSize size) const {
    const winsize window = to_winsize(size);
    ::ioctl(master(), TIOCSWINSZ, &window);
}

std::optional<LineMode> Pty::line_mode() const {
    termios settings{};
    if (::tcgetattr(master(), &settings) != 0) {
        return std::nullopt;
    }
    LineMode mode;
    mode.canonical = (settings.c_lflag & static_cast<tcflag_t>(ICANON)) != 0;
    mode.echo = (settings.c_lflag & static_cast<tcflag_t>(ECHO)) != 0;
    // A program may keep signals on and take Ctrl-C as a key nevertheless (jshell).
    const bool disabled = !mode.canonical && settings.c_cc[VINTR] == _POSIX_VDISABLE;
    mode.signals = (settings.c_lflag & static_cast<tcflag_t>(ISIG)) != 0 && !disabled;
    mode.output = (settings.c_oflag & static_cast<tcflag_t>(OPOST)) != 0;
    mode.interrupt = disabled ? '\x03' : static_cast<char>(settings.c_cc[VINTR]);
    mode.eof = static_cast<char>(settings.c_cc[VEOF]);
    if (!mode.canonical && settings.c_cc[VMIN] == 0) {
        mode.read_timeout_ms = settings.c_cc[VTIME] * 100; // VTIME counts tenths of a second
    }
    return mode;
}

void Pty::wake_readers() const {
    termios settings{};
    if (::tcgetattr(master(), &settings) == 0) {
        ::tcsetattr(master(), TCSANOW, &settings);
    }
}

pid_t Pty::foreground_group() const {
    const pid_t group = ::tcgetpgrp(master());
    return group > 0 ? group : 0;
}

bool Pty::interrupt() const {
    return ::ioctl(master(), TIOCSIG, SIGINT) == 0; // ioctl_tty(2); Linux 2.6.36
}

void Pty::make_sane() const {
    termios settings{};
    if (::tcgetattr(master(), &settings) != 0) {
        return;
    }
    settings.c_iflag |= BRKINT | ICRNL | IXON;
    settings.c_iflag &= ~static_cast<tcflag_t>(INLCR | IGNCR | IGNBRK);
    settings.c_oflag |= OPOST | ONLCR;
    settings.c_lflag |= ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE;
    settings.c_lflag &= ~static_cast<tcflag_t>(ECHONL | NOFLSH | TOSTOP);
    settings.c_cc[VINTR] = 3;
    settings.c_cc[VQUIT] = 28;
    settings.c_cc[VERASE] = 127;
    settings.c_cc[VKILL] = 21;
    settings.c_cc[VEOF] = 4;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    ::tcsetattr(master(), TCSANOW, &settings);
}

std::size_t Pty::drop_input() const {
    const auto slave = open_slave();
    int bytes = 0;
    if (!slave || ::ioctl(slave->get(), FIONREAD, &bytes) != 0 ||
        ::tcflush(slave->get(), TCIFLUSH) != 0) {
        return 0;
    }
    return static_cast<std::size_t>(std::max(bytes, 0));
}

int Pty::unread_input() const {
    const auto slave = open_slave();
    int bytes = 0;
    if (!slave || ::ioctl(slave->get(), FIONREAD, &bytes) != 0) {
        return 0;
    }
    return bytes;
}

bool Pty::output_pending() const {
    pollfd ready{master(), POLLIN, 0};
    return ::poll(&ready, 1, 0) > 0 && (ready.revents & POLLIN) != 0;
}

} // namespace kept::os
