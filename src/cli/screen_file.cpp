#include "cli/screen_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "os/files.h"

namespace kept::cli {

namespace {

constexpr const char* kProgram = "kept-png";

/// The program beside this one, or its bare name, to be found in $PATH.
std::string find_program() {
    std::array<char, PATH_MAX> path{};
    const auto length = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
    if (length > 0) {
        std::string beside(path.data(), static_cast<std::size_t>(length));
        beside.resize(beside.rfind('/') + 1);
        beside += kProgram;
        if (::access(beside.c_str(), X_OK) == 0) {
            return beside;
        }
    }
    return kProgram;
}

/// A file without a name that holds the bytes, to be read from its beginning.
base::Fd unnamed_file(const std::string& bytes) {
    const char* directory = std::getenv("TMPDIR");
    base::Fd file(::open(directory == nullptr || *directory == '\0' ? "/tmp" : directory,
                         O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (file.get() >= 0 &&
        (!os::write_all(file.get(), bytes) || ::lseek(file.get(), 0, SEEK_SET) != 0)) {
        file.reset();
    }
    return file;
}

} // namespace

std::optional<Failure> write_file(const std::string& path, const std::string& bytes) {
    const base::Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                               S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH));
    if (file.get() < 0) {
        return Failure{"cannot write " + path + ": " + std::strerror(errno), {}, {}};
    }
    if (const auto written = os::write_all(file.get(), bytes); !written) {
        return Failure{"cannot write " + path + ": " + written.error().message(), {}, {}};
    }
    return std::nullopt;
}

std::string png_program() {
    std::string found = find_program();
    if (found != kProgram) {
        return found;
    }
    const char* variable = std::getenv("PATH");
    const std::string path = variable == nullptr ? "" : variable;
    for (std::size_t begin = 0; begin < path.size();) {
        const auto end = std::min(path.find(':', begin), path.size());
        found = path.substr(begin, end - begin) + "/" + kProgram;
        if (::access(found.c_str(), X_OK) == 0) {
            return found;
        }
        begin = end + 1;
    }
    return {};
}

std::optional<Failure> write_png(const std::string& path, const Picture& picture) {
    const base::Fd input = unnamed_file(to_draw_list(picture));
    if (input.get() < 0) {
        return Failure{"cannot keep the picture in a temporary file", "see $TMPDIR", {}};
    }
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input.get(), STDIN_FILENO);
    std::string program = find_program();
    // A name that begins with a dash is no option.
    std::string file = path.starts_with('-') ? "./" + path : path;
    std::array<char*, 3> argv{program.data(), file.data(), nullptr};
    pid_t pid = 0;
    const int failed =
        ::posix_spawnp(&pid, program.c_str(), &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        return Failure{std::string("cannot run kept-png: ") + std::strerror(failed),
                       "kept-png belongs beside k or into $PATH; it is built where libpango's "
                       "headers are (libpango1.0-dev). k screen --svg FILE needs nothing",
                       {}};
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return Failure{"kept-png did not write " + path, {}, {}};
    }
    return std::nullopt;
}

} // namespace kept::cli
