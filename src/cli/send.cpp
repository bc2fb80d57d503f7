#include "cli/ask.h"
#include "cli/code_source.h"
#include "cli/commands.h"
#include "cli/writer.h"

namespace kept::cli {

int send_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    bool no_enter = false;
    Options options(verb);
    options.flag("-j,--json", json, "Print one JSON object")
        .flag("-n,--no-enter", no_enter, "Do not press Enter behind the text")
        .dashes_are_words()
        .note(
            "The text is typed as it is, whatever the session does: it answers a cell that waits.\n"
            "Text `-` is read from standard input.");
    auto words = options.parse(arguments, 0, 2);
    if (!words) {
        return words.error();
    }
    auto text = find_code(options, std::move(*words));
    if (!text) {
        return text.error();
    }
    if (!no_enter) {
        text->code.push_back('\r');
    }
    const Manner manner{json ? Manner::Words::json : Manner::Words::marked};
    auto target = find_session(text->session, manner);
    if (!target) {
        return target.error();
    }
    auto done = ask<control::Ok>(*target, control::SendRequest{text->code.size()}, text->code);
    if (!done) {
        return fail(manner, done.error());
    }
    if (json) {
        print_outcome(target->name, "sent");
    } else {
        out().put("OK\n");
    }
    return 0;
}

} // namespace kept::cli
