#include "mcp/server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <unistd.h>

#include "base/text.h"
#include "mcp/outcome.h"
#include "mcp/resources.h"

namespace kept::mcp {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxActive = 64; ///< requests beside each other: each is a process
constexpr std::size_t kMaxQueued = 4096;
constexpr std::chrono::seconds kProgressEvery{2};

} // namespace

Server::Server(ServerOptions options, int in, int out) : in_(in), out_(out) {
    if (options.close_sessions) {
        keeper_.emplace();
    }
}

int Server::serve(int stop_fd) {
    stop_ = stop_fd;
    while (!broken_) {
        std::vector<pollfd> polled{{in_, POLLIN, 0}, {stop_fd, POLLIN, 0}};
        bool progress = false;
        auto soonest = Clock::time_point::max();
        const auto count_in = [&](const Active& active) {
            if (!active.progress_token.is_null()) {
                progress = true;
                soonest = std::min(soonest, active.next_progress);
            }
        };
        for (const Active& active : active_) {
            polled.push_back({active.call->ended_fd(), POLLIN, 0});
            count_in(active);
        }
        for (const auto& [queued, next] : queued_) {
            count_in(queued);
        }
        std::vector<std::string> sessions;
        for (const auto& [session, stream] : streams_) {
            polled.push_back({stream.fd(), POLLIN, 0});
            sessions.push_back(session);
        }
        int patience = -1;
        if (progress) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(soonest - Clock::now());
            patience = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
        }
        if (::poll(polled.data(), polled.size(), patience) < 0 && errno != EINTR) {
            return 1;
        }
        if (progress) {
            tell_progress();
        }
        // Ends first, from the back: the list of calls changes under it.
        const std::size_t calls = active_.size();
        for (std::size_t i = calls; i > 0; --i) {
            if (polled[1 + i].revents != 0) {
                call_ended(i - 1);
            }
        }
        begin_queued();
        for (std::size_t i = 0; i < sessions.size(); ++i) {
            if (polled[2 + calls + i].revents == 0) {
                continue;
            }
            const auto stream = streams_.find(sessions[i]);
            if (stream == streams_.end()) {
                continue; // a call that has just ended made it superfluous
            }
            const auto seen = stream->second.read();
            if (stream->second.is_of_none()) {
                absent_.insert(sessions[i]);
            }
            if (!seen.open) {
                streams_.erase(stream);
            }
            stream_ready();
            if (seen.events) {
                tell_updates(sessions[i]);
            }
        }
        if (polled[1].revents != 0) {
            break;
        }
        if (polled[0].revents != 0) {
            std::array<char, 65536> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init)
            const auto got = ::read(in_, buffer.data(), buffer.size());
            if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) {
                break;
            }
            lines_.feed({buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))});
            while (auto line = lines_.next()) {
                take_line(*line);
            }
        }
    }
    end_listening();
    queued_.clear();
    for (std::size_t i = active_.size(); i > 0; --i) {
        if (active_[i - 1].starts_session && keeper_) {
            call_ended(i - 1);
        }
    }
    active_.clear();
    streams_.clear();
    if (keeper_) {
        keeper_->end();
    }
    return 0;
}

void Server::take_line(const LineReader::Line& line) {
    if (line.too_long) {
        refuse({RpcErrc::invalid_request,
                "the message is longer than " + std::to_string(kMaxLine) + " bytes", nullptr,
                nullptr});
        return;
    }
    if (base::trimmed(line.text).empty()) {
        return;
    }
    const auto json = parse_line(line.text);
    if (!json) {
        refuse(json.error());
        return;
    }
    // Batches existed in one revision only.
    if (json->is_array() && agreed_ == "2025-03-26" && !json->empty()) {
        for (const Json& one : *json) {
            take_message(one);
        }
        return;
    }
    take_message(*json);
}

void Server::take_message(const Json& json) {
    const auto message = to_message(json);
    if (!message) {
        refuse(message.error());
        return;
    }
    if (message->method.empty()) {
        return;
    }
    if (!message->is_request()) {
        take_notification(*message);
        return;
    }
    if (in_flight(message->id)) {
        refuse({RpcErrc::invalid_request, "a request with this id is being answered", nullptr,
                message->id});
        return;
    }
    const auto era = era_of(*message);
    if (!era) {
        refuse(era.error());
        return;
    }
    take_request(*message, *era);
}

void Server::take_notification(const Message& message) {
    if (message.method == "notifications/cancelled") {
        if (const auto id = message.params.find("requestId"); id != message.params.end()) {
            cancel(*id);
        }
    }
}

