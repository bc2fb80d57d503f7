#include "support/proc.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fd.h"

namespace kept::bench {

namespace {

std::string read_file(const std::string& path) {
    const base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    std::array<char, 16384> buffer;
    for (ssize_t count = 0;
         file && (count = ::read(file.get(), buffer.data(), buffer.size())) > 0;) {
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
}

std::string of(pid_t pid, const char* file) {
    return read_file("/proc/" + std::to_string(pid) + "/" + file);
}

/// What follows "key:" on a line of its own, without the blanks around it.
std::string_view field(std::string_view text, std::string_view key) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        at = end + 1;
        if (!line.starts_with(key)) {
            continue;
        }
        line.remove_prefix(key.size());
        const std::size_t colon = line.find_first_not_of(" \t");
        if (colon == std::string_view::npos || line[colon] != ':') {
            continue;
        }
        const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
        return begin == std::string_view::npos ? std::string_view{} : line.substr(begin);
    }
    return {};
}

std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

} // namespace

Memory memory_of(pid_t pid) {
    const std::string text = of(pid, "smaps_rollup");
    return {static_cast<double>(number(field(text, "Pss"))),
            static_cast<double>(number(field(text, "Pss_Anon"))),
            static_cast<double>(number(field(text, "Pss_File")))};
}

std::int64_t wakeups_of(pid_t pid) {
    const std::string text = of(pid, "status");
    return number(field(text, "voluntary_ctxt_switches")) +
           number(field(text, "nonvoluntary_ctxt_switches"));
}

std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> children;
    DIR* directory = ::opendir("/proc");
    if (directory == nullptr) {
        return children;
    }
    while (const dirent* entry = ::readdir(directory)) {
        const auto pid = static_cast<pid_t>(number(entry->d_name));
        if (pid > 0 && number(field(of(pid, "status"), "PPid")) == parent) {
            children.push_back(pid);
        }
    }
    ::closedir(directory);
    return children;
}

std::string machine() {
    const std::string cpu = read_file("/proc/cpuinfo");
    const std::string memory = read_file("/proc/meminfo");
    utsname system{};
    ::uname(&system);
    return std::string(field(cpu, "model name")) + ", " +
           std::to_string(::sysconf(_SC_NPROCESSORS_ONLN)) + " processors, " +
           std::to_string(number(field(memory, "MemTotal")) / 1024 / 1024) + " GiB, " +
           system.sysname + " " + system.release;
}

} // namespace kept::bench
