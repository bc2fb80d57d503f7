#include "cli/answer_options.h"
#include "cli/code_source.h"
#include "cli/commands.h"
#include "cli/find_session.h"
#include "cli/json_writer.h"
#include "remote/tell.h"

namespace kept::cli {

namespace {
constexpr std::int64_t kFireTimeoutS = 300;
} // namespace

int fire_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    std::optional<std::string> timeout_text;
    AnswerOptions answer_options;
    Options options(verb);
    options.flag("-j,--json", json, "JSON, which it always is")
        .text("-t,--timeout", timeout_text, "SECONDS",
              "Report a timeout after so long (300); the cell goes on");
    answer_options.declare(options);
    options.dashes_are_words().note(
        "The result comes with k poll; km <session> <cell_id> -1 returns when there is one.\n"
        "Code `-` is read from standard input. Put -- before code that looks like an option.");
    auto words = options.parse(arguments, 0, 2);
    if (!words) {
        return words.error();
    }
    const Manner manner{Manner::Words::json};
    const auto timeout = positive(timeout_text, "-t", kFireTimeoutS, 1);
    if (!timeout) {
        return timeout.error();
    }
    auto answers = answer_options.read(options);
    if (!answers) {
        return answers.error();
    }
    auto code = find_code(options, std::move(*words));
    if (!code) {
        return code.error();
    }
    auto target = find_session(code->session, manner);
    if (!target) {
        return target.error();
    }
    auto client = open_session(*target);
    if (!client) {
        return fail(manner, explain(target->name, client.error()));
    }
    control::RunRequest request;
    request.bytes = code->code.size();
    request.timeout_ms = *timeout * 1000;
    request.answers = std::move(*answers);
    if (auto sent = client->send(request, code->code); !sent) {
        return fail(manner, explain(target->name, sent.error()));
    }
    auto answer = client->answer();
    if (!answer) {
        return fail(manner, explain(target->name, answer.error()));
    }
    if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
        return fail(manner, explain(target->name, *refusal));
    }
    const auto* cell = std::get_if<control::CellInfo>(&*answer);
    if (cell == nullptr) {
        return fail(manner, {"the session's daemon did not say which cell it started", {}, {}});
    }
    remote::tell_cell(target->name, cell->id);
    JsonWriter writer(out());
    writer.begin_object();
    writer.text("cell_id", cell->id);
    writer.text("status", "fired");
    writer.end_object();
    writer.end_line();
    return 0;
}

} // namespace kept::cli
