#include "cli/agent.h"
#include "cli/ask.h"
#include "cli/end_session.h"
#include "cli/writer.h"
#include "os/lock.h"

namespace kept::cli {

int agent_stop(const Verb& verb, Arguments arguments) {
    AgentChoice choice;
    bool json = false;
    Options options(verb);
    choice.declare(options);
    options.flag("-j,--json", json, "Print one JSON object")
        .note("It returns when the agent is dead and the port is free.");
    if (auto words = options.parse(arguments, 0, 0); !words) {
        return words.error();
    }
    auto agent = find_agent(options, choice);
    if (!agent) {
        return agent.error();
    }
    if (!os::lock_holder(agent->target.paths.lock(agent->target.name))) {
        return agent_failure(no_agent(*agent), json);
    }
    if (auto ended = end_session(agent->target); !ended) {
        return agent_failure(ended.error(), json);
    }
    if (json) {
        print_outcome(agent->target.name, "ended");
    } else {
        out().put("Session ended.\n");
    }
    return 0;
}

} // namespace kept::cli
