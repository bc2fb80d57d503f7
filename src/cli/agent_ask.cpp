#include "cli/agent.h"
#include "cli/ask.h"
#include "cli/code_source.h"
#include "cli/view.h"
#include "cli/writer.h"

namespace kept::cli {

int agent_ask(const Verb& verb, Arguments arguments) {
    AgentChoice choice;
    std::optional<std::string> lines;
    control::AgentRequest request;
    request.verb = verb.name.substr(verb.name.find(' ') + 1);
    const bool is_file = request.verb == "events" || request.verb == "logs";
    Options options(verb);
    choice.declare(options);
    options.flag("-j,--json", request.json,
                 request.verb == "events" ? "JSON, which it always is" : "Print one JSON object");
    if (is_file) {
        options.text("-n", lines, "N", "The last N lines only")
            .flag("-f,--follow", request.follow, "Go on with what comes, until Ctrl-C");
    }
    if (auto words = options.parse(arguments, 0, 0); !words) {
        return words.error();
    }
    const auto wanted = positive(lines, "-n", 0, 1);
    if (!wanted) {
        return wanted.error();
    }
    request.lines = static_cast<std::uint64_t>(*wanted);
    request.colours = !request.json && colours_wanted();
    auto agent = find_agent(options, choice);
    if (!agent) {
        return agent.error();
    }
    auto client = open_agent(*agent, is_file);
    if (!client) {
        return agent_failure(client.error(), request.json);
    }
    const std::string& name = agent->target.name;
    if (auto sent = client->send(request); !sent) {
        return agent_failure(explain(name, sent.error()), request.json);
    }
    if (auto printed = print_answer(*client, name); !printed) {
        return agent_failure(printed.error(), request.json);
    }
    if (request.verb == "restart" && request.json) {
        print_outcome(name, "restarted");
    }
    return 0;
}

} // namespace kept::cli
