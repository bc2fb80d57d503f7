#include "cli/new_options.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/text.h"
#include "control/words.h"

namespace kept::cli {

namespace {

constexpr int kLargestSide = 1000;
constexpr std::int64_t kLongestStartS = 86'400;

/// K=V, with a K; empty otherwise.
std::optional<std::pair<std::string, std::string>> parse_pair(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
        return std::nullopt;
    }
    return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

/// Takes `--prompt=…` out of the words, wherever it stands.
std::optional<std::string> take_prompt(std::vector<std::string>& words) {
    constexpr std::string_view kOption = "--prompt=";
    std::optional<std::string> prompt;
    std::erase_if(words, [&](const std::string& word) {
        if (!word.starts_with(kOption)) {
            return false;
        }
        prompt = word.substr(kOption.size());
        return true;
    });
    return prompt;
}

/// The frame that the prompt and the choice make together; empty when they contradict each other.
std::optional<control::FrameChoice> frame_for(const std::optional<std::string>& choice,
                                              const std::string& prompt) {
    const auto chosen = control::kFrameNames.find(choice.value_or("auto"))
                            .value_or(control::FrameChoice::automatic);
    const bool needs_prompt =
        chosen == control::FrameChoice::prompt || chosen == control::FrameChoice::hook;
    if (needs_prompt) {
        return prompt.empty() ? std::nullopt : std::optional(chosen);
    }
    if (prompt.empty()) {
        return chosen;
    }
    if (chosen != control::FrameChoice::automatic) {
        return std::nullopt;
    }
    return prompt.find('/') != std::string::npos ? control::FrameChoice::hook
                                                 : control::FrameChoice::prompt;
}

} // namespace

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
    std::int64_t unit = 1;
    if (!text.empty()) {
        switch (text.back()) {
        case 'k':
        case 'K':
            unit = 1024;
            break;
        case 'M':
            unit = 1024 * 1024;
            break;
        case 'G':
            unit = 1024 * 1024 * 1024;
            break;
        default:
            break;
        }
    }
    if (unit != 1) {
        text.remove_suffix(1);
    }
    const auto number = base::parse_integer(text, 1, std::int64_t{1} << 30U);
    if (!number && unit == 1) {
        const auto plain = base::parse_integer(text, 1, std::int64_t{1} << 60U);
        return plain ? std::optional(static_cast<std::uint64_t>(*plain)) : std::nullopt;
    }
    return number ? std::optional(static_cast<std::uint64_t>(*number * unit)) : std::nullopt;
}

std::optional<std::pair<int, int>> parse_size(std::string_view text) {
    const auto cross = text.find('x');
    if (cross == std::string_view::npos) {
        return std::nullopt;
    }
    const auto cols = base::parse_integer(text.substr(0, cross), 1, kLargestSide);
    const auto rows = base::parse_integer(text.substr(cross + 1), 1, kLargestSide);
    if (!cols || !rows) {
        return std::nullopt;
    }
    return std::pair(static_cast<int>(*cols), static_cast<int>(*rows));
}

