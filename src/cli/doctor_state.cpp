#include <algorithm>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <set>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/ids.h"
#include "base/text.h"
#include "cli/doctor.h"
#include "cli/session_rows.h"
#include "os/lock.h"
#include "os/proc.h"
#include "os/unix_socket.h"

namespace kept::cli {

namespace {

using Status = Finding::Status;
namespace files = std::filesystem;

constexpr std::uintmax_t kMiB = 1024UL * 1024;

/// `what; what to do`, as errors are written, in its two parts.
Finding finding_of(std::string check, const std::string& message) {
    const auto cut = message.find("; ");
    Finding finding{std::move(check), Status::error, message.substr(0, cut), {}};
    if (cut != std::string::npos) {
        finding.fix = message.substr(cut + 2);
    }
    return finding;
}

/// Bytes of the files below.
std::uintmax_t size_below(const std::string& path) {
    std::uintmax_t sum = 0;
    std::error_code error;
    for (auto entry = files::recursive_directory_iterator(path, error);
         !error && entry != files::recursive_directory_iterator(); entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored)) {
            const auto size = entry->file_size(ignored);
            sum += ignored ? 0 : size;
        }
    }
    return sum;
}

/// The part of the path that is there.
std::string existing_part(std::string path) {
    while (path.size() > 1 && ::access(path.c_str(), F_OK) != 0) {
        path.resize(std::max<std::size_t>(path.rfind('/'), 1));
    }
    return path;
}

/// One of the two directories: ours, closed to others, writable, and on a disk that fits.
Finding check_directory(const std::string& check, const std::string& path,
                        const std::string& variable) {
    const std::string there = existing_part(path);
    if (there != path) {
        if (::access(there.c_str(), W_OK | X_OK) != 0) {
            return {check, Status::error, path + " cannot be made: " + there + " is not yours",
                    "set " + variable + " to a directory of your own"};
        }
        return {check, Status::ok, path + " (made when it is needed)", {}};
    }
    if (const auto checked = os::check_private_directory(path); !checked) {
        return finding_of(check, checked.error().message());
    }
    if (::access(path.c_str(), W_OK | X_OK) != 0) {
        return {check, Status::error, path + " cannot be written", "run: chmod 700 " + path};
    }
    constexpr long kNfs = 0x6969; // statfs(2)
    struct statfs system{};
    if (::statfs(path.c_str(), &system) == 0 && system.f_type == kNfs) {
        return {check, Status::warning,
                path + " is on a network file system: locks and sockets there are not reliable",
                "set " + variable + " to a local directory"};
    }
    return {check, Status::ok, path + " (private)", {}};
}

/// A socket's path has to fit into its address.
void check_length(Finding& finding, const std::string& runtime) {
    constexpr std::size_t kLongestName = 64;
    constexpr std::size_t kAround = 7; // a slash, `.sock` and a NUL
    const std::size_t room = sizeof(sockaddr_un::sun_path);
    const std::size_t fits = runtime.size() + kAround >= room ? 0 : room - kAround - runtime.size();
    if (finding.status == Status::ok && fits < kLongestName) {
        finding.status = fits < 8 ? Status::error : Status::warning;
        finding.text = fmt::format(
            "{} is a long path: names of sessions have {} characters at most", runtime, fits);
        finding.fix = "set KEPT_DIR to a shorter path";
    }
}

/// systemd removes a user's runtime directory when the last login ends, unless the user lingers.
void check_linger(Finding& finding, const std::string& runtime) {
    if (finding.status != Status::ok || !runtime.starts_with("/run/user/") ||
        ::access("/run/systemd/system", F_OK) != 0) {
        return;
    }
    // Not by getpwuid(3), which a static program does not have.
    const std::string user = os::environment("USER");
    if (!user.empty() && ::access(("/var/lib/systemd/linger/" + user).c_str(), F_OK) != 0) {
        finding.status = Status::note;
        finding.text += ": it goes when you log out, and sessions cannot be reached then";
        finding.fix = "run: loginctl enable-linger, or set KEPT_DIR to a directory that stays";
    }
}

