#include "cli/code_source.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/writer.h"
#include "control/frame.h"

namespace kept::cli {

namespace {

constexpr std::int64_t kLargest = 1'000'000'000; // seconds: thirty years

std::expected<std::string, int> read_stdin(const Options& options) {
    std::string text;
    std::array<char, 65536>
        buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
    while (true) {
        const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return std::unexpected(
                options.wrong(std::string("cannot read standard input: ") + std::strerror(errno)));
        }
        if (got == 0) {
            return text;
        }
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (text.size() > control::kMaxCode) {
            return std::unexpected(
                options.wrong("the code is longer than " + std::to_string(control::kMaxCode) +
                              " bytes; put it into a file and let the program read that"));
        }
    }
}

} // namespace

bool stdin_is_given() {
    struct stat info{};
    return ::fstat(STDIN_FILENO, &info) == 0 &&
           (S_ISREG(info.st_mode) || S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode));
}

std::expected<SourcedCode, int> find_code(const Options& options, std::vector<std::string> words) {
    SourcedCode out;
    if (words.size() > 1) {
        out.session = std::move(words.front());
    }
    if (words.empty() && !stdin_is_given()) {
        return std::unexpected(options.wrong("there is no code"));
    }
    if (words.empty() || words.back() == "-") {
        auto text = read_stdin(options);
        if (!text) {
            return std::unexpected(text.error());
        }
        out.code = std::move(*text);
    } else {
        out.code = std::move(words.back());
    }
    return out;
}

std::expected<std::int64_t, int> positive(const std::optional<std::string>& text,
                                          const char* option, std::int64_t fallback, int failed) {
    if (!text) {
        return fallback;
    }
    const auto number = base::parse_integer(*text, 1, kLargest);
    if (!number) {
        out().put(std::string("ERR ") + option + " must be a positive integer\n");
        return std::unexpected(failed);
    }
    return *number;
}

} // namespace kept::cli