std::expected<NewRequest, int> parse_new(const Verb& verb, Arguments arguments) {
    NewRequest request;
    control::LaunchSpec& spec = request.spec;
    std::optional<std::string> prompt;
    std::optional<std::string> cwd;
    std::optional<std::string> size;
    std::optional<std::string> frame;
    std::optional<std::string> rc;
    std::optional<std::string> profile;
    std::optional<std::string> limit;
    std::optional<std::string> start_timeout;
    std::vector<std::string> environment;
    std::vector<std::string> labels;
    Options options(verb);
    options.text("--prompt", prompt, "P", "The program's exact prompt, or (with a / in it) a hook")
        .choice("--frame", frame, {"auto", "marks", "prompt", "hook", "quiet", "repeat"},
                "How the end of a cell is known")
        .text("--cwd", cwd, "DIR", "Start in this directory (default: here)")
        .texts("--env", environment, "K=V", "Set a variable; may be given again")
        .text("--size", size, "COLSxROWS", "Of the terminal (160x50)")
        .choice("--rc", rc, {"clean", "user"}, "Read the user's start-up files? (clean: no)")
        .text("--profile", profile, "NAME",
              "Of k profiles, whatever the command is called; none for none")
        .texts("--label", labels, "K=V", "Shown by k status; may be given again")
        .text("--journal-limit", limit, "BYTES",
              "Keep at most so much output (64M); k, M and G are known")
        .text("--start-timeout", start_timeout, "SECONDS", "For the first prompt to come (10)")
        .flag("-j,--json", request.json, "Print one JSON object")
        .words_only_after(2)
        .note(
            "From the command's first word on everything belongs to it, save --prompt=P, which is\n"
            "taken anywhere. One word with spaces in it is a shell command line.\n"
            "A hook is a program that is fed the lines of the output and exits when a frame ends.\n"
            "It returns when the program is ready; a session that is alive is left alone.");
    std::vector<std::string> given(arguments.begin(), arguments.end());
    auto anywhere = take_prompt(given);
    auto words = options.parse(given, 1, std::numeric_limits<std::size_t>::max());
    if (!words) {
        return std::unexpected(words.error());
    }
    if (anywhere) {
        prompt = std::move(anywhere);
    }
    spec.name = words->front();
    spec.command.assign(words->begin() + 1, words->end());
    if (spec.command.empty() ||
        (spec.command.size() == 1 && base::trimmed(spec.command[0]).empty())) {
        spec.command = {"bash"};
    }
    if (!std::ranges::all_of(spec.command, base::is_utf8)) {
        return std::unexpected(options.wrong("the command is no valid UTF-8"));
    }
    for (const auto& variable : environment) {
        auto pair = parse_pair(variable);
        if (!pair || !base::is_utf8(variable)) {
            return std::unexpected(
                options.wrong("--env wants NAME=VALUE in UTF-8, not '" + variable + "'"));
        }
        spec.environment[pair->first] = pair->second;
    }
    for (const auto& label : labels) {
        auto pair = parse_pair(label);
        if (!pair || !base::is_utf8(label)) {
            return std::unexpected(
                options.wrong("--label wants KEY=VALUE in UTF-8, not '" + label + "'"));
        }
        spec.labels[pair->first] = pair->second;
    }
    if (size) {
        const auto parsed = parse_size(*size);
        if (!parsed) {
            return std::unexpected(
                options.wrong("--size wants COLSxROWS, 1x1 to 1000x1000, not '" + *size + "'"));
        }
        std::tie(spec.cols, spec.rows) = *parsed;
    }
    if (limit) {
        const auto bytes = parse_bytes(*limit);
        if (!bytes) {
            return std::unexpected(
                options.wrong("--journal-limit wants a number of bytes, not '" + *limit + "'"));
        }
        spec.journal_limit = *bytes;
    }
    if (start_timeout) {
        const auto seconds = base::parse_integer(*start_timeout, 1, kLongestStartS);
        if (!seconds) {
            return std::unexpected(
                options.wrong("--start-timeout wants seconds, not '" + *start_timeout + "'"));
        }
        spec.start_timeout_ms = *seconds * 1000;
    }
    spec.prompt = prompt.value_or("");
    const auto choice = frame_for(frame, spec.prompt);
    if (!choice) {
        return std::unexpected(
            options.wrong("--frame=" + *frame +
                          (spec.prompt.empty() ? " needs a --prompt" : " takes no --prompt")));
    }
    spec.frame = *choice;
    spec.rc = control::kRcNames.find(rc.value_or("clean")).value_or(control::RcChoice::clean);
    spec.use_profile = profile.value_or("");
    if (profile && spec.frame != control::FrameChoice::automatic &&
        spec.frame != control::FrameChoice::marks) {
        return std::unexpected(
            options.wrong("--profile goes with --frame=auto and marks alone, and no --prompt"));
    }
    spec.cwd = cwd.value_or("");
    return request;
}

} // namespace kept::cli
