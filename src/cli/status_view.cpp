#include "cli/status_view.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/report.h"
#include "cli/view.h"

namespace kept::cli {

using control::StatusInfo;

std::string command_line(const StatusInfo& status) {
    if (status.command.size() == 1) {
        return one_line(status.command.front());
    }
    std::string line;
    for (const auto& word : status.command) {
        line.append(line.empty() ? "" : " ").append(base::shell_quoted(word));
    }
    return one_line(line);
}

std::string state_words(const StatusInfo& status) {
    std::string text(control::to_string(status.state));
    if (status.signal) {
        text += ":signal " + std::to_string(*status.signal);
    } else if (status.exit_code) {
        text += ":" + std::to_string(*status.exit_code);
    }
    return text;
}

namespace {

/// `mia@/dev/pts/3 80x24 pid 4711`
std::string guest_words(const control::GuestInfo& guest) {
    std::string words = guest.user;
    words.append(guest.tty.empty() ? "" : "@").append(guest.tty);
    words.append(" ").append(std::to_string(guest.cols));
    words.append("x").append(std::to_string(guest.rows));
    words.append(" pid ").append(std::to_string(guest.pid));
    words.append(guest.read_only ? " read-only" : "");
    return words;
}

} // namespace

std::string status_line(const StatusInfo& status) {
    std::string line =
        "OK " + status.name + " state=" + std::string(control::to_string(status.state));
    const auto add = [&](const char* key, const std::string& value) {
        if (!value.empty()) {
            line.append(" ").append(key).append("=").append(value);
        }
    };
    const auto add_number = [&](const char* key, auto value) {
        if (value != 0) {
            add(key, std::to_string(value));
        }
    };
    add("active", status.active);
    if (status.input) {
        add("input", std::string(control::to_string(status.input->kind)));
        add("process", status.input->process.empty()
                           ? std::string()
                           : base::shell_quoted(one_line(status.input->process)));
        add("prompt", status.input->prompt.empty()
                          ? std::string()
                          : base::shell_quoted(one_line(status.input->prompt)));
    }
    if (status.exit_code) {
        add("exit_code", std::to_string(*status.exit_code));
    }
    if (status.signal) {
        add("signal", std::to_string(*status.signal));
    }
    add("kind", status.kind);
    add("command", base::shell_quoted(command_line(status)));
    add("profile", status.profile);
    add("frame", status.frame);
    add("cwd", status.cwd.empty() ? std::string() : base::shell_quoted(one_line(status.cwd)));
    add_number("pid", status.pid);
    add_number("child", status.child_pid);
    if (status.cols > 0) {
        add("size", std::to_string(status.cols) + "x" + std::to_string(status.rows));
    }
    for (const auto& guest : status.attached) {
        add("attached", base::shell_quoted(one_line(guest_words(guest))));
    }
    add("cells", std::to_string(status.cells));
    add("output", std::to_string(status.output_bytes));
    for (const auto& [key, value] : status.labels) {
        add("label", base::shell_quoted(one_line(fmt::format("{}={}", key, value))));
    }
    return line;
}

void write_status(JsonWriter& json, const StatusInfo& status) {
    json.begin_object();
    json.text("session", status.name);
    json.text("status", control::to_string(status.state));
    json.text("kind", status.kind);
    json.number("pid", status.pid);
    json.number("child_pid", status.child_pid);
    json.key("command");
    json.begin_array();
    for (const auto& word : status.command) {
        json.text(word);
    }
    json.end_array();
    json.text("cwd", status.cwd);
    json.text("profile", status.profile);
    json.text("frame", status.frame);
    json.text("created", base::iso_time(status.created_us));
    json.number("cols", status.cols);
    json.number("rows", status.rows);
    json.key("labels");
    json.begin_object();
    for (const auto& [key, value] : status.labels) {
        json.text(key, value);
    }
    json.end_object();
    if (status.exit_code) {
        json.number("exit_code", *status.exit_code);
    }
    if (status.signal) {
        json.number("signal", *status.signal);
    }
    if (!status.active.empty()) {
        json.text("active", status.active);
    }
    if (status.input) {
        write_input(json, *status.input);
    }
    json.number("cells", status.cells);
    json.number("output_bytes", status.output_bytes);
    json.number("journal_bytes", status.journal_bytes);
    json.number("subscribers", status.subscribers);
    json.key("attached");
    json.begin_array();
    for (const auto& guest : status.attached) {
        json.begin_object();
        json.number("pid", guest.pid);
        json.text("user", guest.user);
        json.text("tty", guest.tty);
        json.number("cols", guest.cols);
        json.number("rows", guest.rows);
        json.boolean("read_only", guest.read_only);
        json.text("since", base::iso_time(guest.since_us));
        json.end_object();
    }
    json.end_array();
    json.end_object();
}

} // namespace kept::cli
