#include "cli/report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace kept::cli {
namespace {

using control::CellInfo;
using control::CellState;
using control::ReportEnd;
using Pieces = std::vector<std::string>;

CellInfo cell(CellState state) {
    CellInfo info;
    info.id = "0123456789ab";
    info.state = state;
    info.duration_us = 12'345;
    if (state == CellState::done) {
        info.exit_code = 0;
        info.cwd = "/tmp";
        info.completion = control::Completion::marks;
    }
    if (state == CellState::waiting) {
        info.input = control::InputInfo{control::InputKind::line, "Name? ", "bash", 7,
                                        control::Evidence::kernel};
    }
    if (state == CellState::error) {
        info.error = "interrupted";
    }
    return info;
}

ReportStyle style() {
    ReportStyle out;
    out.session = "s";
    out.json = true;
    return out;
}

void show(ReportSink& sink, const CellInfo& info, const Pieces& pieces, const ReportEnd& end) {
    sink.begin(info);
    for (const auto& piece : pieces) {
        sink.body(piece);
    }
    sink.end(end);
}

std::string json(const CellInfo& info, const Pieces& pieces = {}, ReportStyle how = style(),
                 const ReportEnd& end = {}) {
    Writer out;
    show(*json_report(std::move(how), out), info, pieces, end);
    return out.text();
}

struct Texts {
    std::string out;
    std::string err;
};

Texts text(const CellInfo& info, const Pieces& pieces = {}, ReportStyle how = style(),
           const ReportEnd& end = {}) {
    Writer out;
    Writer err;
    show(*text_report(std::move(how), out, err), info, pieces, end);
    return {out.text(), err.text()};
}

std::string output_of(const Pieces& pieces) {
    return nlohmann::json::parse(json(cell(CellState::done), pieces))["output"].get<std::string>();
}

TEST(JsonReport, DoneHasTheContractsKeysInOrder) {
    EXPECT_EQ(
        json(cell(CellState::done), {"hello\n"}),
        "{\"cell_id\": \"0123456789ab\", \"status\": \"done\", \"output\": \"hello\", "
        "\"exit_code\": 0, \"cwd\": \"/tmp\", \"completion\": \"marks\", \"duration_ms\": 12}\n");
}

TEST(JsonReport, ExactlyOneFinalNewlineIsRemoved) {
    EXPECT_EQ(output_of({}), "");
    EXPECT_EQ(output_of({"a"}), "a");
    EXPECT_EQ(output_of({"a\n"}), "a");
    EXPECT_EQ(output_of({"a\n\n"}), "a\n");
    EXPECT_EQ(output_of({"\n"}), "");
    EXPECT_EQ(output_of({"\n", "\n"}), "\n");
    EXPECT_EQ(output_of({"a\n", "b"}), "a\nb");
    EXPECT_EQ(output_of({"a", "\n", "", "\n", "b\n"}), "a\n\nb");
}

TEST(JsonReport, RunningOfAPollIsTheStateAlone) {
    auto how = style();
    how.about = ReportStyle::About::state;
    EXPECT_EQ(json(cell(CellState::running), {"so far"}, how),
              "{\"cell_id\": \"0123456789ab\", \"status\": \"running\"}\n");
}

TEST(JsonReport, WaitingTellsForWhat) {
    const auto line = json(cell(CellState::waiting), {"so far\n"});
    EXPECT_TRUE(line.starts_with(
        "{\"cell_id\": \"0123456789ab\", \"status\": \"waiting\", \"output\": \"so far\", "
        "\"input\": "
        "{\"kind\": \"line\", \"prompt\": \"Name? \", \"process\": \"bash\", \"pid\": 7, "
        "\"evidence\": \"kernel\"}, \"hint\": \""))
        << line;
}

TEST(JsonReport, TimeoutIsReportedTwoWays) {
    auto info = cell(CellState::running);
    info.timed_out = true;
    EXPECT_TRUE(json(info, {"early\n"})
                    .starts_with("{\"cell_id\": \"0123456789ab\", \"status\": \"timeout\", "
                                 "\"output\": \"\", \"partial\": \"early\", \"hint\": "));
    EXPECT_EQ(report_exit_code(info), 0);
    info.timeout_reported = true;
    EXPECT_EQ(json(info, {"early\n"}),
              "{\"cell_id\": \"0123456789ab\", \"status\": \"timeout\", "
              "\"output\": \"use k int or k kill\", \"partial\": \"early\"}\n");
    EXPECT_EQ(report_exit_code(info), 1);
}

TEST(JsonReport, ACellThatEndedAfterItsTimeoutIsDone) {
    auto info = cell(CellState::done);
    info.timed_out = true;
    info.timeout_reported = true;
    EXPECT_NE(json(info, {"x"}).find("\"status\": \"done\", \"output\": \"x\""), std::string::npos);
    EXPECT_EQ(report_exit_code(info), 0);
}

TEST(JsonReport, ErrorGivesItsTextAndTheOutputSoFar) {
    EXPECT_EQ(json(cell(CellState::error), {"begun\n"}),
              "{\"cell_id\": \"0123456789ab\", \"status\": \"error\", \"output\": \"interrupted\", "
              "\"duration_ms\": 12, \"partial\": \"begun\"}\n");
}

TEST(JsonReport, WhatIsMissingIsCounted) {
    auto how = style();
    how.gaps = true;
    auto info = cell(CellState::done);
    info.dropped = 100;
    ReportEnd end;
    end.gap_at = 2;
    end.gap_bytes = 11;
    const auto value = nlohmann::json::parse(json(info, {"1\n", "9\n"}, how, end));
    EXPECT_EQ(value["output"], "1\n[... 11 bytes left out ...]\n9");
    EXPECT_EQ(value["truncated"], true);
    EXPECT_EQ(value["dropped_bytes"], 111);
}

TEST(JsonReport, BytesThatAreNoTextBecomeBase64) {
    auto how = style();
    how.exact = true;
    how.base64 = true;
    EXPECT_NE(json(cell(CellState::done), {"a\n"}, how).find("\"output\": \"a\\n\", \"exit_code\""),
              std::string::npos);
    EXPECT_NE(json(cell(CellState::done), {"\xff", "\n"}, how)
                  .find("\"output\": \"/wo=\", \"encoding\": \"base64\", \"exit_code\""),
              std::string::npos);
}

TEST(JsonReport, OutputOfAnyCellIsItsOutput) {
    auto how = style();
    how.about = ReportStyle::About::output;
    const auto value = nlohmann::json::parse(json(cell(CellState::error), {"begun\n"}, how));
    EXPECT_EQ(value["output"], "begun");
    EXPECT_EQ(value["error"], "interrupted");
}

TEST(JsonReport, ABrokenOneIsStillJson) {
    Writer out;
    const auto sink = json_report(style(), out);
    sink->begin(cell(CellState::done));
    sink->body("half");
    sink->broken("gone");
    const auto value = nlohmann::json::parse(out.text());
    EXPECT_EQ(value["output"], "half");
    EXPECT_EQ(value["truncated"], true);
}

TEST(TextReport, EndsWithOneNewline) {
    EXPECT_EQ(text(cell(CellState::done)).out, "\n");
    EXPECT_EQ(text(cell(CellState::done), {"a"}).out, "a\n");
    EXPECT_EQ(text(cell(CellState::done), {"a\n"}).out, "a\n");
    EXPECT_EQ(text(cell(CellState::done), {"a\n\n"}).out, "a\n\n");
    EXPECT_EQ(text(cell(CellState::done), {"a"}).err, "");
}

TEST(TextReport, ExactAddsNothing) {
    auto how = style();
    how.exact = true;
    EXPECT_EQ(text(cell(CellState::done), {}, how).out, "");
    EXPECT_EQ(text(cell(CellState::done), {"a"}, how).out, "a");
}

TEST(TextReport, OutputOfAnyCellIsItsOutput) {
    auto how = style();
    how.about = ReportStyle::About::output;
    EXPECT_EQ(text(cell(CellState::error), {"begun"}, how).out, "begun\n");
    EXPECT_EQ(text(cell(CellState::error), {"begun"}, how).err, "");
    how.exact = true;
    EXPECT_EQ(text(cell(CellState::running), {"part"}, how).out, "part");
}

TEST(TextReport, ErrorsAreToldOnBothStreams) {
    const auto said = text(cell(CellState::error), {"begun"});
    EXPECT_EQ(said.out, "interrupted\n");
    EXPECT_TRUE(said.err.starts_with("begun\nk: cell 0123456789ab: interrupted")) << said.err;
}

TEST(TextReport, TimeoutsShowWhatThereIs) {
    auto info = cell(CellState::running);
    info.timed_out = true;
    const auto said = text(info, {"early\n"});
    EXPECT_EQ(said.out, "early\n");
    EXPECT_NE(said.err.find("k int s"), std::string::npos);
}

TEST(TextReport, WaitingSaysHowToAnswer) {
    const auto said = text(cell(CellState::waiting), {"so far"});
    EXPECT_EQ(said.out, "so far\n");
    EXPECT_NE(said.err.find("k send s"), std::string::npos);
    EXPECT_NE(said.err.find("'Name? '"), std::string::npos);
}

TEST(TextReport, StreamedOutputIsNotShownTwice) {
    auto how = style();
    how.stream = true;
    Writer out;
    Writer err;
    const auto sink = text_report(how, out, err);
    sink->body("one\ntwo");
    sink->begin(cell(CellState::error));
    sink->end({});
    EXPECT_EQ(out.text(), "one\ntwo\ninterrupted\n");
}

TEST(ExitCodes, OfRunE) {
    auto info = cell(CellState::done);
    info.exit_code = 7;
    EXPECT_EQ(command_exit_code(info), 7);
    info.exit_code.reset();
    EXPECT_EQ(command_exit_code(info), 0);
    EXPECT_EQ(command_exit_code(cell(CellState::error)), 125);
    EXPECT_EQ(command_exit_code(cell(CellState::waiting)), 126);
    info = cell(CellState::running);
    info.timed_out = true;
    EXPECT_EQ(command_exit_code(info), 124);
}

TEST(Gap, StandsOnALineOfItsOwn) {
    ReportEnd end;
    end.gap_at = 3;
    end.gap_bytes = 5;
    EXPECT_EQ(with_gap("abcxyz", end), "abc\n[... 5 bytes left out ...]\nxyz");
    end.gap_at = 0;
    EXPECT_EQ(with_gap("xyz", end), "[... 5 bytes left out ...]\nxyz");
    EXPECT_EQ(with_gap("xyz", {}), "xyz");
}

} // namespace
} // namespace kept::cli