Finding check_space(const std::string& state) {
    struct statvfs info{};
    const std::string there = existing_part(state);
    if (::statvfs(there.c_str(), &info) != 0) {
        return {"space", Status::warning, "cannot tell how much room there is in " + there, {}};
    }
    constexpr std::uintmax_t kLeast = 256 * kMiB; // a few sessions' journals
    const std::uintmax_t free = info.f_bavail * info.f_frsize;
    Finding finding{"space",
                    Status::ok,
                    fmt::format("{} MiB free for journals, {} MiB in use", free / kMiB,
                                size_below(state) / kMiB),
                    {}};
    if (free < kLeast) {
        finding.status = Status::warning;
        finding.fix = "end sessions you no longer need (k ls -l, k kill NAME), make room in " +
                      there + ", or give new ones less: k new --journal-limit";
    }
    return finding;
}

/// `NAME, NAME and 3 more`
std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t kMost = 5;
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < kMost; ++i) {
        text.append(i == 0 ? "" : ", ").append(names[i]);
    }
    if (names.size() > kMost) {
        text += fmt::format(" and {} more", names.size() - kMost);
    }
    return text;
}

/// Sockets and locks of sessions that have no journal, and whose lock nobody holds.
Finding check_stale(const os::Paths& paths) {
    std::set<std::string> names;
    std::error_code error;
    for (auto entry = files::directory_iterator(paths.runtime(), error);
         !error && entry != files::directory_iterator(); entry.increment(error)) {
        const auto& path = entry->path();
        const std::string name = path.stem().string();
        if ((path.extension() == ".sock" || path.extension() == ".lock") &&
            base::is_session_name(name) && !os::lock_holder(paths.lock(name)) &&
            ::access(paths.journal(name).c_str(), F_OK) != 0) {
            names.insert(name);
        }
    }
    if (names.empty()) {
        return {"leftovers", Status::ok, "no sockets or locks without a session", {}};
    }
    const std::vector<std::string> list(names.begin(), names.end());
    return {"leftovers", Status::warning, "sockets or locks without a session: " + listed(list),
            "run: k kill " + list.front() + (list.size() > 1 ? ", and so on" : ""), list};
}

/// Our own daemons, wherever they were started: their pid and session.
std::vector<std::pair<pid_t, std::string>> all_daemons() {
    std::vector<std::pair<pid_t, std::string>> found;
    std::error_code error;
    for (auto entry = files::directory_iterator("/proc", error);
         !error && entry != files::directory_iterator(); entry.increment(error)) {
        const auto pid = base::parse_integer(entry->path().filename().string(), 1, INT_MAX);
        struct stat info{};
        if (!pid || ::stat(entry->path().c_str(), &info) != 0 || info.st_uid != ::geteuid()) {
            continue;
        }
        const std::string line = os::command_line(static_cast<pid_t>(*pid));
        const auto first = line.find('\0');
        if (first == std::string::npos || !line.substr(0, first).ends_with("kept")) {
            continue;
        }
        constexpr std::string_view kServe("serve\0", 6);
        const std::string_view rest = std::string_view(line).substr(first + 1);
        if (rest.starts_with(kServe)) {
            std::string name(rest.substr(kServe.size()));
            name.resize(std::min(name.find('\0'), name.size()));
            if (base::is_session_name(name)) {
                found.emplace_back(static_cast<pid_t>(*pid), std::move(name));
            }
        }
    }
    return found;
}

