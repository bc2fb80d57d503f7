#include "cli/failure.h"

#include "cli/find_session.h"
#include "cli/json_writer.h"
#include "cli/writer.h"

namespace kept::cli {

using control::ControlErrc;

Failure no_session(std::string_view session) {
    const std::string name(session);
    const std::string like = nearest_session(session);
    return {"no session '" + name + "'",
            (like.empty() ? std::string() : "did you mean " + like + "? ") +
                "start it with: k new " + name + "; k ls -l lists those there are",
            {}};
}

Failure explain(std::string_view session, const control::Refusal& refusal, std::string_view cell) {
    const std::string name(session);
    switch (refusal.code) {
    case ControlErrc::busy:
        return {"active cell '" + refusal.cell + "'",
                "one cell at a time: wait for it (km " + name + " " + refusal.cell +
                    " -1), interrupt it (k int " + name + ") or end the session (k kill " + name +
                    ")",
                {}};
    case ControlErrc::prompt_in_use:
        return {refusal.message, "wait until the line is sent, or drop it with: k int " + name, {}};
    case ControlErrc::unknown_cell:
        return {"unknown cell", "k cells " + name + " lists the cells", std::string(cell)};
    case ControlErrc::no_cell:
        return {"no active cell on '" + name + "'", "nothing has been run there yet", {}};
    case ControlErrc::send_failed:
        return {"send failed: " + refusal.message, {}, {}};
    case ControlErrc::exited:
        return {"session exited",
                "the program of '" + name + "' has ended; its cells can still be read (k cells " +
                    name + "), k new " + name + " starts afresh",
                {}};
    case ControlErrc::interrupt_failed:
        return {"interrupt failed; use k kill",
                (refusal.message.empty() ? "the program did not end" : refusal.message) +
                    "; the cell stays active. k int --kill " + name +
                    " ends the foreground program by force, k kill " + name + " the session",
                refusal.cell};
    case ControlErrc::not_running:
        return {refusal.message.empty() ? "no cell is running" : refusal.message, {}, {}};
    default:
        return {refusal.message.empty() ? std::string(control::to_string(refusal.code))
                                        : refusal.message,
                {},
                {}};
    }
}

Failure explain(std::string_view session, const control::ControlError& error) {
    const std::string name(session);
    if (error.code == ControlErrc::no_daemon) {
        return no_session(session);
    }
    Failure failure{error.message(), {}, {}};
    if (error.code == ControlErrc::timeout) {
        failure.hint = "if it stays so, end it with: k kill " + name;
    } else if (error.code == ControlErrc::lost) {
        failure.hint = "k status " + name + " says how it is now";
    }
    return failure;
}

int fail(const Manner& manner, const Failure& failure) {
    if (failure.said) {
        return manner.exit_code;
    }
    if (manner.words == Manner::Words::json) {
        JsonWriter json(out());
        json.begin_object();
        if (!failure.cell.empty()) {
            json.text("cell_id", failure.cell);
        }
        json.text("status", "error");
        json.text("output", failure.text);
        if (!failure.hint.empty()) {
            json.text("hint", failure.hint);
        }
        json.end_object();
        json.end_line();
        return manner.exit_code;
    }
    if (manner.words == Manner::Words::marked) {
        out().put("ERR ");
    }
    out().put(failure.text);
    out().put('\n');
    out().flush();
    if (!failure.hint.empty()) {
        say("k: " + failure.hint);
    }
    return manner.exit_code;
}

} // namespace kept::cli
