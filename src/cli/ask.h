#pragma once

#include <expected>

#include "cli/failure.h"
#include "cli/find_session.h"

namespace kept::cli {

/// One request, one answer of the wanted kind; anything else is a failure in words.
template <class Wanted>
std::expected<Wanted, Failure> ask(const Target& target, const control::Request& request,
                                   std::string_view bytes = {}) {
    auto client = open_session(target);
    if (!client) {
        return std::unexpected(explain(target.name, client.error()));
    }
    if (auto sent = client->send(request, bytes); !sent) {
        return std::unexpected(explain(target.name, sent.error()));
    }
    auto answer = client->answer();
    if (!answer && answer.error().code == control::ControlErrc::lost) {
        // It ended just now: its journal may still have the answer.
        if (auto reader = open_reader(target); reader && reader->send(request, bytes)) {
            answer = reader->answer();
        }
    }
    if (!answer) {
        return std::unexpected(explain(target.name, answer.error()));
    }
    if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
        return std::unexpected(explain(target.name, *refusal));
    }
    if (auto* wanted = std::get_if<Wanted>(&*answer)) {
        return std::move(*wanted);
    }
    return std::unexpected(Failure{"the session's daemon gave an answer of another kind", {}, {}});
}

/// {"session": …, "status": …}, and a hint if there is one, for commands that have no more to say.
void print_outcome(const std::string& session, std::string_view status, std::string_view hint = {});

} // namespace kept::cli
