#include "base/text.h"
#include "cli/code_source.h"
#include "cli/commands.h"
#include "cli/json_writer.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/step.h"
#include "cli/writer.h"
#include "control/words.h"

namespace kept::cli {

namespace {

using control::WaitCondition;
using control::WaitKind;

constexpr std::int64_t kWaitTimeoutS = 30;

struct WaitFlags {
    bool json = false;
    bool any = false;
    bool all = false;
    bool exit = false;
    bool waiting = false;
    std::optional<std::string> timeout;
    std::vector<std::string> texts;
    std::vector<std::string> patterns;
    std::vector<std::string> gone;
    std::vector<std::string> cells;
    std::vector<std::string> cursors;
    std::vector<std::string> idle;
    std::vector<std::string> stable;
};

void declare(Options& options, WaitFlags& flags) {
    options.flag("-j,--json", flags.json, "Print one JSON object")
        .text("-t,--timeout", flags.timeout, "SECONDS", "Give up after so long (30)")
        .texts("--text", flags.texts, "TEXT", "The text is on the screen, or goes by in a line")
        .texts("--regex", flags.patterns, "RE2", "The same of a pattern")
        .texts("--gone", flags.gone, "TEXT", "The text is not on the screen")
        .texts("--idle", flags.idle, "MS", "Nothing was written or typed for so long")
        .texts("--stable", flags.stable, "MS", "The screen has shown the same for so long")
        .texts("--cursor", flags.cursors, "X,Y", "The cursor is there (from 0, top left)")
        .flag("--exit", flags.exit, "The program has ended")
        .texts("--cell", flags.cells, "ID", "That cell has ended; `-` is the latest")
        .flag("--waiting", flags.waiting,
              "The active cell, or what k send started, waits for input")
        .flag("--any", flags.any, "One of them is enough")
        .flag("--all", flags.all, "All of them (the default)")
        .note("What is there already counts. The line that matched is printed.\n"
              "Exit codes: 0 met, 124 not in time, 1 the session ended or another error.");
}

/// Adds a condition for each value; an empty list when one of them is wrong.
class Conditions {
public:
    explicit Conditions(const Options& options) : options_(options) {}

    void texts(WaitKind kind, const std::vector<std::string>& values) {
        for (const auto& value : values) {
            if (value.empty()) {
                wrong("an empty text is everywhere");
            }
            add(kind).text = value;
        }
    }

    void times(WaitKind kind, const char* name, const std::vector<std::string>& values) {
        constexpr std::int64_t kLongestMs = 24LL * 3600 * 1000;
        for (const auto& value : values) {
            const auto ms = base::parse_integer(value, 1, kLongestMs);
            if (!ms) {
                wrong(std::string(name) + " takes milliseconds, not '" + value + "'");
            }
            add(kind).ms = ms.value_or(0);
        }
    }

    void places(const std::vector<std::string>& values) {
        constexpr std::int64_t kFarthest = 4096;
        for (const auto& value : values) {
            const auto comma = std::min(value.find(','), value.size());
            const auto x = base::parse_integer(value.substr(0, comma), 0, kFarthest);
            const auto y = comma == value.size()
                               ? std::nullopt
                               : base::parse_integer(value.substr(comma + 1), 0, kFarthest);
            if (!x || !y) {
                wrong("--cursor takes X,Y, not '" + value + "'");
            }
            auto& condition = add(WaitKind::cursor);
            condition.x = static_cast<int>(x.value_or(0));
            condition.y = static_cast<int>(y.value_or(0));
        }
    }

    WaitCondition& add(WaitKind kind) {
        auto& condition = list_.emplace_back();
        condition.kind = kind;
        return condition;
    }

    std::expected<std::vector<WaitCondition>, int> take() {
        if (!error_ && list_.empty()) {
            wrong("wait for what? say --text, --idle, --exit, …");
        }
        if (!error_ && list_.size() > control::kMostConditions) {
            wrong("too many conditions");
        }
        if (error_) {
            return std::unexpected(*error_);
        }
        return std::move(list_);
    }

private:
    void wrong(const std::string& what) {
        if (!error_) {
            error_ = options_.wrong(what);
        }
    }

