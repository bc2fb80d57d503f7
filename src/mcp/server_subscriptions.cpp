#include <algorithm>

#include "mcp/outcome.h"
#include "mcp/resources.h"
#include "mcp/server.h"

namespace kept::mcp {

namespace {

constexpr const char* kSubscriptionKey = "io.modelcontextprotocol/subscriptionId";
constexpr std::size_t kMaxSubscriptions = 256;

} // namespace

void Server::subscribe(const Message& message, bool on) {
    const std::string uri = text_of(message.params, "uri");
    const auto name = parse_uri(uri);
    if (!name) {
        refuse_resource(message.id, Era::legacy, uri, "there is no such resource");
        return;
    }
    if (on && subscribed_.size() >= kMaxSubscriptions) {
        refuse({RpcErrc::internal_error, "too many subscriptions", nullptr, message.id});
        return;
    }
    if (!on) {
        subscribed_.erase(uri);
        unwatch_unused();
        answer(message.id, Json::object(), Era::legacy);
        return;
    }
    watch(message.id, {name->session}, [this, id = message.id, uri, session = name->session] {
        if (!is_session(session)) {
            refuse_resource(id, Era::legacy, uri, "there is no session '" + session + "'");
            return;
        }
        subscribed_.insert(uri);
        answer(id, Json::object(), Era::legacy);
    });
}

bool Server::is_session(const std::string& session) const {
    return !absent_.contains(session);
}

void Server::session_started(const std::string& session) {
    const auto concerns = [&](const std::string& uri) {
        return parse_uri(uri)->session == session;
    };
    const bool wanted = std::ranges::any_of(subscribed_, concerns) ||
                        std::ranges::any_of(listening_, [&](const auto& one) {
                            return std::ranges::any_of(one.second, concerns);
                        });
    if (wanted) {
        streams_.erase(session); // of the one before, should its end not have been seen yet
        watch(nullptr, {session}, [this, session] { tell_updates(session); });
    }
}

void Server::listen(const Message& message) {
    const auto filter = message.params.find("notifications");
    if (filter == message.params.end() || !filter->is_object()) {
        refuse(
            {RpcErrc::invalid_params, "\"notifications\" must be an object", nullptr, message.id});
        return;
    }
    if (listening_.size() >= kMaxSubscriptions) {
        refuse({RpcErrc::internal_error, "too many subscriptions", nullptr, message.id});
        return;
    }
    std::set<std::string> uris;
    if (const auto wanted = filter->find("resourceSubscriptions");
        wanted != filter->end() && wanted->is_array()) {
        for (const Json& uri : *wanted) {
            if (uri.is_string() && parse_uri(uri.get_ref<const std::string&>()) &&
                uris.size() < kMaxSubscriptions) {
                uris.insert(uri.get<std::string>());
            }
        }
    }
    std::set<std::string> sessions;
    for (const std::string& uri : uris) {
        sessions.insert(parse_uri(uri)->session);
    }
    watch(message.id, sessions, [this, id = message.id, uris = std::move(uris)]() mutable {
        std::erase_if(uris,
                      [&](const std::string& uri) { return !is_session(parse_uri(uri)->session); });
        // What is agreed to: the lists of tools and templates never change.
        Json honoured = Json::object();
        if (!uris.empty()) {
            honoured["resourceSubscriptions"] = uris;
        }
        write(encode_notification(
            "notifications/subscriptions/acknowledged",
            {{"notifications", honoured}, {"_meta", {{kSubscriptionKey, id}}}}));
        if (uris.empty()) {
            Json result = Json::object();
            result["_meta"][kSubscriptionKey] = id;
            answer(id, std::move(result), Era::modern);
            return;
        }
        listening_.emplace_back(id, std::move(uris));
    });
}

void Server::watch(const Json& id, const std::set<std::string>& sessions,
                   std::function<void()> then) {
    for (const std::string& session : sessions) {
        if (streams_.contains(session)) {
            continue;
        }
        absent_.erase(session);
        if (auto stream = EventStream::start(session)) {
            streams_.emplace(session, std::move(*stream));
        }
    }
    standing_up_.push_back({id, sessions, std::move(then)});
    stream_ready();
}

void Server::stream_ready() {
    std::vector<std::function<void()>> ready;
    std::erase_if(standing_up_, [&](StandingUp& entry) {
        const bool all = std::ranges::all_of(entry.sessions, [&](const std::string& session) {
            const auto stream = streams_.find(session);
            return stream == streams_.end() || stream->second.ready();
        });
        if (all) {
            ready.push_back(std::move(entry.then));
        }
        return all;
    });
    for (const auto& then : ready) {
        then();
    }
    if (standing_up_.empty()) {
        absent_.clear();
    }
}

void Server::unwatch_unused() {
    std::erase_if(streams_, [&](const auto& entry) {
        const auto concerns = [&](const std::string& uri) {
            return parse_uri(uri)->session == entry.first;
        };
        return std::ranges::none_of(subscribed_, concerns) &&
               std::ranges::none_of(
                   listening_,
                   [&](const auto& one) { return std::ranges::any_of(one.second, concerns); }) &&
               std::ranges::none_of(standing_up_, [&](const StandingUp& one) {
                   return one.sessions.contains(entry.first);
               });
    });
}

void Server::tell_updates(const std::string& session) {
    const auto concerns = [&](const std::string& uri) {
        return parse_uri(uri)->session == session;
    };
    for (const std::string& uri : subscribed_) {
        if (concerns(uri)) {
            write(encode_notification("notifications/resources/updated", {{"uri", uri}}));
        }
    }
    for (const auto& [id, uris] : listening_) {
        for (const std::string& uri : uris) {
            if (concerns(uri)) {
                write(encode_notification("notifications/resources/updated",
                                          {{"uri", uri}, {"_meta", {{kSubscriptionKey, id}}}}));
            }
        }
    }
}

void Server::end_listening() {
    for (const auto& [id, uris] : listening_) {
        Json result = Json::object();
        result["_meta"][kSubscriptionKey] = id;
        answer(id, std::move(result), Era::modern);
    }
    listening_.clear();
}

} // namespace kept::mcp
