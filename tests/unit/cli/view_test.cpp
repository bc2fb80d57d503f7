#include "cli/view.h"

#include <gtest/gtest.h>

#include "cli/event_json.h"

namespace kept::cli {
namespace {

using control::EventInfo;
using control::EventType;

EventInfo event(EventType type) {
    EventInfo out;
    out.type = type;
    out.ts_us = 1'767'225'600'000'000; // 2026-01-01
    return out;
}

EventInfo cell_event(EventType type) {
    EventInfo out = event(type);
    out.cell.emplace();
    out.cell->id = "0123456789ab";
    return out;
}

std::string line(const EventInfo& shown) {
    Writer writer;
    write_event(writer, "s", shown);
    return writer.text();
}

TEST(EventJson, HasTheContractsKeysInOrder) {
    EXPECT_EQ(line(cell_event(EventType::fired)),
              "{\"cell_id\": \"0123456789ab\", \"session\": \"s\", \"status\": \"fired\", "
              "\"ts\": \"2026-01-01T00:00:00.000000+00:00\"}\n");
    auto done = cell_event(EventType::done);
    done.cell->exit_code = 3;
    EXPECT_TRUE(line(done).starts_with(
        "{\"cell_id\": \"0123456789ab\", \"session\": \"s\", \"status\": \"done\", "
        "\"ts\": \"2026-01-01T00:00:00.000000+00:00\", \"exit_code\": 3"));
    auto notify = event(EventType::notify);
    notify.from = "sh@k:7";
    notify.message = "é";
    EXPECT_EQ(line(notify), "{\"session\": \"s\", \"status\": \"notify\", \"from\": \"sh@k:7\", "
                            "\"message\": \"é\", \"ts\": \"2026-01-01T00:00:00.000000+00:00\"}\n");
    EXPECT_EQ(line(event(EventType::closed)), "{\"session\": \"s\", \"status\": \"closed\", "
                                              "\"ts\": \"2026-01-01T00:00:00.000000+00:00\"}\n");
    auto error = cell_event(EventType::error);
    error.cell->error = "interrupted";
    EXPECT_TRUE(
        line(error).starts_with("{\"cell_id\": \"0123456789ab\", \"session\": \"s\", \"status\": "
                                "\"error\", \"message\": \"interrupted\", \"ts\": "));
    auto waiting = cell_event(EventType::waiting);
    waiting.cell->input.emplace();
    EXPECT_TRUE(line(waiting).ends_with("+00:00\", \"input\": {\"kind\": \"line\", \"prompt\": "
                                        "\"\", \"process\": \"\", \"pid\": 0, "
                                        "\"evidence\": \"kernel\"}}\n"))
        << line(waiting);
    EXPECT_EQ(line(event(EventType::resize)), "");
}

TEST(View, MarksCellsAndNotifications) {
    EXPECT_EQ(event_mark(cell_event(EventType::fired), false), "── 01234567 ──");
    EXPECT_EQ(event_mark(cell_event(EventType::done), false), "── ✓ ──");
    EXPECT_EQ(event_mark(cell_event(EventType::fired), true), "\033[2;36m── 01234567 ──\033[0m");
    auto notify = event(EventType::notify);
    notify.from = "sh@k:7";
    notify.message = "two\nlines \x1b[31m\x07";
    EXPECT_EQ(event_mark(notify, false), "📢 two lines \\x1b[31m\\x07 (sh@k:7)");
    notify.message = "\xc2\x9b"
                     "31m \xc2\xa7 \xc2"; // CSI in one character, a paragraph sign, half of one
    EXPECT_EQ(event_mark(notify, false), "📢 \\x9b31m \xc2\xa7 \xc2 (sh@k:7)");
}

TEST(View, LinesAndMarksNeverShareALine) {
    std::vector<std::string> seen;
    LineJoiner joiner([&](std::string_view text) { seen.emplace_back(text); });
    joiner.output("one\ntw");
    joiner.output("o\nthr");
    joiner.mark("--");
    joiner.output("ee\n\n");
    joiner.flush();
    EXPECT_EQ(seen, (std::vector<std::string>{"one", "two", "thr", "--", "ee", ""}));
}

} // namespace
} // namespace kept::cli
