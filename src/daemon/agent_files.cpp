#include "daemon/agent_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "session/session.h"

namespace kept::daemon {

namespace {

constexpr std::size_t kLogPiece = 64UL * 1024;

/// Wakes a follower when there may be more to read.
class LogWake final : public agent::Listener, public session::Observer {
public:
    explicit LogWake(Signal& signal) : signal_(signal) {}
    void on_told(const agent::Event&) override { signal_.notify(); }
    void on_turn_end(const std::string&, const agent::TurnResult&) override {}
    void on_event(const control::EventInfo&) override { signal_.notify(); }

private:
    Signal& signal_;
};

base::Fd open_log(const std::string& path) {
    return base::Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
}

std::string read_piece(const base::Fd& file, std::size_t most = kLogPiece) {
    std::string piece(most, '\0');
    ssize_t got = 0;
    do {
        got = file ? ::read(file.get(), piece.data(), piece.size()) : 0;
    } while (got < 0 && errno == EINTR);
    piece.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return piece;
}

/// Line feeds in a file from where it stands; it is then at its end.
std::uint64_t count_lines(const base::Fd& file) {
    std::uint64_t lines = 0;
    for (std::string piece = read_piece(file); !piece.empty(); piece = read_piece(file)) {
        lines += static_cast<std::uint64_t>(std::ranges::count(piece, '\n'));
    }
    return lines;
}

/// Puts a file where `skip` lines of it are behind.
void skip_lines(const base::Fd& file, std::uint64_t skip) {
    ::lseek(file.get(), 0, SEEK_SET);
    off_t at = 0;
    while (skip > 0) {
        const std::string piece = read_piece(file);
        if (piece.empty()) {
            return;
        }
        std::size_t begin = 0;
        while (skip > 0) {
            const std::size_t end = piece.find('\n', begin);
            if (end == std::string::npos) {
                begin = piece.size();
                break;
            }
            begin = end + 1;
            --skip;
        }
        at += static_cast<off_t>(begin);
    }
    ::lseek(file.get(), at, SEEK_SET);
}

} // namespace

asio::awaitable<void> send_log(Connection& connection, const std::string& path, agent::Agent* agent,
                               const agent::BoundedLog* live, std::uint64_t lines) {
    std::uint64_t generation = live == nullptr ? 0 : live->generation();
    base::Fd older = open_log(agent::old_log(path));
    base::Fd file = open_log(path);
    if (lines > 0) {
        const std::uint64_t newer = count_lines(file);
        const std::uint64_t before = count_lines(older);
        skip_lines(file, newer > lines ? newer - lines : 0);
        const std::uint64_t wanted = lines > newer ? lines - newer : 0;
        skip_lines(older, before > wanted ? before - wanted : 0);
    }
    auto signal = std::make_shared<Signal>(connection.context());
    session::Session* session = connection.subject().session();
    LogWake wake(*signal);
    session::WatchHandle listening;
    session::WatchHandle watching;
    if (live != nullptr) {
        connection.watch_peer(signal);
        listening = agent->listen(wake);
        watching = session->observe(wake);
    }
    bool reading_older = static_cast<bool>(older);
    while (!connection.peer_gone()) {
        // Asked before the read: what is appended after the last word is read in the next round.
        const bool over = live == nullptr || session == nullptr || session->is_closed();
        const std::string piece = read_piece(reading_older ? older : file);
        if (!piece.empty()) {
            connection.queue_bytes(piece);
            co_await connection.flush();
            if (connection.peer_gone()) {
                co_return;
            }
            continue;
        }
        if (reading_older) {
            reading_older = false;
            continue;
        }
        if (live != nullptr && live->generation() != generation) {
            if (live->generation() > generation + 1) {
                connection.refuse(control::ControlErrc::slow,
                                  "this caller reads too slowly; ask again");
                co_return;
            }
            generation = live->generation();
            file = open_log(path);
            continue;
        }
        if (over) {
            co_return;
        }
        co_await signal->wait();
    }
}

} // namespace kept::daemon
