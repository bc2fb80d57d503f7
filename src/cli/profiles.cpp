#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/json_writer.h"
#include "cli/options.h"
#include "profiles/catalog.h"

namespace kept::cli {

namespace {

void write_profile(JsonWriter& json, const profiles::Profile& profile) {
    json.begin_object();
    json.text("profile", profile.name);
    json.text("origin", profile.origin);
    json.text("about", profile.about);
    json.text("command", fmt::format("{}", fmt::join(profile.commands, " ")));
    json.end_object();
}

void print_line(const profiles::Profile& profile) {
    constexpr std::size_t kColumn = 12;
    std::string line = profile.name;
    line.resize(std::max(line.size() + 1, kColumn), ' ');
    line += profile.about;
    if (!profiles::is_built_in(profile)) {
        line += "  (" + profile.origin + ")";
    }
    out().put(line + "\n");
}

} // namespace

int profiles_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    Options options(verb);
    options.flag("-j,--json", json, "One JSON object, or an array of them")
        .note("Without a name: all of them, a line each. With one: its text, to read or to copy "
              "into\n"
              "~/.config/kept/profiles/NAME.profile, where it takes the built-in one's place.");
    auto words = options.parse(arguments, 0, 1);
    if (!words) {
        return words.error();
    }
    const Manner manner{json ? Manner::Words::json : Manner::Words::marked};
    JsonWriter writer(out());
    if (!words->empty()) {
        auto profile = profiles::named(words->front());
        if (!profile) {
            return fail(manner, {profile.error(), {}, {}});
        }
        if (json) {
            write_profile(writer, *profile);
            writer.end_line();
        } else {
            out().put(profiles::source(*profile));
        }
        return 0;
    }
    auto all = profiles::all();
    if (!all) {
        return fail(manner, {all.error(), {}, {}});
    }
    if (json) {
        writer.begin_array();
    }
    for (const auto& profile : *all) {
        if (json) {
            write_profile(writer, profile);
        } else {
            print_line(profile);
        }
    }
    if (json) {
        writer.end_array();
        writer.end_line();
    }
    return 0;
}

} // namespace kept::cli
