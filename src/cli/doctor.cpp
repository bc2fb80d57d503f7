#include "cli/doctor.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/json_writer.h"
#include "cli/options.h"
#include "cli/view.h"
#include "kept_version.h"

namespace kept::cli {

namespace {

using Status = Finding::Status;

std::string_view word_of(Status status) {
    constexpr std::array<std::string_view, 4> kWords{"ok", "note", "warning", "error"};
    return kWords.at(static_cast<std::size_t>(status));
}

std::string_view colour_of(Status status) {
    constexpr std::array<std::string_view, 4> kColours{"\033[32m", "\033[36m", "\033[33m",
                                                       "\033[31m"};
    return kColours.at(static_cast<std::size_t>(status));
}

void print_json(const std::vector<Finding>& findings, Status worst) {
    JsonWriter json(out());
    json.begin_object();
    json.text("status", word_of(worst));
    json.text("version", kVersion);
    json.text("commit", kCommit);
    json.key("checks");
    json.begin_array();
    for (const Finding& finding : findings) {
        json.begin_object();
        json.text("check", finding.check);
        json.text("status", word_of(finding.status));
        json.text("text", finding.text);
        if (!finding.fix.empty()) {
            json.text("fix", finding.fix);
        }
        if (!finding.items.empty()) {
            json.key("items");
            json.begin_array();
            for (const std::string& item : finding.items) {
                json.text(item);
            }
            json.end_array();
        }
        json.end_object();
    }
    json.end_array();
    json.end_object();
    json.end_line();
}

void print_text(const std::vector<Finding>& findings, Status worst) {
    constexpr std::size_t kStatusColumn = 9;
    constexpr std::size_t kCheckColumn = 12;
    const bool colours = colours_wanted();
    for (const Finding& finding : findings) {
        const auto status = fmt::format("{:{}}", word_of(finding.status), kStatusColumn);
        out().put(colours ? fmt::format("{}{}\033[0m", colour_of(finding.status), status) : status);
        out().put(fmt::format("{:{}}{}\n", finding.check, kCheckColumn, one_line(finding.text)));
        if (!finding.fix.empty()) {
            out().put(fmt::format("{:{}}-> {}\n", "", kStatusColumn + kCheckColumn,
                                  one_line(finding.fix)));
        }
    }
    const auto count = [&](Status status) {
        return std::ranges::count(findings, status, &Finding::status);
    };
    std::string summary = "everything is as it should be";
    if (worst == Status::error) {
        summary =
            fmt::format("errors: {}, warnings: {}", count(Status::error), count(Status::warning));
    } else if (worst == Status::warning) {
        summary = fmt::format("warnings: {}", count(Status::warning));
    }
    out().put(fmt::format("kept {} ({}): {}\n", kVersion, kCommit, summary));
}

} // namespace

int doctor_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    Options options(verb);
    options.flag("-j,--json", json, "Print one JSON object")
        .note("Looks at the directories, the sessions, what the kernel tells, the terminal, other\n"
              "programs and your profiles, and says how to put right what is wrong. Changes "
              "nothing.\n"
              "Exit codes: 0 all works (there may be warnings), 1 something does not.");
    auto words = options.parse(arguments, 0, 0);
    if (!words) {
        return words.error();
    }
    std::vector<Finding> findings;
    for (const auto& part :
         {check_directories(), check_sessions(), check_system(), check_programs()}) {
        findings.insert(findings.end(), part.begin(), part.end());
    }
    const Status worst =
        std::max(Status::ok, std::ranges::max(findings, {}, &Finding::status).status);
    if (json) {
        print_json(findings, worst == Status::note ? Status::ok : worst);
    } else {
        print_text(findings, worst);
    }
    return worst == Status::error ? 1 : 0;
}

} // namespace kept::cli
