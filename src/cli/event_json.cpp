#include "cli/event_json.h"

#include "base/clock.h"
#include "cli/report.h"

namespace kept::cli {

namespace {

using control::CellInfo;
using control::EventInfo;
using control::EventType;

void write_facts(JsonWriter& json, const EventInfo& event) {
    if (!event.cell) {
        if (event.exit_code) {
            json.number("exit_code", *event.exit_code);
        }
        if (event.signal) {
            json.number("signal", *event.signal);
        }
        return;
    }
    const CellInfo& cell = *event.cell;
    if (event.type == EventType::done || event.type == EventType::error) {
        if (cell.exit_code) {
            json.number("exit_code", *cell.exit_code);
        }
        if (!cell.cwd.empty()) {
            json.text("cwd", cell.cwd);
        }
        if (cell.completion != control::Completion::none) {
            json.text("completion", control::to_string(cell.completion));
        }
        json.number("duration_ms", cell.duration_us / 1000);
    }
    if (event.type == EventType::waiting && cell.input) {
        write_input(json, *cell.input);
    }
}

} // namespace

bool write_event(Writer& writer, const std::string& session, const EventInfo& event) {
    if (event.type == EventType::resize || event.type == EventType::drop) {
        return false;
    }
    JsonWriter json(writer);
    json.begin_object();
    if (event.cell) {
        json.text("cell_id", event.cell->id);
    }
    json.text("session", session);
    json.text("status", control::to_string(event.type));
    if (event.type == EventType::notify) {
        json.text("from", event.from);
        json.text("message", event.message);
    } else if (event.type == EventType::error) {
        json.text("message",
                  event.cell && !event.cell->error.empty() ? event.cell->error : event.message);
    }
    json.text("ts", base::iso_time(event.ts_us != 0 ? event.ts_us : base::wall_us()));
    write_facts(json, event);
    json.end_object();
    json.end_line();
    return true;
}

void write_event_error(Writer& writer, const std::string& session, const std::string& message) {
    EventInfo event;
    event.type = EventType::error;
    event.message = message;
    write_event(writer, session, event);
}

void write_closed(Writer& writer, const std::string& session) {
    EventInfo event;
    event.type = EventType::closed;
    write_event(writer, session, event);
}

void write_watching(Writer& writer, const std::string& session) {
    JsonWriter json(writer);
    json.begin_object();
    json.text("session", session);
    json.text("status", "watching");
    json.text("ts", base::iso_time(base::wall_us()));
    json.end_object();
    json.end_line();
}

} // namespace kept::cli
