#include "agent/lkcp.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/frame.h"
#include "agent/render_text.h"
#include "base/text.h"
#include "os/proc.h"
#include "os/tcp.h"

namespace kept::agent {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMagic = "LKCP";
constexpr std::size_t kMostFrame = 1024UL * 1024;
/// Characters, of up to four bytes each, in one answer: it has to fit into a frame. A longer line
/// goes in several.
constexpr std::size_t kMostCharacters = 200UL * 1024;
/// What may wait for a client that does not read.
constexpr std::size_t kMostBehind = 32UL * 1024 * 1024;
constexpr std::size_t kMostClients = 16;
/// The old protocol knows no timeout: a turn may take a day.
constexpr std::chrono::hours kTurnLimit{24};

/// Why the port is not to be had.
std::string taken_by(int port) {
    const std::string where = fmt::format("127.0.0.1:{}", port);
    const auto owner = os::listener_owner(static_cast<std::uint16_t>(port));
    const auto pid = owner ? os::find_socket_owner(owner->inode) : std::nullopt;
    const std::string name = pid ? os::process_name(*pid) : std::string();
    if (!name.empty() && name != "kept" && name != "lk") {
        return fmt::format("{} is taken by another program ({}, pid {}); choose another port with "
                           "--port N, or none with --name S",
                           where, name, *pid);
    }
    return fmt::format("a session is already running on {}", where);
}

} // namespace

/// One connection. It ends itself by asking its owner to forget it.
class Lkcp::Client final : public Listener {
public:
    Client(Lkcp& owner, base::Fd socket)
        : owner_(owner), socket_(std::move(socket)), decoder_(kMostFrame) {
        readable_ = owner_.loop_.readable(socket_.get(), [this] { read(); });
    }

    void on_told(const Event& event) override {
        if (event.type != EventType::log || event.is_error) {
            lines(render_text(event));
        }
    }

    void on_turn_end(const std::string& cell, const TurnResult& result) override {
        if (cell != cell_) {
            return;
        }
        if (result.silent) {
            lines(render_silence());
        }
        done(result.error);
        listening_.reset();
    }

    /// The session is over.
    void closed() {
        if (stopping_ || listening_) {
            done(stopping_ ? "" : "agent exited");
        }
    }

private:
    void read() {
        std::array<char, 16384> buffer{};
        const auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
            return;
        }
        if (got <= 0) {
            leave();
            return;
        }
        std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
        while (magic_ < kMagic.size() && !bytes.empty()) {
            if (bytes.front() != kMagic[magic_]) {
                leave();
                return;
            }
            ++magic_;
            bytes.remove_prefix(1);
        }
        decoder_.feed(bytes);
        while (!gone_) {
            const auto payload = decoder_.next();
            if (!payload) {
                leave();
                return;
            }
            if (!*payload) {
                return;
            }
            obey(Json::parse(**payload, nullptr, false));
        }
    }

    void obey(const Json& request) {
        const auto text = [&](const char* key) {
            const bool there =
                request.is_object() && request.contains(key) && request[key].is_string();
            return there ? request[key].get<std::string>() : std::string();
        };
        const std::string command = text("cmd");
        if (command == "stop") {
            stopping_ = true;
            owner_.agent_.terminate();
        } else if (command == "say") {
            say(text("text"));
        } else {
            done("unknown command '" + base::to_utf8(command) + "'");
        }
    }

    void say(std::string words) {
        const auto cell = owner_.session_.fire(words, kTurnLimit);
        if (!cell) {
            done(cell.error().code == control::ControlErrc::busy ? "a turn is in progress"
                                                                 : cell.error().message);
            return;
        }
        cell_ = cell->id;
        listening_ = owner_.agent_.listen(*this);
        owner_.agent_.run(std::move(words));
    }

    void lines(std::string_view text) {
        if (text.ends_with('\n')) {
            text.remove_suffix(1);
        }
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            std::string_view line = text.substr(0, end);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
            do {
                const std::string_view part = base::utf8_prefix(line, kMostCharacters);
                send(Json{{"line", part}});
                line.remove_prefix(part.size());
            } while (!line.empty());
        }
    }

    void done(const std::string& error) {
        Json answer{{"done", true}};
        if (!error.empty()) {
            answer["error"] = base::utf8_prefix(error, kMostCharacters);
        }
        send(answer);
    }

    void send(const Json& answer) {
        const auto frame =
            encode_frame(answer.dump(-1, ' ', false, Json::error_handler_t::replace), kMostFrame);
        if (frame) {
            out_ += *frame;
        }
        if (out_.size() > kMostBehind) {
            leave();
            return;
        }
        write();
    }

    void write() {
        std::string_view rest = out_;
        while (!rest.empty() && !gone_) {
            const auto sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) {
                continue;
            }
            if (sent < 0 && errno != EAGAIN) {
                leave();
                return;
            }
            if (sent < 0) {
                break;
            }
            rest.remove_prefix(static_cast<std::size_t>(sent));
        }
        out_.erase(0, out_.size() - rest.size());
        if (out_.empty()) {
            writable_.reset();
        } else if (!writable_) {
            writable_ = owner_.loop_.writable(socket_.get(), [this] { write(); });
        }
    }

    void leave() {
        if (!gone_) {
            gone_ = true;
            readable_.reset();
            writable_.reset();
            listening_.reset();
            owner_.loop_.soon([owner = &owner_, self = this] { owner->forget(self); });
        }
    }

    Lkcp& owner_;
    base::Fd socket_;
    FrameDecoder decoder_;
    std::size_t magic_ = 0;
    std::string out_;
    std::string cell_;
    bool stopping_ = false;
    bool gone_ = false;
    session::WatchHandle readable_;
    session::WatchHandle writable_;
    session::WatchHandle listening_;
};

/// Frees the port with the session's end, before anybody is told of it.
class Lkcp::Closing final : public session::Observer {
public:
    explicit Closing(Lkcp& owner) : owner_(owner) {}
    void on_event(const control::EventInfo& event) override {
        if (event.type != control::EventType::closed) {
            return;
        }
        owner_.accepting_.reset();
        owner_.listener_.reset();
        for (const auto& client : owner_.clients_) {
            client->closed();
        }
    }

private:
    Lkcp& owner_;
};

Lkcp::Lkcp(session::Session& session, Agent& agent, session::Loop& loop)
    : session_(session), agent_(agent), loop_(loop) {}

Lkcp::~Lkcp() = default;

std::optional<std::string> Lkcp::open() {
    const int port = session_.spec().agent.port;
    if (port == 0) {
        return std::nullopt;
    }
    auto listener = os::listen_loopback(static_cast<std::uint16_t>(port));
    if (!listener) {
        return listener.error().code == os::OsErrc::in_use ? taken_by(port)
                                                           : listener.error().message();
    }
    listener_ = std::move(*listener);
    return std::nullopt;
}

void Lkcp::serve() {
    if (!listener_) {
        return;
    }
    closing_ = std::make_unique<Closing>(*this);
    watching_ = session_.observe(*closing_);
    accepting_ = loop_.readable(listener_.get(), [this] { accept(); });
}

void Lkcp::accept() {
    base::Fd socket = os::accept_loopback(listener_.get());
    if (!socket || clients_.size() >= kMostClients) {
        return;
    }
    const auto owner = os::peer_owner(socket.get());
    if (owner && owner->uid == ::geteuid()) {
        clients_.push_back(std::make_unique<Client>(*this, std::move(socket)));
    }
}

void Lkcp::forget(const Client* client) {
    std::erase_if(clients_, [&](const auto& one) { return one.get() == client; });
}

} // namespace kept::agent
