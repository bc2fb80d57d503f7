#include <deque>

#include "cli/code_source.h"
#include "cli/commands.h"
#include "cli/event_json.h"
#include "cli/subscription.h"

namespace kept::cli {

namespace {
constexpr std::int64_t kDefaultCount = 5;
constexpr std::size_t kLinesPerCount = 5;
} // namespace

int history_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    std::optional<std::string> count_text;
    Options options(verb);
    options.flag("-j,--json", json, "One JSON object a line: events, and output line by line")
        .text("-n,--number", count_text, "N", "So many times five lines (default 5)");
    auto words = options.parse(arguments, 0, 1);
    if (!words) {
        return words.error();
    }
    const Manner manner{json ? Manner::Words::json : Manner::Words::marked};
    const auto count = positive(count_text, "-n", kDefaultCount, 1);
    if (!count) {
        return count.error();
    }
    auto target =
        find_session(words->empty() ? std::nullopt : std::optional(words->front()), manner);
    if (!target) {
        return target.error();
    }
    const std::size_t most = static_cast<std::size_t>(*count) * kLinesPerCount;
    control::SubscribeRequest request;
    request.output = true;
    request.follow = false;
    request.replay = false;
    request.tail_lines = most;
    auto client = subscribe(*target, request);
    if (!client) {
        return fail(manner, explain(target->name, client.error()));
    }
    const bool colours = !json && colours_wanted();
    std::deque<std::string> lines; // marks stand among them, so more may come than are shown
    const auto keep = [&](std::string line) {
        lines.push_back(std::move(line));
        if (lines.size() > most) {
            lines.pop_front();
        }
    };
    LineJoiner joiner([&](std::string_view line) {
        if (!json) {
            keep(std::string(line) + "\n");
            return;
        }
        Writer one;
        write_output_line(one, target->name, line);
        keep(one.text());
    });
    const auto ended = follow(
        *client, joiner,
        [&](const control::EventInfo& event) {
            joiner.flush();
            if (json) {
                Writer one;
                if (write_event(one, target->name, event)) {
                    keep(one.text());
                }
            } else if (const auto mark = event_mark(event, colours); !mark.empty()) {
                keep(mark + "\n");
            }
        },
        [] {});
    for (const auto& line : lines) {
        out().put(line);
    }
    return ended ? 0 : fail(manner, explain(target->name, ended.error()));
}

} // namespace kept::cli
