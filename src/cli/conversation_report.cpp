#include "cli/conversation.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/json_writer.h"
#include "cli/view.h"

namespace kept::cli {

namespace {

double seconds(std::int64_t ms) {
    return static_cast<double>(ms) / 1000;
}

std::string indented(std::string_view text, std::string_view indent) {
    std::string out;
    for (const std::string_view line : base::split_lines(text)) {
        out.append(indent).append(one_line(line)).append("\n");
    }
    return out;
}

/// Text for XML 1.0, which has no way to write most control characters.
std::string xml(std::string_view text) {
    std::string out;
    for (const char c : base::to_utf8(text)) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\n':
            out += "&#10;";
            break;
        default:
            out += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? '?' : c;
        }
    }
    return out;
}

std::string joined(const std::vector<std::string>& lines) {
    return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string reply_of(const TurnOutcome& turn) {
    return turn.result.value("reply", std::string());
}

} // namespace

std::string report_text(const Conversation& conversation, const Outcome& outcome) {
    const std::size_t count = conversation.turns.size();
    const std::string turns = fmt::format("{} turn{}", count, count == 1 ? "" : "s");
    const double took = seconds(outcome.duration_ms);
    if (outcome.passed()) {
        return fmt::format("ok    {}: {} ({:.1f} s)\n", conversation.file, turns, took);
    }
    std::string out;
    if (outcome.error.empty()) {
        out = fmt::format("FAIL  {}: {} of {} failed ({:.1f} s)\n", conversation.file,
                          outcome.failed_turns(), turns, took);
    } else {
        out = fmt::format("FAIL  {} ({:.1f} s)\n", conversation.file, took);
        out += indented(outcome.error, "      ");
    }
    std::size_t left_out = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const TestTurn& turn = conversation.turns[i];
        if (!outcome.turns[i].ran) {
            ++left_out;
        } else if (!outcome.turns[i].failures.empty()) {
            out += fmt::format("      {}:{}: say {}\n", conversation.file, turn.line,
                               nlohmann::json(base::utf8_prefix(turn.say, 100))
                                   .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
            for (const std::string& failure : outcome.turns[i].failures) {
                out += indented(failure, "        ");
            }
        }
    }
    if (left_out != 0 && left_out != count) {
        out += fmt::format("      not run: {} turn{}\n", left_out, left_out == 1 ? "" : "s");
    }
    return out;
}

std::string report_json(const std::vector<Conversation>& conversations,
                        const std::vector<Outcome>& outcomes) {
    Writer text;
    JsonWriter writer(text);
    std::int64_t passed = 0;
    writer.begin_object();
    writer.key("files");
    writer.begin_array();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const Conversation& conversation = conversations[i];
        const Outcome& outcome = outcomes[i];
        passed += outcome.passed() ? 1 : 0;
        writer.begin_object();
        writer.text("file", conversation.file);
        writer.boolean("passed", outcome.passed());
        if (!outcome.error.empty()) {
            writer.text("error", outcome.error);
        }
        writer.number("duration_ms", outcome.duration_ms);
        writer.key("turns");
        writer.begin_array();
        for (std::size_t j = 0; j < outcome.turns.size(); ++j) {
            const TurnOutcome& turn = outcome.turns[j];
            writer.begin_object();
            writer.number("line", conversation.turns[j].line);
            writer.text("text", conversation.turns[j].say);
            writer.text("status", !turn.ran               ? "not run"
                                  : turn.failures.empty() ? "passed"
                                                          : "failed");
            if (turn.ran) {
                writer.text("reply", reply_of(turn));
                if (turn.result.contains("error")) {
                    writer.text("error", turn.result.value("error", std::string()));
                }
                writer.number("duration_ms", turn.duration_ms);
            }
            writer.key("failures");
            writer.begin_array();
            for (const std::string& failure : turn.failures) {
                writer.text(failure);
            }
            writer.end_array();
            writer.end_object();
        }
        writer.end_array();
        writer.end_object();
    }
    writer.end_array();
    writer.number("passed", passed);
    writer.number("failed", static_cast<std::int64_t>(outcomes.size()) - passed);
    writer.end_object();
    writer.end_line();
    return text.text();
}

std::string report_junit(const std::vector<Conversation>& conversations,
                         const std::vector<Outcome>& outcomes) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const Conversation& conversation = conversations[i];
        const Outcome& outcome = outcomes[i];
        const auto left_out = std::ranges::count(outcome.turns, false, &TurnOutcome::ran);
        const auto failed = std::ranges::count_if(
            outcome.turns, [](const TurnOutcome& turn) { return !turn.failures.empty(); });
        const bool broken = !outcome.error.empty();
        out += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
                           "skipped=\"{}\" time=\"{:.3f}\">\n",
                           xml(conversation.file), outcome.turns.size() + (broken ? 1U : 0U),
                           failed, broken ? 1 : 0, left_out, seconds(outcome.duration_ms));
        if (broken) {
            out += fmt::format("    <testcase classname=\"{0}\" name=\"the agent\">"
                               "<error message=\"{1}\"/></testcase>\n",
                               xml(conversation.file), xml(outcome.error));
        }
        for (std::size_t j = 0; j < outcome.turns.size(); ++j) {
            const TurnOutcome& turn = outcome.turns[j];
            out += fmt::format("    <testcase classname=\"{0}\" name=\"line {1}: {2}\" "
                               "file=\"{0}\" line=\"{1}\" time=\"{3:.3f}\">",
                               xml(conversation.file), conversation.turns[j].line,
                               xml(base::utf8_prefix(conversation.turns[j].say, 100)),
                               seconds(turn.duration_ms));
            if (!turn.ran) {
                out += "<skipped/>";
            } else if (!turn.failures.empty()) {
                out += fmt::format("<failure message=\"{}\">{}</failure>",
                                   xml(turn.failures.front()), xml(joined(turn.failures)));
            }
            out += "</testcase>\n";
        }
        out += "  </testsuite>\n";
    }
    return out + "</testsuites>\n";
}

} // namespace kept::cli
