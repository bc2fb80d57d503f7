#include "cli/step.h"

#include "cli/ask.h"
#include "cli/writer.h"

namespace kept::cli {

int carry_out(ParsedStep step) {
    if (!step) {
        return step.error();
    }
    auto target = find_session(step->session, step->manner);
    if (!target) {
        return target.error();
    }
    auto client = open_session(*target);
    if (!client) {
        return fail(step->manner, explain(target->name, client.error()));
    }
    if (auto sent = client->send(step->request, step->bytes); !sent) {
        return fail(step->manner, explain(target->name, sent.error()));
    }
    return step->take(*client, *target);
}

std::expected<control::Answer, Failure> next_answer(control::Client& client,
                                                    const std::string& session) {
    auto answer = client.answer();
    if (!answer) {
        return std::unexpected(explain(session, answer.error()));
    }
    if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
        return std::unexpected(explain(session, *refusal));
    }
    return std::move(*answer);
}

std::function<int(control::Client&, const Target&)> take_ok(Manner manner,
                                                            std::string_view status) {
    return [manner, status = std::string(status)](control::Client& client, const Target& target) {
        const auto answer = next_answer(client, target.name);
        if (!answer) {
            return fail(manner, answer.error());
        }
        if (manner.words == Manner::Words::json) {
            print_outcome(target.name, status);
        } else {
            out().put("OK\n");
        }
        return 0;
    };
}

} // namespace kept::cli
