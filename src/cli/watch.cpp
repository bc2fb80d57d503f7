#include <csignal>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/event_json.h"
#include "cli/options.h"
#include "cli/subscription.h"

namespace kept::cli {

namespace {

std::string_view the_farewell = "\nstopped\n";

void say_farewell(int /*signal*/) {
    [[maybe_unused]] const auto written =
        ::write(STDOUT_FILENO, the_farewell.data(), the_farewell.size());
    ::_exit(0);
}

} // namespace

int watch_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    Options options(verb);
    options.flag("-j,--json", json, "One JSON object a line: events, and output line by line");
    const auto addressed = parse_addressed(options, arguments, json);
    if (!addressed) {
        return addressed.error();
    }
    const auto& [target, manner] = *addressed;
    control::SubscribeRequest request;
    request.output = true;
    request.replay = false;
    auto client = subscribe(target, request);
    if (!client) {
        return fail(manner, explain(target.name, client.error()));
    }
    const bool colours = !json && colours_wanted();
    if (json) {
        the_farewell = {};
    } else {
        const std::string header = "watching " + target.name + " (ctrl-c to leave)";
        out().put((colours ? "\033[2m" + header + "\033[0m" : header) + "\n\n");
        if (colours) {
            the_farewell = "\n\033[2mstopped\033[0m\n";
        }
    }
    out().flush();
    ::signal(SIGINT, say_farewell);
    ::signal(SIGTERM, say_farewell);

    LineJoiner joiner([&](std::string_view line) {
        if (json) {
            write_output_line(out(), target.name, line);
        } else {
            out().put(line);
            out().put('\n');
        }
    });
    const auto ended = follow(
        *client, joiner,
        [&](const control::EventInfo& event) {
            if (json) {
                joiner.flush();
                write_event(out(), target.name, event);
            } else if (const auto mark = event_mark(event, colours); !mark.empty()) {
                joiner.mark(mark);
            }
        },
        [] { out().flush(); });
    out().flush();
    return ended ? 0 : fail(manner, explain(target.name, ended.error()));
}

} // namespace kept::cli
