#include <unistd.h>

#include "cli/code_source.h"
#include "cli/commands.h"
#include "cli/step.h"

namespace kept::cli {

namespace {

using control::SendForm;

struct SendFlags {
    bool json = false;
    bool enter = false;
    bool no_enter = false;
    bool paste = false;
    bool eof = false;
    bool password = false;
    std::optional<std::string> keys;
    std::optional<std::string> mouse;
    std::optional<std::string> on_text;
};

void declare(Options& options, SendFlags& flags) {
    options.flag("-j,--json", flags.json, "Print one JSON object")
        .flag("--enter", flags.enter, "Press Enter behind it (which text does anyway)")
        .flag("-n,--no-enter", flags.no_enter, "Do not press Enter behind the text")
        .text("--keys", flags.keys, "KEYS", "Press keys: \"C-c M-x S-Up F5 PgDn Enter*3 :wq\"")
        .flag("--paste", flags.paste, "Paste the text instead of typing it")
        .flag("--eof", flags.eof, "End the program's input (Ctrl-D)")
        .flag("--password-stdin", flags.password,
              "Type a line of standard input, only while the program shows nothing of it")
        .text("--mouse", flags.mouse, "ACTION",
              "click,x,y | right,x,y | double,x,y | drag,x,y,x2,y2 | scroll,up|down[,x,y][*N]")
        .text("--on-text", flags.on_text, "TEXT", "The mouse acts where that text stands")
        .dashes_are_words()
        .note("The text is typed as it is, whatever the session does: it answers a cell that "
              "waits.\n"
              "Text `-` is read from standard input. Keys have tmux's names; each is sent as the\n"
              "program has asked for it. Columns and rows count from 0 at the top left.");
}

/// The first line of standard input, for a password.
std::expected<std::string, int> read_password(const Options& options) {
    if (::isatty(STDIN_FILENO) == 1) {
        return std::unexpected(
            options.wrong("--password-stdin reads standard input: pipe the password into it"));
    }
    auto given = find_code(options, {"-"});
    if (!given) {
        return std::unexpected(given.error());
    }
    std::string& text = given->code;
    text.resize(std::min(text.find('\n'), text.size()));
    return std::move(text);
}

} // namespace

ParsedStep send_step(const Verb& verb, Arguments arguments, StepReading reading) {
    SendFlags flags;
    flags.json = reading.in_batch;
    Options options(verb);
    declare(options, flags);
    auto words = options.parse(arguments, 0, reading.in_batch ? 1 : 2);
    if (!words) {
        return std::unexpected(words.error());
    }
    const int forms = (flags.keys ? 1 : 0) + (flags.mouse ? 1 : 0) + (flags.paste ? 1 : 0) +
                      (flags.eof ? 1 : 0) + (flags.password ? 1 : 0);
    if (forms > 1) {
        return std::unexpected(options.wrong(
            "--keys, --paste, --eof, --password-stdin and --mouse exclude each other"));
    }
    if (flags.on_text && !flags.mouse) {
        flags.mouse = "click";
    }
    Step step;
    control::SendRequest request;
    const bool text_form = flags.paste || (forms == 0 && !flags.mouse);
    if (text_form && reading.in_batch && (words->empty() || words->back() == "-")) {
        return std::unexpected(
            options.wrong("a batch has its steps on standard input, and so no text there"));
    }
    if (text_form) {
        auto text = find_code(options, std::move(*words));
        if (!text) {
            return std::unexpected(text.error());
        }
        step.session = std::move(text->session);
        step.bytes = std::move(text->code);
        request.form = flags.paste ? SendForm::paste : SendForm::text;
        request.enter = flags.paste ? flags.enter : !flags.no_enter;
    } else {
        if (words->size() > (reading.in_batch ? 0U : 1U)) {
            return std::unexpected(options.wrong("there is no text beside keys, mouse and --eof"));
        }
        if (!words->empty()) {
            step.session = std::move(words->front());
        }
        request.enter = flags.enter;
        if (flags.keys) {
            request.form = SendForm::keys;
            step.bytes = *flags.keys;
        } else if (flags.mouse) {
            request.form = SendForm::mouse;
            step.bytes = *flags.mouse;
            request.on_text = flags.on_text.value_or("");
        } else if (flags.eof) {
            request.form = SendForm::eof;
        } else if (reading.in_batch) {
            return std::unexpected(
                options.wrong("a batch takes no password: it is read from standard input too"));
        } else {
            auto password = read_password(options);
            if (!password) {
                return std::unexpected(password.error());
            }
            request.form = SendForm::password;
            request.enter = !flags.no_enter;
            step.bytes = std::move(*password);
        }
    }
    request.bytes = step.bytes.size();
    step.request = request;
    step.manner = {flags.json ? Manner::Words::json : Manner::Words::marked};
    step.take = take_ok(step.manner, "sent");
    return step;
}

int send_command(const Verb& verb, Arguments arguments) {
    return carry_out(send_step(verb, arguments, {}));
}

} // namespace kept::cli