/// Daemons that no `k` with this environment can reach.
std::vector<Finding> check_strays(const os::Paths& paths) {
    std::vector<std::string> unreachable;
    std::vector<std::string> elsewhere;
    pid_t first = 0;
    const auto sockets = os::listening_sockets();
    for (const auto& [pid, name] : all_daemons()) {
        const auto holder = os::lock_holder(paths.lock(name));
        if (holder == pid) {
            continue;
        }
        const files::path socket = os::listens_at(pid, sockets);
        if (socket.empty()) {
            continue; // just started, or about to end
        }
        const bool replaced = holder && socket == paths.socket(name);
        if (!replaced && ::access(socket.c_str(), F_OK) == 0) {
            elsewhere.push_back(name + " in " + socket.parent_path().string());
        } else {
            unreachable.push_back(fmt::format("{} (process {})", name, pid));
            first = first == 0 ? pid : first;
        }
    }
    std::vector<Finding> findings;
    if (!unreachable.empty()) {
        findings.push_back(
            {"strays", Status::warning,
             "sessions whose files are gone still run: " + listed(unreachable),
             fmt::format("run: kill {}", first) + (unreachable.size() > 1 ? ", and so on" : ""),
             unreachable});
    }
    if (!elsewhere.empty()) {
        findings.push_back({"elsewhere",
                            Status::note,
                            "other sessions of yours, with another KEPT_DIR: " + listed(elsewhere),
                            {},
                            elsewhere});
    }
    return findings;
}

/// Those that do not answer, and those that run a program which was replaced.
std::vector<Finding> check_daemons(const os::Paths& paths, const std::vector<Known>& sessions) {
    std::vector<Known> live;
    std::ranges::copy_if(sessions, std::back_inserter(live), &Known::live);
    std::vector<std::string> silent;
    std::vector<std::string> replaced;
    for (const Row& row : ask_all(paths, live)) {
        if (!row.status) {
            silent.push_back(row.session.name);
            continue;
        }
        const auto program = os::executable(row.status->pid);
        if (program && program->ends_with(" (deleted)")) {
            replaced.push_back(row.session.name);
        }
    }
    std::vector<Finding> findings{
        {"sessions",
         Status::ok,
         fmt::format("{} live, {} ended", live.size(), sessions.size() - live.size()),
         {}}};
    if (!silent.empty()) {
        findings.push_back({"answers", Status::error, "these do not answer: " + listed(silent),
                            "if it stays so, run: k kill " + silent.front(), silent});
    }
    if (!replaced.empty()) {
        findings.push_back(
            {"replaced", Status::note,
             "these run a version of kept that was replaced since: " + listed(replaced),
             "they go on; k kill and k new start the new one", replaced});
    }
    return findings;
}

} // namespace

std::vector<Finding> check_directories() {
    const auto paths = os::Paths::named();
    Finding runtime = check_directory("runtime", paths.runtime(), "KEPT_DIR");
    check_length(runtime, paths.runtime());
    check_linger(runtime, paths.runtime());
    return {std::move(runtime), check_directory("state", paths.state(), "KEPT_STATE"),
            check_space(paths.state())};
}

std::vector<Finding> check_sessions() {
    const auto paths = os::Paths::named();
    std::vector<Known> sessions;
    std::vector<Finding> findings;
    if (os::check_private_directory(paths.runtime()) &&
        os::check_private_directory(paths.state())) {
        sessions = known_sessions(paths);
        findings = check_daemons(paths, sessions);
        findings.push_back(check_stale(paths));
    } else {
        findings.push_back({"sessions", Status::ok, "none", {}});
    }
    for (auto& finding : check_strays(paths)) {
        findings.push_back(std::move(finding));
    }
    if (const std::string named = os::environment("K_SESSION"); !named.empty()) {
        if (!base::is_session_name(named)) {
            findings.push_back({"K_SESSION", Status::error,
                                "$K_SESSION is no name of a session: " + base::quoted(named),
                                "run: unset K_SESSION"});
        } else if (std::ranges::find(sessions, named, &Known::name) == sessions.end()) {
            findings.push_back({"K_SESSION", Status::warning,
                                "$K_SESSION names a session that is not there: " + named,
                                "run: k new " + named + ", or: unset K_SESSION"});
        }
    }
    return findings;
}

} // namespace kept::cli
