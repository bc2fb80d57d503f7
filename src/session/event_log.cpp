#include "session/event_log.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <unistd.h>
#include <utility>

#include "control/event_line.h"

namespace kept::session {

namespace {

constexpr const char* kFile = "/events.ndjson";
constexpr const char* kOldFile = "/events.old.ndjson";
/// A longer line is no event of ours.
constexpr std::size_t kMaxLine = 256UL * 1024;

void read_lines(const std::string& path, const std::function<void(std::string_view)>& sink) {
    const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    std::string held;
    std::array<char, 65536>
        buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
    while (fd) {
        const auto got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        held.append(buffer.data(), static_cast<std::size_t>(got));
        std::size_t at = 0;
        for (std::size_t end = held.find('\n', at); end != std::string::npos;
             end = held.find('\n', at)) {
            sink(std::string_view(held).substr(at, end - at));
            at = end + 1;
        }
        held.erase(0, at);
        if (held.size() > kMaxLine) {
            held.clear();
        }
    }
}

/// The number behind a key of a line that append_timing wrote.
std::optional<std::int64_t> number_of(std::string_view line, std::string_view key) {
    const std::size_t found = line.find(key);
    if (found == std::string_view::npos) {
        return std::nullopt;
    }
    std::int64_t value = 0;
    const auto read =
        std::from_chars(line.data() + found + key.size(), line.data() + line.size(), value);
    return read.ec == std::errc{} && value >= 0 ? std::optional(value) : std::nullopt;
}

} // namespace

EventLog::EventLog(std::string directory) : directory_(std::move(directory)) {
    file_.reset(::open((directory_ + kFile).c_str(),
                       O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
}

void EventLog::append(const control::EventInfo& event) {
    write_line(control::encode_event_line(event));
}

void EventLog::append_timing(std::uint64_t seq, std::uint64_t offset, std::int64_t wall_us) {
    std::array<char, 128> line{};
    const int length = std::snprintf(
        line.data(), line.size(), R"({"seq":%llu,"type":"output","offset":%llu,"ts_us":%lld})",
        static_cast<unsigned long long>(seq), static_cast<unsigned long long>(offset),
        static_cast<long long>(wall_us));
    write_line({line.data(), static_cast<std::size_t>(length)});
}

void EventLog::write_line(std::string line) {
    if (std::exchange(cut_, false)) {
        line.insert(line.begin(), '\n');
    }
    line.push_back('\n');
    if (size_ + line.size() > kMaxBytes) {
        ::rename((directory_ + kFile).c_str(), (directory_ + kOldFile).c_str());
        file_.reset(::open((directory_ + kFile).c_str(),
                           O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
        size_ = 0;
    }
    std::string_view rest = line;
    while (file_ && !rest.empty()) {
        const auto written = ::write(file_.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            cut_ = rest.size() < line.size();
            return; // a full disk: the daemon itself still knows
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
        size_ += static_cast<std::uint64_t>(written);
    }
}

void read_events(const std::string& directory,
                 const std::function<void(const control::EventInfo&)>& sink) {
    const auto read = [&](std::string_view line) {
        if (const auto event = control::decode_event_line(line)) {
            sink(*event);
        }
    };
    read_lines(directory + kOldFile, read);
    read_lines(directory + kFile, read);
}

void read_timeline(
    const std::string& directory, const std::function<void(const control::EventInfo&)>& on_event,
    const std::function<void(std::uint64_t offset, std::int64_t wall_us)>& on_output) {
    const auto read = [&](std::string_view line) {
        // Most lines are these, and need no JSON. Quotes inside strings are escaped.
        if (line.find(R"("type":"output")") != std::string_view::npos) {
            const auto offset = number_of(line, R"("offset":)");
            const auto wall = number_of(line, R"("ts_us":)");
            if (offset && wall && line.ends_with('}')) {
                on_output(static_cast<std::uint64_t>(*offset), *wall);
            }
        } else if (const auto event = control::decode_event_line(line)) {
            on_event(*event);
        }
    };
    read_lines(directory + kOldFile, read);
    read_lines(directory + kFile, read);
}

} // namespace kept::session
