#include "cli/commands.h"
#include "cli/json_writer.h"
#include "cli/options.h"
#include "integration/files.h"

namespace kept::cli {

int skill_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    bool agents = false;
    Options options(verb);
    options.flag("-j,--json", json, "One JSON object, with the text in it")
        .flag("--agents", agents, "A few lines for an AGENTS.md instead")
        .note(
            "The skill is a file with front matter, SKILL.md, as AI agents read it. For example:\n"
            "  mkdir -p ~/.agents/skills/kept && k skill > ~/.agents/skills/kept/SKILL.md\n"
            "  k skill --agents >> AGENTS.md");
    auto words = options.parse(arguments, 0, 0);
    if (!words) {
        return words.error();
    }
    const auto text = integration::file(agents ? "docs/agents-snippet.md" : "SKILL.md");
    if (!json) {
        out().put(text);
        return 0;
    }
    JsonWriter writer(out());
    writer.begin_object();
    writer.text("name", agents ? "AGENTS.md" : "SKILL.md");
    writer.text("text", text);
    writer.end_object();
    writer.end_line();
    return 0;
}

} // namespace kept::cli