void Server::take_request(const Message& message, Era era) {
    const bool modern = era == Era::modern;
    const std::string& method = message.method;
    if (method == "tools/list") {
        Json list = Json::array();
        for (const Tool& tool : tools()) {
            list.push_back(describe(tool));
        }
        answer(message.id, Json{{"tools", std::move(list)}}, era, Cache::lasting);
    } else if (method == "tools/call") {
        call_tool(message, era);
    } else if (method == "resources/list") {
        auto reading = list_resources();
        begin(message, era, Cache::fleeting,
              {std::move(reading.invocation),
               [finish = std::move(reading.finish)](const Outcome& outcome) -> Course {
                   auto result = finish(outcome);
                   return result ? Course(std::move(*result)) : Course(result.error());
               }});
    } else if (method == "resources/templates/list") {
        answer(message.id, resource_templates(), era, Cache::lasting);
    } else if (method == "resources/read") {
        read(message, era);
    } else if (modern && method == "server/discover") {
        answer(message.id, discover_result(), era, Cache::lasting);
    } else if (modern && method == "subscriptions/listen") {
        listen(message);
    } else if (!modern && method == "initialize") {
        Json result = initialize_result(message.params);
        agreed_ = text_of(result, "protocolVersion");
        answer(message.id, std::move(result), era);
    } else if (!modern && method == "ping") {
        answer(message.id, Json::object(), era);
    } else if (!modern && (method == "resources/subscribe" || method == "resources/unsubscribe")) {
        subscribe(message, method == "resources/subscribe");
    } else {
        refuse({RpcErrc::method_not_found, "there is no method '" + method + "'", nullptr,
                message.id});
    }
}

void Server::call_tool(const Message& message, Era era) {
    const std::string name = text_of(message.params, "name");
    const Tool* tool = find_tool(name);
    if (tool == nullptr) {
        refuse({RpcErrc::invalid_params, "there is no tool '" + name + "'", nullptr, message.id});
        return;
    }
    const Json none = Json::object();
    const auto given = message.params.find("arguments");
    const Json& object = given == message.params.end() || given->is_null() ? none : *given;
    if (!object.is_object()) {
        refuse({RpcErrc::invalid_params, "\"arguments\" must be an object", nullptr, message.id});
        return;
    }
    ToolArguments arguments(object);
    mcp::Course course = tool->begin(arguments);
    if (const std::string problem = arguments.problem(); !problem.empty()) {
        course = failure(name + ": " + problem);
    }
    if (const auto* result = std::get_if<ToolResult>(&course)) {
        answer(message.id, to_json(*result), era);
        return;
    }
    // Tools know nothing of requests: their course becomes one of ours.
    struct Wrap {
        Server* server;
        std::string started; ///< session that this call starts
        std::string closed;

        Course operator()(mcp::Course from) const {
            if (auto* step = std::get_if<Step>(&from)) {
                return Next{std::move(step->invocation),
                            [wrap = *this, then = std::move(step->then)](Outcome outcome) {
                                return wrap(then(std::move(outcome)));
                            }};
            }
            const auto& result = std::get<ToolResult>(from);
            if (!result.failed && !started.empty() && text_of(result.data, "status") == "started") {
                if (server->keeper_) {
                    server->keeper_->started(started);
                }
                server->session_started(started);
            }
            if (!result.failed && !closed.empty() && server->keeper_) {
                server->keeper_->closed(closed);
            }
            return to_json(result);
        }
    };
    Wrap wrap{this, {}, {}};
    if (name == "session_new") {
        wrap.started = text_of(object, "name");
    } else if (name == "session_close") {
        wrap.closed = text_of(object, "session");
    }
    auto first = wrap(std::move(course));
    begin(message, era, Cache::none, std::move(std::get<Next>(first)));
}

void Server::read(const Message& message, Era era) {
    const std::string uri = text_of(message.params, "uri");
    const auto name = parse_uri(uri);
    if (!name) {
        refuse_resource(message.id, era, uri,
                        "there is no such resource; its form is kept://SESSION/screen, "
                        "kept://SESSION/journal or kept://SESSION/cells/CELL_ID");
        return;
    }
    auto reading = read_resource(uri, *name);
    begin(message, era, Cache::fleeting,
          {std::move(reading.invocation),
           [finish = std::move(reading.finish)](const Outcome& outcome) -> Course {
               auto result = finish(outcome);
               return result ? Course(std::move(*result)) : Course(result.error());
           }});
}

void Server::begin(const Message& message, Era era, Cache cache, Next next) {
    if (queued_.size() >= kMaxQueued) {
        refuse({RpcErrc::internal_error,
                "more than " + std::to_string(kMaxQueued) + " requests at once; wait for some",
                nullptr, message.id});
        return;
    }
    Active active;
    active.id = message.id;
    active.era = era;
    active.cache = cache;
    active.began = Clock::now();
    active.next_progress = active.began + kProgressEvery;
    active.starts_session =
        message.method == "tools/call" && text_of(message.params, "name") == "session_new";
    if (const auto meta = message.params.find("_meta");
        meta != message.params.end() && meta->is_object()) {
        const Json token = meta->value("progressToken", Json());
        active.progress_token = token.is_string() || token.is_number_integer() ? token : Json();
    }
    queued_.emplace_back(std::move(active), std::move(next));
    begin_queued();
}

