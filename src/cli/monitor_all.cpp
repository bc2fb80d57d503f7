#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <poll.h>
#include <set>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ids.h"
#include "cli/event_json.h"
#include "cli/find_session.h"
#include "cli/monitor.h"

namespace kept::cli {

namespace {

using control::EventInfo;
using control::EventType;

constexpr std::string_view kSuffix = ".sock";
/// A socket's file is there a moment before anybody listens on it.
constexpr int kRetryMs = 5;
constexpr int kMostRetries = 2000;

/// One session's stream of events, read without waiting for it.
struct Stream {
    control::Client client;
    control::FrameReader reader;
    bool closed_shown = false;
};

class Monitor {
public:
    Monitor(os::Paths paths, bool once) : paths_(std::move(paths)), once_(once) {}

    int run();

private:
    void subscribe(const std::string& name);
    void look_around();
    void read_changes(int inotify);
    /// False when the stream has ended.
    bool read_events(const std::string& name, Stream& stream);
    bool show(const std::string& name, Stream& stream, const control::Frame& frame);

    os::Paths paths_;
    bool once_;
    bool done_ = false;
    std::map<std::string, Stream> streams_;
    std::map<std::string, int>
        starting_; ///< names whose socket is not listened on yet, and how often we tried
};

void Monitor::subscribe(const std::string& name) {
    if (streams_.contains(name)) {
        return;
    }
    auto client = control::Client::connect(paths_.socket(name));
    if (!client || !client->send(control::SubscribeRequest{})) {
        if (++starting_[name] > kMostRetries) {
            starting_.erase(name);
        }
        return;
    }
    starting_.erase(name);
    streams_.emplace(name, Stream{std::move(*client), {}, false});
}

void Monitor::look_around() {
    for (const auto& known : known_sessions(paths_)) {
        if (known.live) {
            subscribe(known.name);
        }
    }
}

void Monitor::read_changes(int inotify) {
    alignas(inotify_event) std::array<char, 8192> buffer{};
    const auto got = ::read(inotify, buffer.data(), buffer.size());
    std::size_t at = 0;
    while (got > 0 && at + sizeof(inotify_event) <= static_cast<std::size_t>(got)) {
        inotify_event change{};
        std::memcpy(&change, buffer.data() + at, sizeof change);
        const std::string file(buffer.data() + at + sizeof change); // padded with zero bytes
        at += sizeof change + change.len;
        if ((change.mask & IN_Q_OVERFLOW) != 0) {
            look_around();
        } else if (change.len > 0 && file.ends_with(kSuffix)) {
            const std::string name = file.substr(0, file.size() - kSuffix.size());
            if (base::is_session_name(name)) {
                starting_[name] = 0;
                subscribe(name);
            }
        }
    }
}

bool Monitor::show(const std::string& name, Stream& stream, const control::Frame& frame) {
    const auto answer = control::decode_answer(frame.payload);
    if (!answer) {
        return false;
    }
    if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
        write_event_error(out(), name, explain(name, *refusal).text);
        return false;
    }
    if (const auto* event = std::get_if<EventInfo>(&*answer)) {
        write_event(out(), name, *event);
        stream.closed_shown = stream.closed_shown || event->type == EventType::closed;
        done_ = done_ || (once_ && event->cell &&
                          (event->type == EventType::done || event->type == EventType::error));
    }
    return true;
}

bool Monitor::read_events(const std::string& name, Stream& stream) {
    std::array<char, 65536>
        buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by recv
    const auto got = ::recv(stream.client.fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return true;
    }
    if (got <= 0) {
        return false;
    }
    stream.reader.feed({buffer.data(), static_cast<std::size_t>(got)});
    while (!done_) {
        auto frame = stream.reader.next();
        if (!frame) {
            return false;
        }
        if (!*frame) {
            break;
        }
        if ((*frame)->type == control::FrameType::json && !show(name, stream, **frame)) {
            return false;
        }
    }
    return true;
}

int Monitor::run() {
    const base::Fd inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!inotify ||
        ::inotify_add_watch(inotify.get(), paths_.runtime().c_str(), IN_CREATE | IN_MOVED_TO) < 0) {
        write_event_error(out(), "",
                          std::string("cannot watch ") + paths_.runtime() + ": " +
                              std::strerror(errno));
        return 1;
    }
    look_around();
    while (!done_) {
        std::vector<pollfd> polled{{inotify.get(), POLLIN, 0}};
        std::vector<std::string> names;
        for (const auto& [name, stream] : streams_) {
            polled.push_back({stream.client.fd(), POLLIN, 0});
            names.push_back(name);
        }
        const int ready = ::poll(polled.data(), polled.size(), starting_.empty() ? -1 : kRetryMs);
        if (ready < 0 && errno != EINTR) {
            return 1;
        }
        if ((polled[0].revents & POLLIN) != 0) {
            read_changes(inotify.get());
        }
        const auto waiting = starting_; // subscribe() changes the map
        for (const auto& [name, tries] : waiting) {
            subscribe(name);
        }
        for (std::size_t i = 0; i < names.size() && !done_; ++i) {
            auto& stream = streams_.at(names[i]);
            if (polled[i + 1].revents == 0 || read_events(names[i], stream)) {
                continue;
            }
            if (!stream.closed_shown) {
                write_closed(out(), names[i]);
            }
            streams_.erase(names[i]);
        }
        if (!out().flush()) {
            return 1;
        }
    }
    return 0;
}

} // namespace

int monitor_all(const MonitorFlags& flags) {
    auto paths = os::Paths::open();
    if (!paths) {
        write_event_error(out(), "", paths.error().message());
        return 1;
    }
    return Monitor(std::move(*paths), flags.once).run();
}

} // namespace kept::cli
