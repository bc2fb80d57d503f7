#include "cli/version.h"

#include <algorithm>

#include "cli/json_writer.h"
#include "control/messages.h"
#include "integration/files.h"
#include "kept_version.h"

namespace kept::cli {

namespace {

void write_words(JsonWriter& json, std::string_view key, std::vector<std::string_view> words) {
    std::ranges::sort(words);
    json.key(key);
    json.begin_array();
    for (const auto word : words) {
        json.text(word);
    }
    json.end_array();
}

/// The verbs are what a version can do: a program that asks looks for one of them.
std::vector<std::string_view> features() {
    std::vector<std::string_view> names;
    for (const Verb& verb : verbs()) {
        if (!verb.about.empty()) {
            names.push_back(verb.name);
        }
    }
    return names;
}

std::vector<std::string_view> built_in_profiles() {
    constexpr std::string_view kFolder = "profiles/";
    constexpr std::string_view kProfileSuffix = ".profile";
    std::vector<std::string_view> names;
    for (auto name : integration::names()) {
        if (name.starts_with(kFolder) && name.ends_with(kProfileSuffix)) {
            name.remove_prefix(kFolder.size());
            name.remove_suffix(kProfileSuffix.size());
            names.push_back(name);
        }
    }
    return names;
}

} // namespace

int print_version(Arguments words) {
    if (std::ranges::find(words, "--json") == words.end() &&
        std::ranges::find(words, "-j") == words.end()) {
        out().put("kept " + std::string(kVersion) + " (" + std::string(kCommit) + ")\n");
        return 0;
    }
    JsonWriter json(out());
    json.begin_object();
    json.text("version", kVersion);
    json.text("commit", kCommit);
    json.number("protocol", control::kProtocol);
    json.text("build", kBuildType);
    json.text("compiler", kCompiler);
    json.text("processor", kProcessor);
    json.boolean("static", kStatic);
    json.text("sanitizers", kSanitizers);
    write_words(json, "features", features());
    write_words(json, "profiles", built_in_profiles());
    json.end_object();
    json.end_line();
    return 0;
}

} // namespace kept::cli
