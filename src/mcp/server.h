#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "mcp/line_reader.h"
#include "mcp/message.h"
#include "mcp/protocol.h"
#include "mcp/running_call.h"
#include "mcp/session_keeper.h"
#include "mcp/tools.h"

namespace kept::mcp {

/// How a server behaves.
struct ServerOptions {
    bool close_sessions = false; ///< those that it has started end with it
};

/// A server of the Model Context Protocol on a pair of streams: every revision from 2024-11-05 to
/// 2026-07-28. Each request that needs a session is a call of `k` of its own, so that requests run
/// beside each other and none can take the server down.
class Server {
public:
    Server(ServerOptions options, int in, int out);

    /// Serves until its input ends, or `stop_fd` becomes readable. Gives the exit code.
    int serve(int stop_fd);

private:
    /// The course of a request: a next call of `k`, or the result, or the error.
    struct Next;
    using Course = std::variant<Next, Json, RpcError>;
    using Then = std::function<Course(Outcome)>;
    struct Next {
        Invocation invocation;
        Then then;
    };

    struct Active {
        Json id;
        Era era = Era::legacy;
        Cache cache = Cache::none;
        std::optional<RunningCall> call;
        Then then;
        bool cancelled = false;
        bool starts_session = false; ///< is not broken off: its session would be forgotten
        Json progress_token = nullptr;
        std::chrono::steady_clock::time_point began;
        std::chrono::steady_clock::time_point next_progress;
    };

    /// A request whose event streams are being opened.
    struct StandingUp {
        Json id;
        std::set<std::string> sessions;
        std::function<void()> then;
    };

    void take_line(const LineReader::Line& line);
    void take_message(const Json& json);
    void take_notification(const Message& message);
    void take_request(const Message& message, Era era);

    void call_tool(const Message& message, Era era);
    void read(const Message& message, Era era);
    void subscribe(const Message& message, bool on);
    void listen(const Message& message);

    void begin(const Message& message, Era era, Cache cache, Next next);
    void begin_queued();
    void go_on(Active& active, Course course);
    void call_ended(std::size_t index);
    void cancel(const Json& id);
    void tell_progress();

    [[nodiscard]] bool in_flight(const Json& id) const;
    /// Follows the events of these sessions, and calls back when none can be missed any more. `id`
    /// is that of the request, if it is one that wants it so.
    void watch(const Json& id, const std::set<std::string>& sessions, std::function<void()> then);
    void stream_ready();
    /// False once it is certain that there is none.
    [[nodiscard]] bool is_session(const std::string& session) const;
    /// Subscriptions outlive the session's end; now there is one again.
    void session_started(const std::string& session);
    void unwatch_unused();
    void tell_updates(const std::string& session);
    void end_listening();

    void answer(const Json& id, Json result, Era era, Cache cache = Cache::none);
    void refuse(const RpcError& error);
    void refuse_resource(const Json& id, Era era, const std::string& uri, std::string why);
    void write(std::string_view line);
    [[nodiscard]] bool may_write();

    ServerOptions options_;
    int in_;
    int out_;
    int stop_ = -1;       ///< readable when the server is to end
    bool broken_ = false; ///< nobody reads what we write
    LineReader lines_{kMaxLine};
    std::string agreed_; ///< revision of the handshake, if there was one
    std::vector<Active> active_;
    std::deque<std::pair<Active, Next>> queued_; ///< their turn comes when others have ended
    std::map<std::string, EventStream> streams_; ///< by session
    std::set<std::string> absent_;               ///< sessions that were found not to be there
    std::vector<StandingUp> standing_up_;
    std::set<std::string> subscribed_; ///< URIs, by resources/subscribe
    std::vector<std::pair<Json, std::set<std::string>>> listening_; ///< by subscriptions/listen
    std::optional<SessionKeeper> keeper_; ///< of the sessions that end with this server
};

} // namespace kept::mcp
