#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/json_writer.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/view.h"

namespace kept::cli {

namespace {

std::string state_of(const control::CellInfo& cell) {
    if (cell.timed_out && !cell.ended()) {
        return "timeout";
    }
    return std::string(control::to_string(cell.state));
}

void print_json(const control::CellsInfo& cells) {
    JsonWriter json(out());
    json.begin_array();
    for (const auto& cell : cells.cells) {
        json.begin_object();
        json.text("cell_id", cell.id);
        json.text("status", state_of(cell));
        json.text("code", cell.code);
        json.text("fired", base::iso_time(cell.fired_us));
        if (!cell.error.empty()) {
            json.text("error", cell.error);
        }
        if (cell.exit_code) {
            json.number("exit_code", *cell.exit_code);
        }
        if (!cell.cwd.empty()) {
            json.text("cwd", cell.cwd);
        }
        if (cell.completion != control::Completion::none) {
            json.text("completion", control::to_string(cell.completion));
        }
        if (cell.ended()) {
            json.number("duration_ms", cell.duration_us / 1000);
        }
        if (cell.input && !cell.ended()) {
            write_input(json, *cell.input);
        }
        json.number("output_bytes", cell.output_bytes());
        if (cell.dropped > 0) {
            json.boolean("truncated", true);
            json.number("dropped_bytes", cell.dropped);
        }
        json.end_object();
    }
    json.end_array();
    json.end_line();
}

void print_text(const control::CellsInfo& cells) {
    for (const auto& cell : cells.cells) {
        std::string result;
        if (cell.state == control::CellState::error) {
            result = cell.error;
        } else if (cell.exit_code) {
            result = "exit " + std::to_string(*cell.exit_code);
        }
        const std::string took =
            cell.ended() ? fmt::format("{:.3f}s", static_cast<double>(cell.duration_us) / 1e6)
                         : "-";
        out().put(fmt::format("{}  {:<8}{:<16}{:>10}  {}\n", cell.id, state_of(cell), result, took,
                              one_line(base::utf8_prefix(cell.code, 60))));
    }
}

} // namespace

int cells_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    Options options(verb);
    options.flag("-j,--json", json, "Print one JSON array");
    const auto addressed = parse_addressed(options, arguments, json);
    if (!addressed) {
        return addressed.error();
    }
    const auto& [target, manner] = *addressed;
    auto cells = ask<control::CellsInfo>(target, control::CellsRequest{});
    if (!cells) {
        return fail(manner, cells.error());
    }
    if (json) {
        print_json(*cells);
    } else {
        print_text(*cells);
        if (cells->cells.empty()) {
            say("k: no cells yet");
        }
    }
    return 0;
}

} // namespace kept::cli
