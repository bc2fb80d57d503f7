#include <limits>

#include "cli/agent.h"
#include "cli/code_source.h"
#include "cli/view.h"
#include "cli/writer.h"
#include "remote/tell.h"

namespace kept::cli {

namespace {

constexpr std::int64_t kSayTimeoutS = 120;

Failure busy(const AgentTarget& agent, const control::Refusal& refusal) {
    return {"a turn is in progress (cell " + refusal.cell + ")",
            "one at a time: wait for it (km " + agent.target.name + " " + refusal.cell +
                " -1), or give it up (k int " + agent.target.name + ")",
            {}};
}

} // namespace

int agent_say(const Verb& verb, Arguments arguments) {
    AgentChoice choice;
    std::optional<std::string> timeout;
    control::AgentRequest request;
    request.verb = "say";
    Options options(verb);
    choice.declare(options);
    options
        .text("-t,--timeout", timeout, "SECONDS",
              "Return after so long (120), exit code 124; the turn goes on")
        .flag("-j,--json", request.json, "Print one JSON object with everything that was told")
        .flag("--metrics", request.metrics, "The delays of each reply")
        .flag("--logs", request.logs, "The agent's own output meanwhile")
        .dashes_are_words()
        .note("Without a text, or with -, it is read from standard input.\n"
              "Exit codes: 0 answered (also by silence), 1 an error, 124 no answer in time.");
    auto words = options.parse(arguments, 0, std::numeric_limits<std::size_t>::max());
    if (!words) {
        return words.error();
    }
    const auto seconds = positive(timeout, "-t", kSayTimeoutS, 1);
    if (!seconds) {
        return seconds.error();
    }
    std::string joined;
    for (const std::string& word : *words) {
        joined.append(joined.empty() ? "" : " ").append(word);
    }
    auto text = find_code(options, words->empty() ? std::vector<std::string>()
                                                  : std::vector<std::string>{std::move(joined)});
    if (!text) {
        return text.error();
    }
    auto agent = find_agent(options, choice);
    if (!agent) {
        return agent.error();
    }
    request.bytes = text->code.size();
    request.timeout_ms = *seconds * 1000;
    request.colours = !request.json && colours_wanted();
    auto client = open_agent(*agent);
    if (!client) {
        return agent_failure(client.error(), request.json);
    }
    const std::string& name = agent->target.name;
    if (auto sent = client->send(request, text->code); !sent) {
        return agent_failure(explain(name, sent.error()), request.json);
    }
    auto first = client->answer();
    if (!first) {
        return agent_failure(first.error().code == control::ControlErrc::lost
                                 ? no_agent(*agent)
                                 : explain(name, first.error()),
                             request.json);
    }
    if (const auto* refusal = std::get_if<control::Refusal>(&*first)) {
        return agent_failure(refusal->code == control::ControlErrc::busy ? busy(*agent, *refusal)
                                                                         : explain(name, *refusal),
                             request.json);
    }
    std::optional<control::CellInfo> cell;
    if (const auto* started = std::get_if<control::CellInfo>(&*first)) {
        remote::tell_cell(name, started->id);
    }
    while (true) {
        auto frame = client->receive();
        if (!frame) {
            out().flush();
            return agent_failure({"the session ended during the turn", {}, {}}, false);
        }
        if (frame->type == control::FrameType::bytes) {
            out().put(frame->payload);
            out().flush();
            continue;
        }
        const auto answer = control::decode_answer(frame->payload);
        if (!answer) {
            return agent_failure(explain(name, answer.error()), false);
        }
        if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
            return agent_failure(explain(name, *refusal), false);
        }
        if (const auto* head = std::get_if<control::CellInfo>(&*answer)) {
            cell = *head;
        }
        if (std::holds_alternative<control::ReportEnd>(*answer)) {
            break;
        }
    }
    if (cell && !cell->ended()) {
        out().flush();
        say("timeout: no answer within " + std::to_string(*seconds) + " s; the turn goes on (km " +
            name + " " + cell->id + " -1 waits for it, k int " + name + " gives it up)");
        return kTimeoutCode;
    }
    if (!cell || cell->state == control::CellState::error) {
        out().flush();
        say("error: " + (cell ? cell->error : std::string("the session ended")));
        return 1;
    }
    return 0;
}

} // namespace kept::cli
