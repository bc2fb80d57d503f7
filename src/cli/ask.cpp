#include "cli/ask.h"

#include "cli/json_writer.h"

namespace kept::cli {

void print_outcome(const std::string& session, std::string_view status, std::string_view hint) {
    JsonWriter json(out());
    json.begin_object();
    json.text("session", session);
    json.text("status", status);
    if (!hint.empty()) {
        json.text("hint", hint);
    }
    json.end_object();
    json.end_line();
}

} // namespace kept::cli