void Server::begin_queued() {
    while (active_.size() < kMaxActive && !queued_.empty()) {
        auto [active, next] = std::move(queued_.front());
        queued_.pop_front();
        active_.push_back(std::move(active));
        go_on(active_.back(), std::move(next));
        if (!active_.back().call) {
            active_.pop_back();
        }
    }
}

void Server::go_on(Active& active, Course course) {
    active.call.reset();
    if (auto* next = std::get_if<Next>(&course)) {
        auto call = RunningCall::start(next->invocation);
        if (call) {
            active.call = std::move(*call);
            active.then = std::move(next->then);
        } else {
            refuse({RpcErrc::internal_error, call.error(), nullptr, active.id});
        }
    } else if (auto* result = std::get_if<Json>(&course)) {
        answer(active.id, std::move(*result), active.era, active.cache);
    } else {
        RpcError error = std::get<RpcError>(std::move(course));
        if (error.code == RpcErrc::resource_not_found) {
            refuse_resource(active.id, active.era, text_of(error.data, "uri"), error.message);
            return;
        }
        error.id = active.id;
        refuse(error);
    }
}

void Server::call_ended(std::size_t index) {
    Active& active = active_[index];
    Outcome outcome = active.call->collect();
    if (active.cancelled) {
        active.call.reset(); // nobody waits for the answer
        if (active.starts_session) {
            static_cast<void>(active.then(std::move(outcome)));
        }
    } else {
        const Then then = std::move(active.then);
        go_on(active, then(std::move(outcome)));
    }
    if (!active_[index].call) {
        active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(index));
    }
}

void Server::cancel(const Json& id) {
    const auto found = std::ranges::find(active_, id, &Active::id);
    if (found != active_.end()) {
        found->cancelled = true;
        found->progress_token = nullptr;
        if (!found->starts_session) {
            found->call->interrupt();
        }
        return;
    }
    std::erase_if(queued_, [&](const auto& entry) { return entry.first.id == id; });
    std::erase_if(standing_up_, [&](const StandingUp& entry) { return entry.id == id; });
    std::erase_if(listening_, [&](const auto& entry) { return entry.first == id; });
    unwatch_unused();
}

void Server::tell_progress() {
    const auto now = Clock::now();
    const auto tell = [&](Active& active) {
        if (active.progress_token.is_null() || now < active.next_progress) {
            return;
        }
        active.next_progress = now + kProgressEvery;
        const double seconds = std::chrono::duration<double>(now - active.began).count();
        write(encode_notification(
            "notifications/progress",
            {{"progressToken", active.progress_token},
             {"progress", seconds},
             {"message", "running for " + std::to_string(static_cast<int>(seconds)) + " s"}}));
    };
    std::ranges::for_each(active_, tell);
    for (auto& [queued, next] : queued_) {
        tell(queued);
    }
}

bool Server::in_flight(const Json& id) const {
    return std::ranges::find(active_, id, &Active::id) != active_.end() ||
           std::ranges::any_of(queued_, [&](const auto& entry) { return entry.first.id == id; }) ||
           std::ranges::find(standing_up_, id, &StandingUp::id) != standing_up_.end() ||
           std::ranges::any_of(listening_, [&](const auto& entry) { return entry.first == id; });
}

void Server::answer(const Json& id, Json result, Era era, Cache cache) {
    complete(result, era, cache);
    write(encode_result(id, result));
}

void Server::refuse(const RpcError& error) {
    write(encode_error(error));
}

void Server::refuse_resource(const Json& id, Era era, const std::string& uri, std::string why) {
    // The code of its own went with the handshake.
    refuse({era == Era::modern ? RpcErrc::invalid_params : RpcErrc::resource_not_found,
            std::move(why), Json{{"uri", uri}}, id});
}

void Server::write(std::string_view line) {
    while (!line.empty() && may_write()) {
        const auto written =
            ::write(out_, line.data(), std::min<std::size_t>(line.size(), PIPE_BUF));
        broken_ = written < 0 && errno != EINTR && errno != EAGAIN;
        line.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
}

/// Waits until that much can be written without being held up (pipe(7)): a client that reads
/// nothing can still end the server.
bool Server::may_write() {
    if (broken_) {
        return false;
    }
    std::array<pollfd, 2> polled{{{out_, POLLOUT, 0}, {stop_, POLLIN, 0}}};
    while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) {
    }
    broken_ = polled[0].revents == 0;
    return !broken_;
}

} // namespace kept::mcp
