#include "session/output_log.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kept::session {

namespace {

constexpr std::string_view kName = "output.log";
constexpr std::size_t kReadPiece = 64UL * 1024;

std::string segment_path(const std::string& directory, std::uint64_t begin) {
    std::string path = directory + '/' + std::string(kName);
    if (begin > 0) {
        path += '.' + std::to_string(begin);
    }
    return path;
}

/// Returns how much of `bytes` reached the file.
std::size_t write_some(int fd, std::string_view bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const auto written = ::write(fd, bytes.data() + done, bytes.size() - done);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            break;
        }
        done += static_cast<std::size_t>(written);
    }
    return done;
}

} // namespace

std::vector<Segment> list_segments(const std::string& directory) {
    std::vector<Segment> segments;
    DIR* opened = ::opendir(directory.c_str());
    if (opened == nullptr) {
        return segments;
    }
    while (const dirent* entry = ::readdir(opened)) {
        std::string_view name = entry->d_name;
        if (!name.starts_with(kName)) {
            continue;
        }
        name.remove_prefix(kName.size());
        Segment segment;
        if (!name.empty()) {
            const auto [end, error] =
                std::from_chars(name.data() + 1, name.data() + name.size(), segment.begin);
            if (name[0] != '.' || error != std::errc{} || end != name.data() + name.size()) {
                continue;
            }
        }
        segment.path = directory + '/' + entry->d_name;
        struct stat info{};
        if (::stat(segment.path.c_str(), &info) == 0 && S_ISREG(info.st_mode)) {
            segment.size = static_cast<std::uint64_t>(info.st_size);
            segments.push_back(std::move(segment));
        }
    }
    ::closedir(opened);
    std::ranges::sort(segments, {}, &Segment::begin);
    return segments;
}

std::uint64_t read_output(const std::vector<Segment>& segments, Range range,
                          const std::function<void(std::string_view)>& sink) {
    std::uint64_t given = 0;
    std::string buffer;
    for (const Segment& segment : segments) {
        const std::uint64_t begin = std::max(range.begin, segment.begin);
        const std::uint64_t end = std::min(range.end, segment.begin + segment.size);
        if (begin >= end) {
            continue;
        }
        const base::Fd fd(::open(segment.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        buffer.resize(std::min<std::uint64_t>(kReadPiece, end - begin));
        for (std::uint64_t at = begin; fd && at < end;) {
            const std::size_t want = std::min<std::uint64_t>(buffer.size(), end - at);
            const auto got =
                ::pread(fd.get(), buffer.data(), want, static_cast<off_t>(at - segment.begin));
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got <= 0) {
                break;
            }
            sink({buffer.data(), static_cast<std::size_t>(got)});
            at += static_cast<std::uint64_t>(got);
            given += static_cast<std::uint64_t>(got);
        }
    }
    return range.size() - std::min(given, range.size());
}

OutputLog::OutputLog(std::string directory, std::uint64_t limit)
    : directory_(std::move(directory)), limit_(std::max<std::uint64_t>(limit, 4 * kLeastSegment)),
      segment_size_(std::clamp(limit_ / 8, kLeastSegment, kMostSegment)) {
    open_segment(0);
}

void OutputLog::append(std::string_view bytes) {
    end_ += bytes.size();
    if (held_.empty() && bytes.size() >= kFlushAt) {
        write_out(bytes);
        return;
    }
    held_.append(bytes);
    if (held_.size() >= kFlushAt) {
        flush();
    }
}

void OutputLog::flush() {
    if (held_.empty()) {
        return;
    }
    write_out(held_);
    held_.clear();
    if (held_.capacity() > 4096) {
        held_.shrink_to_fit();
    }
}

std::uint64_t OutputLog::begin() const {
    return segments_.empty() ? end_ : segments_.front().begin;
}

std::uint64_t OutputLog::bytes_on_disk() const {
    std::uint64_t sum = 0;
    for (const Segment& segment : segments_) {
        sum += segment.size;
    }
    return sum;
}

std::uint64_t OutputLog::read(Range range, const std::function<void(std::string_view)>& sink) {
    flush();
    return read_output(segments_, range, sink);
}

void OutputLog::write_out(std::string_view bytes) {
    // Everything held ends at end_.
    std::uint64_t at = end_ - bytes.size();
    while (!bytes.empty()) {
        const bool continues = current_.valid() && !segments_.empty() &&
                               segments_.back().begin + segments_.back().size == at &&
                               segments_.back().size < segment_size_;
        if (!continues && !open_segment(at)) {
            lost_ += bytes.size();
            return;
        }
        Segment& segment = segments_.back();
        const std::size_t piece =
            std::min<std::uint64_t>(bytes.size(), segment_size_ - segment.size);
        const std::size_t written = write_some(current_.get(), bytes.substr(0, piece));
        segment.size += written;
        at += written;
        bytes.remove_prefix(written);
        if (written < piece) {
            lost_ += bytes.size(); // the disk is full: what follows starts a segment of its own
            current_.reset();
            if (segment.size == 0) {
                ::unlink(segment.path.c_str());
                segments_.pop_back();
            }
            return;
        }
    }
}

bool OutputLog::open_segment(std::uint64_t begin) {
    drop_oldest(segment_size_);
    Segment segment{begin, 0, segment_path(directory_, begin)};
    current_.reset(::open(segment.path.c_str(),
                          O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!current_) {
        return false;
    }
    if (!segments_.empty() && segments_.back().begin == begin) {
        segments_.pop_back();
    }
    segments_.push_back(std::move(segment));
    return true;
}

void OutputLog::drop_oldest(std::uint64_t room) {
    while (!segments_.empty() && bytes_on_disk() + room > limit_) {
        ::unlink(segments_.front().path.c_str());
        segments_.erase(segments_.begin());
    }
}

} // namespace kept::session