    const Options& options_;
    std::vector<WaitCondition> list_;
    std::optional<int> error_;
};

/// A condition as it was written on the command line.
std::string words_of(const WaitCondition& condition) {
    std::string words = "--" + std::string(control::kWaitKindNames.of(condition.kind));
    switch (condition.kind) {
    case WaitKind::idle:
    case WaitKind::stable:
        return words + " " + std::to_string(condition.ms);
    case WaitKind::cursor:
        return words + " " + std::to_string(condition.x) + "," + std::to_string(condition.y);
    case WaitKind::exit:
    case WaitKind::waiting:
        return words;
    default:
        return words + " " + base::shell_quoted(condition.text);
    }
}

void print_json(const std::string& session, const control::WaitRequest& request,
                const control::WaitInfo& info) {
    JsonWriter json(out());
    json.begin_object();
    json.text("session", session);
    json.text("status", info.met ? "met" : "timeout");
    json.number("waited_ms", info.waited_ms);
    json.key("conditions");
    json.begin_array();
    for (std::size_t i = 0; i < request.conditions.size() && i < info.outcomes.size(); ++i) {
        const WaitCondition& condition = request.conditions[i];
        const control::WaitOutcome& outcome = info.outcomes[i];
        json.begin_object();
        json.text("kind", control::kWaitKindNames.of(condition.kind));
        if (!condition.text.empty()) {
            json.text("text", condition.text);
        }
        json.boolean("met", outcome.met);
        if (outcome.met && (!outcome.line.empty() || outcome.row)) {
            json.text("line", outcome.line);
        }
        if (outcome.row) {
            json.number("y", *outcome.row);
        }
        json.end_object();
    }
    json.end_array();
    if (info.exit_code) {
        json.number("exit_code", *info.exit_code);
    }
    if (info.signal) {
        json.number("signal", *info.signal);
    }
    json.end_object();
    json.end_line();
}

void print_text(const control::WaitRequest& request, const control::WaitInfo& info) {
    if (!info.met) {
        std::string missing;
        for (std::size_t i = 0; i < request.conditions.size() && i < info.outcomes.size(); ++i) {
            if (!info.outcomes[i].met) {
                missing += (missing.empty() ? "" : ", ") + words_of(request.conditions[i]);
            }
        }
        say("k: not in " + std::to_string(request.timeout_ms / 1000) + " s: " + missing +
            "; k screen shows what there is");
        return;
    }
    bool printed = false;
    for (const control::WaitOutcome& outcome : info.outcomes) {
        if (outcome.met && !outcome.line.empty()) {
            out().put(outcome.line + "\n");
            printed = true;
        }
    }
    if (!printed) {
        out().put("OK\n");
    }
}

} // namespace

ParsedStep wait_step(const Verb& verb, Arguments arguments, StepReading reading) {
    WaitFlags flags;
    flags.json = reading.in_batch;
    Options options(verb);
    declare(options, flags);
    auto words = options.parse(arguments, 0, reading.in_batch ? 0 : 1);
    if (!words) {
        return std::unexpected(words.error());
    }
    if (flags.any && flags.all) {
        return std::unexpected(options.wrong("--any and --all exclude each other"));
    }
    const auto timeout = positive(flags.timeout, "-t", kWaitTimeoutS, 1);
    if (!timeout) {
        return std::unexpected(timeout.error());
    }
    for (auto& cell : flags.cells) {
        cell = cell == "-" ? "" : cell;
    }
    Conditions conditions(options);
    conditions.texts(WaitKind::text, flags.texts);
    conditions.texts(WaitKind::regex, flags.patterns);
    conditions.texts(WaitKind::gone, flags.gone);
    conditions.times(WaitKind::idle, "--idle", flags.idle);
    conditions.times(WaitKind::stable, "--stable", flags.stable);
    conditions.places(flags.cursors);
    for (const auto& cell : flags.cells) {
        conditions.add(WaitKind::cell).text = cell;
    }
    if (flags.exit) {
        conditions.add(WaitKind::exit);
    }
    if (flags.waiting) {
        conditions.add(WaitKind::waiting);
    }
    auto list = conditions.take();
    if (!list) {
        return std::unexpected(list.error());
    }
    control::WaitRequest request{std::move(*list), flags.any, *timeout * 1000};
    Step step;
    if (!words->empty()) {
        step.session = words->front();
    }
    step.request = request;
    step.manner = {flags.json ? Manner::Words::json : Manner::Words::marked};
    step.take = [request, manner = step.manner](control::Client& client, const Target& target) {
        Progress progress(target, {});
        if (manner.words != Manner::Words::json) {
            client.while_waiting([&](int fd) { progress.wait(fd); });
        }
        const auto answer = next_answer(client, target.name);
        client.while_waiting({});
        if (!answer) {
            return fail(manner, answer.error());
        }
        const auto* info = std::get_if<control::WaitInfo>(&*answer);
        if (info == nullptr) {
            return fail(manner, {"the session's daemon gave an answer of another kind", {}, {}});
        }
        if (manner.words == Manner::Words::json) {
            print_json(target.name, request, *info);
        } else {
            print_text(request, *info);
        }
        return info->met ? 0 : kTimeoutCode;
    };
    return step;
}

int wait_command(const Verb& verb, Arguments arguments) {
    return carry_out(wait_step(verb, arguments, {}));
}

} // namespace kept::cli
