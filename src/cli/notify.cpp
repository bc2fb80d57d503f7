#include <algorithm>
#include <cstdlib>
#include <unistd.h>

#include "base/ids.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/json_writer.h"
#include "cli/options.h"
#include "os/proc.h"

namespace kept::cli {

namespace {

/// With several words the first names the session if there is one of that name, or if nothing else
/// says which one is meant; otherwise all are the message.
bool names_session(const std::string& word) {
    if (!base::is_session_name(word)) {
        return false;
    }
    const auto paths = os::Paths::open();
    if (!paths) {
        return false;
    }
    const auto sessions = known_sessions(*paths);
    return std::ranges::find(sessions, word, &Known::name) != sessions.end() ||
           (::getenv("K_SESSION") == nullptr && !only_session(sessions));
}

std::string caller() {
    const std::string name = os::process_name(::getppid());
    return (name.empty() ? std::string("?") : name) + "@k:" + std::to_string(::getpid());
}

} // namespace

int notify_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    Options options(verb);
    options.flag("-j,--json", json, "Print one JSON object").words_only_after(1);
    auto words = options.parse(arguments, 1, arguments.size());
    if (!words) {
        return words.error();
    }
    const Manner manner{json ? Manner::Words::json : Manner::Words::marked};
    std::optional<std::string> session;
    auto first = words->begin();
    if (words->size() > 1 && names_session(words->front())) {
        session = words->front();
        ++first;
    }
    control::NotifyRequest request;
    request.from = caller();
    for (auto word = first; word != words->end(); ++word) {
        request.message.append(word == first ? "" : " ").append(*word);
    }
    auto target = find_session(session, manner);
    if (!target) {
        return target.error();
    }
    auto done = ask<control::Ok>(*target, request);
    if (!done) {
        return fail(manner, done.error());
    }
    if (json) {
        JsonWriter writer(out());
        writer.begin_object();
        writer.text("session", target->name);
        writer.text("status", "notified");
        writer.text("message", request.message);
        writer.end_object();
        writer.end_line();
    } else {
        out().put("OK notified: " + request.message + "\n");
    }
    return 0;
}

} // namespace kept::cli
