#include <array>
#include <limits>

#include "base/text.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/picture.h"
#include "cli/screen_file.h"
#include "cli/screen_text.h"
#include "cli/step.h"
#include "cli/writer.h"

namespace kept::cli {

namespace {

struct ScreenFlags {
    bool json = false;
    bool ansi = false;
    bool highlights = false;
    std::uint64_t scrollback = 0;
    std::optional<std::string> region;
    std::optional<std::string> diff;
    std::optional<std::string> svg;
    std::optional<std::string> png;
};

void declare(Options& options, ScreenFlags& flags) {
    options
        .flag("-j,--json", flags.json,
              "One JSON object: size, cursor, title, modes, hash, rows with their styles")
        .flag("--ansi", flags.ansi, "Keep colours")
        .natural("--scrollback", flags.scrollback, "N", "Also so many lines above the screen")
        .text("--region", flags.region, "X,Y,W,H", "A part of it; W or H 0: to the edge")
        .text("--diff", flags.diff, "HASH",
              "Only rows that differ from the screen with that hash (key `hash` of --json)")
        .text("--svg", flags.svg, "FILE", "Write a picture (`-`: standard output)")
        .text("--png", flags.png, "FILE", "Write a picture, by the program kept-png")
        .flag("--highlights", flags.highlights, "What stands out: the selected entry of a menu")
        .note("Columns and rows count from 0 at the top left.");
}

std::optional<control::Region> parse_region(std::string_view text) {
    std::array<int, 4> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto comma = text.find(',');
        const auto number =
            base::parse_integer(text.substr(0, comma), 0, std::numeric_limits<int>::max());
        if (!number || (comma == std::string_view::npos) != (i + 1 == numbers.size())) {
            return std::nullopt;
        }
        numbers.at(i) = static_cast<int>(*number);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return control::Region{numbers[0], numbers[1], numbers[2], numbers[3]};
}

std::expected<Shot, Failure> receive_shot(control::Client& client, const std::string& session) {
    Shot shot;
    while (true) {
        auto answer = next_answer(client, session);
        if (!answer) {
            return std::unexpected(answer.error());
        }
        if (auto* info = std::get_if<control::ScreenInfo>(&*answer)) {
            shot.info = std::move(*info);
        } else if (auto* rows = std::get_if<control::ScreenRows>(&*answer)) {
            for (control::ScreenRow& row : rows->rows) {
                if (!shot.rows.empty() && shot.rows.back().y == row.y) {
                    auto& runs = shot.rows.back().runs; // the rest of a long row
                    runs.insert(runs.end(), std::make_move_iterator(row.runs.begin()),
                                std::make_move_iterator(row.runs.end()));
                } else {
                    shot.rows.push_back(std::move(row));
                }
            }
        } else if (std::holds_alternative<control::ReportEnd>(*answer)) {
            return shot;
        }
    }
}

/// Writes the wanted pictures; a file's name is the outcome.
int show_pictures(const Shot& shot, const ScreenFlags& flags, const control::Region& region,
                  const Target& target, const Manner& manner) {
    const Picture picture = draw(shot, region);
    const std::string title = shot.info.title.empty() ? target.name : shot.info.title;
    if (flags.svg == "-") {
        out().put(to_svg(picture, title));
    } else if (flags.svg) {
        if (const auto failure = write_file(*flags.svg, to_svg(picture, title))) {
            return fail(manner, *failure);
        }
    }
    if (flags.png) {
        if (const auto failure = write_png(*flags.png, picture)) {
            return fail(manner, *failure);
        }
    }
    if (flags.json) {
        print_outcome(target.name, "written");
    }
    return 0;
}

int show(const Shot& shot, const ScreenFlags& flags, const std::string& session) {
    if (flags.json) {
        JsonWriter json(out());
        write_screen(json, session, shot, flags.highlights);
        return 0;
    }
    if (!flags.highlights) {
        out().put(screen_text(shot, flags.ansi));
        return 0;
    }
    for (const Highlight& one : find_highlights(shot)) {
        out().put(std::to_string(one.x) + "," + std::to_string(one.y) + "\t" + one.text + "\n");
    }
    return 0;
}

} // namespace

ParsedStep screen_step(const Verb& verb, Arguments arguments, StepReading reading) {
    ScreenFlags flags;
    flags.json = reading.in_batch;
    Options options(verb);
    declare(options, flags);
    auto words = options.parse(arguments, 0, reading.in_batch ? 0 : 1);
    if (!words) {
        return std::unexpected(words.error());
    }
    if ((flags.svg || flags.png) && (flags.diff || flags.highlights || flags.ansi)) {
        return std::unexpected(
            options.wrong("--svg and --png are of the whole screen or a --region"));
    }
    control::ScreenRequest request;
    request.scrollback = flags.scrollback;
    request.since = flags.diff.value_or("");
    if (flags.region) {
        const auto region = parse_region(*flags.region);
        if (!region) {
            return std::unexpected(
                options.wrong("'" + *flags.region + "' is no region; say X,Y,WIDTH,HEIGHT"));
        }
        request.region = *region;
    }
    Step step;
    if (!words->empty()) {
        step.session = words->front();
    }
    step.request = request;
    step.manner = {flags.json ? Manner::Words::json : Manner::Words::marked};
    step.take = [flags, region = request.region, manner = step.manner](control::Client& client,
                                                                       const Target& target) {
        const auto shot = receive_shot(client, target.name);
        if (!shot) {
            return fail(manner, shot.error());
        }
        return flags.svg || flags.png ? show_pictures(*shot, flags, region, target, manner)
                                      : show(*shot, flags, target.name);
    };
    return step;
}

int screen_command(const Verb& verb, Arguments arguments) {
    return carry_out(screen_step(verb, arguments, {}));
}

} // namespace kept::cli
