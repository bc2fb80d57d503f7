#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fd.h"
#include "cli/doctor.h"
#include "cli/screen_file.h"
#include "os/evidence.h"
#include "os/paths.h"
#include "profiles/catalog.h"

namespace kept::cli {

namespace {

using Status = Finding::Status;

Finding check_kernel() {
    utsname name{};
    ::uname(&name);
    const std::string release = std::string(name.sysname) + " " + name.release;
    // pidfd_open(2) came with Linux 5.3.
    const base::Fd self(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
    if (!self) {
        return {"kernel", Status::error, release + " has no pidfd_open(2), or it is forbidden",
                "use Linux 5.3 or later; in a container, allow that system call"};
    }
    return {"kernel", Status::ok, release, {}};
}

Finding check_evidence() {
    const auto visible = os::waiting_is_visible();
    if (!visible) {
        return {"waiting", Status::error, visible.error().message(),
                "no terminals or processes can be had: see the limits on both (ulimit -u, "
                "/proc/sys/kernel/pty/max)"};
    }
    if (*visible) {
        return {"waiting", Status::ok, "the kernel shows what programs wait for", {}};
    }
    Finding finding{
        "waiting", Status::warning,
        "the kernel does not show what programs wait for: that one waits for input is "
        "learned late or not at all",
        "allow reading /proc/PID/syscall: a container may forbid it (seccomp, hidepid)"};
    constexpr long kAdministratorsOnly = 2;
    if (const long scope = os::kernel_number("/proc/sys/kernel/yama/ptrace_scope", 0);
        scope >= kAdministratorsOnly) {
        finding.text += fmt::format(" (kernel.yama.ptrace_scope is {})", scope);
        finding.fix = "run as root: sysctl kernel.yama.ptrace_scope=1";
    } else if (::access("/proc/self/stat", R_OK) != 0) {
        finding.fix = "mount /proc";
    }
    return finding;
}

Finding check_limits() {
    constexpr rlim_t kLeastFiles = 256;
    rlimit open_files{};
    ::getrlimit(RLIMIT_NOFILE, &open_files);
    const long most = os::kernel_number("/proc/sys/kernel/pty/max", 4096);
    const long used = os::kernel_number("/proc/sys/kernel/pty/nr", 0);
    if (open_files.rlim_cur < kLeastFiles) {
        return {"limits", Status::warning,
                fmt::format("only {} open files are allowed", open_files.rlim_cur),
                fmt::format("run: ulimit -n {}", kLeastFiles * 4)};
    }
    if (used > most - most / 10) {
        return {"limits", Status::warning, fmt::format("{} of {} terminals are in use", used, most),
                "end sessions you no longer need, or raise /proc/sys/kernel/pty/max"};
    }
    return {"limits", Status::ok, fmt::format("{} of {} terminals in use", used, most), {}};
}

Finding check_terminal() {
    winsize size{};
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1 ||
        ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
        return {"terminal", Status::ok, "not at one, which only k attach needs", {}};
    }
    const std::string term = os::environment("TERM");
    if (term.empty() || term == "dumb") {
        return {"terminal", Status::warning,
                term.empty() ? "$TERM is not set" : "$TERM is dumb: k attach shows little there",
                "use another terminal, or set TERM to what yours is (xterm-256color is often "
                "right)"};
    }
    std::string locale;
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        locale = locale.empty() ? os::environment(name) : locale;
    }
    std::string lower = locale;
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    if (!lower.contains("utf-8") && !lower.contains("utf8")) {
        return {"terminal", Status::warning,
                "the locale " + (locale.empty() ? "is not set" : locale + " has no UTF-8") +
                    ": programs in sessions may not show other letters than ASCII",
                "set LANG=C.UTF-8"};
    }
    return {"terminal",
            Status::ok,
            fmt::format("{} {}x{}, {}", term, size.ws_col, size.ws_row, locale),
            {}};
}

/// The file that a name in $PATH means; empty when there is none.
std::string in_path(const std::string& name) {
    std::string path = os::environment("PATH");
    path = path.empty() ? "/usr/local/bin:/usr/bin:/bin" : path;
    for (std::size_t begin = 0; begin <= path.size();) {
        const auto end = std::min(path.find(':', begin), path.size());
        const std::string file = path.substr(begin, end - begin) + "/" + name;
        if (::access(file.c_str(), X_OK) == 0) {
            return file;
        }
        begin = end + 1;
    }
    return {};
}

Finding check_shell() {
    if (const auto file = in_path("bash"); !file.empty()) {
        return {"bash", Status::ok, file, {}};
    }
    return {"bash", Status::warning, "there is no bash, which k new NAME would start",
            "install it, or name another program: k new NAME sh"};
}

Finding check_pictures() {
    const auto program = png_program();
    if (program.empty()) {
        return {"kept-png", Status::note, "not installed: k screen --png cannot be used",
                "install the package kept-png; k screen --svg needs nothing"};
    }
    if (const auto failed = write_png("/dev/null", Picture{10, 10, 0, {}})) {
        return {"kept-png", Status::error, program + " does not work: " + failed->text,
                "install it again, with pango and cairo"};
    }
    return {"kept-png", Status::ok, program, {}};
}

Finding check_profiles() {
    const auto all = profiles::all();
    if (!all) {
        return {"profiles", Status::error, all.error(),
                "correct the file, or remove it: sessions with commands like its own do not start"};
    }
    const auto own = std::ranges::count_if(
        *all, [](const profiles::Profile& profile) { return !profiles::is_built_in(profile); });
    return {"profiles",
            Status::ok,
            fmt::format("{} known, {} of them in {}", all->size(), own,
                        profiles::user_directory().empty() ? "no directory of yours"
                                                           : profiles::user_directory()),
            {}};
}

} // namespace

std::vector<Finding> check_system() {
    return {check_kernel(), check_evidence(), check_limits(), check_terminal()};
}

std::vector<Finding> check_programs() {
    return {check_shell(), check_pictures(), check_profiles()};
}

} // namespace kept::cli
