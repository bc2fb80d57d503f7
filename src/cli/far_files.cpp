#include "cli/far_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>

#include "remote/call.h"

namespace kept::cli {

namespace {

/// Which options of which verb name a file to write.
struct FileOption {
    std::string_view verb;
    std::string_view name;
};

constexpr std::array kOptions{FileOption{"screen", "--svg"}, FileOption{"screen", "--png"},
                              FileOption{"cast", "-o"}, FileOption{"cast", "--output"}};

} // namespace

std::optional<Failure> FarFiles::take(std::vector<std::string>& words, const std::string& token) {
    for (std::size_t i = 1; i < words.size(); ++i) {
        std::string name = words[i];
        const std::size_t equals = name.starts_with("--") ? name.find('=') : std::string::npos;
        name.resize(std::min(equals, name.size()));
        const bool known = std::ranges::any_of(kOptions, [&](const auto& option) {
            return option.verb == words.front() && option.name == name;
        });
        if (!known || (equals == std::string::npos && i + 1 == words.size())) {
            continue;
        }
        std::string path = equals == std::string::npos ? words[i + 1] : words[i].substr(equals + 1);
        if (path.empty() || path == "-") {
            continue;
        }
        base::Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
        if (!file) {
            return Failure{"cannot write " + path + ": " + std::strerror(errno), {}, {}};
        }
        std::string there = fmt::format("/tmp/kept-{}-{}", token, files_.size());
        words[i] = name;
        if (equals == std::string::npos) {
            words[++i] = there;
        } else {
            words[i] = fmt::format("{}={}", name, there);
        }
        files_.push_back({std::move(path), std::move(there), std::move(file)});
    }
    return std::nullopt;
}

std::string FarFiles::with_names(std::string text) const {
    for (const One& one : files_) {
        if (const auto at = text.find(one.there); at != std::string::npos) {
            text.replace(at, one.there.size(), one.here);
        }
    }
    return text;
}

std::optional<Failure> FarFiles::fetch(const remote::Link& link) {
    const base::Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    for (const One& one : files_) {
        // Nothing here means something else to another login shell.
        const std::string command = fmt::format("exec sh -c 'cat {0} && rm {0}'", one.there);
        const bool emptied = ::ftruncate(one.file.get(), 0) == 0 || errno == EINVAL; // a device
        const auto code = remote::run_shell(link, command, nothing.get(), one.file.get(), false);
        if (!emptied || !code || *code != 0) {
            return Failure{"cannot bring " + one.here + " from " + link.host(), {}, {}};
        }
    }
    return std::nullopt;
}

} // namespace kept::cli
