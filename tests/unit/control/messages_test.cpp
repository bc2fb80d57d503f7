#include "control/messages.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "unit/control/gen.h"

namespace kept::control {
namespace {

using test::any_natural;
using test::any_of;
using test::any_text;
using test::any_time;

/// What the other side makes of a request; the test fails when it is not of the same kind.
template <class T> T over_the_wire(const T& request) {
    const auto decoded = decode_request(encode(Request(request)));
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(std::holds_alternative<T>(*decoded));
    return std::get<T>(*decoded);
}

template <class T> T answered(const T& answer) {
    const auto decoded = decode_answer(encode(Answer(answer)));
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(std::holds_alternative<T>(*decoded));
    return std::get<T>(*decoded);
}

bool any_flag() {
    return *rc::gen::arbitrary<bool>();
}

RC_GTEST_PROP(ControlRequest, RunRoundTrips, ()) {
    const RunRequest sent{*any_natural(),     *any_time(),    any_flag(),
                          any_flag(),         any_flag(),     any_flag(),
                          *any_of(Form::raw), *any_natural(), {{*any_text(), *any_text()}}};
    const RunRequest got = over_the_wire(sent);
    RC_ASSERT(got.bytes == sent.bytes);
    RC_ASSERT(got.timeout_ms == sent.timeout_ms);
    RC_ASSERT(got.wait == sent.wait);
    RC_ASSERT(got.through == sent.through);
    RC_ASSERT(got.stream == sent.stream);
    RC_ASSERT(got.inject == sent.inject);
    RC_ASSERT(got.answers.size() == 1);
    RC_ASSERT(got.answers.front().pattern == sent.answers.front().pattern);
    RC_ASSERT(got.answers.front().text == sent.answers.front().text);
    RC_ASSERT(got.form == sent.form);
    RC_ASSERT(got.max_bytes == sent.max_bytes);
}

RC_GTEST_PROP(ControlRequest, PollRoundTrips, ()) {
    const PollRequest sent{*any_text(),    any_flag(), *any_of(Form::raw),
                           *any_natural(), any_flag(), *any_time()};
    const PollRequest got = over_the_wire(sent);
    RC_ASSERT(got.cell == sent.cell);
    RC_ASSERT(got.wait == sent.wait);
    RC_ASSERT(got.form == sent.form);
    RC_ASSERT(got.max_bytes == sent.max_bytes);
    RC_ASSERT(got.through == sent.through);
    RC_ASSERT(got.timeout_ms == sent.timeout_ms);
}

RC_GTEST_PROP(ControlRequest, OutputRoundTrips, ()) {
    const OutputRequest sent{*any_text(), *any_natural(), *any_natural(), *any_of(Form::raw)};
    const OutputRequest got = over_the_wire(sent);
    RC_ASSERT(got.cell == sent.cell);
    RC_ASSERT(got.offset == sent.offset);
    RC_ASSERT(got.limit == sent.limit);
    RC_ASSERT(got.form == sent.form);
}

RC_GTEST_PROP(ControlRequest, SubscribeRoundTrips, ()) {
    const SubscribeRequest sent{*any_text(),    any_flag(), any_flag(),
                                *any_natural(), any_flag(), *any_natural()};
    const SubscribeRequest got = over_the_wire(sent);
    RC_ASSERT(got.cell == sent.cell);
    RC_ASSERT(got.replay == sent.replay);
    RC_ASSERT(got.output == sent.output);
    RC_ASSERT(got.tail_lines == sent.tail_lines);
    RC_ASSERT(got.follow == sent.follow);
    RC_ASSERT(got.changes_ms == sent.changes_ms);
}

RC_GTEST_PROP(ControlRequest, TheSmallOnesRoundTrip, ()) {
    const NotifyRequest notify{*any_text(), *any_text()};
    RC_ASSERT(over_the_wire(notify).from == notify.from);
    RC_ASSERT(over_the_wire(notify).message == notify.message);
    const ResizeRequest resize{*rc::gen::arbitrary<int>(), *rc::gen::arbitrary<int>()};
    RC_ASSERT(over_the_wire(resize).cols == resize.cols);
    RC_ASSERT(over_the_wire(resize).rows == resize.rows);
    const SendRequest send{*any_natural(), *test::any_of(SendForm::eof), any_flag(), *any_text()};
    RC_ASSERT(over_the_wire(send).bytes == send.bytes);
    RC_ASSERT(over_the_wire(send).form == send.form);
    RC_ASSERT(over_the_wire(send).enter == send.enter);
    RC_ASSERT(over_the_wire(send).on_text == send.on_text);
    const auto number = [] { return *rc::gen::arbitrary<int>(); };
    const ScreenRequest screen{
        *any_natural(), {number(), number(), number(), number()}, *any_text()};
    RC_ASSERT(over_the_wire(screen).scrollback == screen.scrollback);
    RC_ASSERT(over_the_wire(screen).region == screen.region);
    RC_ASSERT(over_the_wire(screen).since == screen.since);
    const BatchRequest batch{*any_natural(), any_flag()};
    RC_ASSERT(over_the_wire(batch).bytes == batch.bytes);
    RC_ASSERT(over_the_wire(batch).keep_going == batch.keep_going);
    const InterruptRequest interrupt{any_flag()};
    RC_ASSERT(over_the_wire(interrupt).kill == interrupt.kill);
    over_the_wire(CellsRequest{});
    over_the_wire(StatusRequest{});
    over_the_wire(KillRequest{});
}

RC_GTEST_PROP(ControlRequest, ConditionsRoundTrip, ()) {
    WaitRequest sent;
    for (int left = *rc::gen::inRange(1, 5); left > 0; --left) {
        WaitCondition& one = sent.conditions.emplace_back();
        one.kind = *test::any_of(WaitKind::waiting);
        one.text = *any_text();
        one.ms = *test::any_time();
        if (one.kind == WaitKind::cursor) {
            one.x = *rc::gen::arbitrary<int>();
            one.y = *rc::gen::arbitrary<int>();
        }
    }
    sent.any = any_flag();
    sent.timeout_ms = *test::any_time();
    const WaitRequest got = over_the_wire(sent);
    RC_ASSERT(got.conditions == sent.conditions);
    RC_ASSERT(got.any == sent.any);
    RC_ASSERT(got.timeout_ms == sent.timeout_ms);
}

RC_GTEST_PROP(ControlAnswer, ScreensRoundTrip, ()) {
    ScreenRow row;
    row.y = *rc::gen::arbitrary<int>();
    row.wrapped = any_flag();
    TextRun& run = row.runs.emplace_back();
    run.x = *rc::gen::arbitrary<int>();
    run.text = *any_text();
    run.link = *any_text();
    run.cluster = any_flag();
    run.style.fg = *rc::gen::inRange(-1, 300);
    run.style.bold = any_flag();
    run.style.underline = *test::any_of(UnderlineStyle::dashed);
    RC_ASSERT(answered(ScreenRows{{row}}).rows == std::vector{row});
    ScreenInfo info;
    info.title = *any_text();
    info.cursor_x = *rc::gen::arbitrary<int>();
    info.scrollback = *any_natural();
    info.changes_only = any_flag();
    const ScreenInfo got = answered(info);
    RC_ASSERT(got.title == info.title);
    RC_ASSERT(got.cursor_x == info.cursor_x);
    RC_ASSERT(got.scrollback == info.scrollback);
    RC_ASSERT(got.changes_only == info.changes_only);
}

TEST(ControlRequest, UnknownConditionsAreRefused) {
    EXPECT_FALSE(decode_request(R"({"op": "wait", "conditions": [{"kind": "rain"}]})"));
    EXPECT_FALSE(decode_request(R"({"op": "wait", "conditions": []})"));
}

RC_GTEST_PROP(ControlAnswer, ACellRoundTrips, ()) {
    const CellInfo cell = test::any_cell();
    RC_ASSERT(test::same(answered(cell), cell));
}

RC_GTEST_PROP(ControlAnswer, CellsRoundTripInOrder, ()) {
    CellsInfo sent;
    for (int left = *rc::gen::inRange(0, 4); left > 0; --left) {
        sent.cells.push_back(test::any_cell());
    }
    const CellsInfo got = answered(sent);
    RC_ASSERT(got.cells.size() == sent.cells.size());
    for (std::size_t i = 0; i < got.cells.size(); ++i) {
        RC_ASSERT(test::same(got.cells[i], sent.cells[i]));
    }
}

RC_GTEST_PROP(ControlAnswer, AnEventRoundTrips, ()) {
    const EventInfo event = test::any_event();
    RC_ASSERT(test::same(answered(event), event));
}

RC_GTEST_PROP(ControlAnswer, StatusRoundTrips, ()) {
    StatusInfo sent;
    sent.name = *any_text();
    sent.kind = *any_text();
    sent.state = *any_of(SessionState::lost);
    sent.pid = *rc::gen::arbitrary<int>();
    sent.child_pid = *rc::gen::arbitrary<int>();
    sent.command = *rc::gen::container<std::vector<std::string>>(any_text());
    sent.cwd = *any_text();
    sent.profile = *any_text();
    sent.frame = *any_text();
    sent.created_us = *any_time();
    sent.cols = *rc::gen::arbitrary<int>();
    sent.rows = *rc::gen::arbitrary<int>();
    sent.labels = {{*any_text(), *any_text()}};
    sent.exit_code = test::maybe_int();
    sent.signal = test::maybe_int();
    sent.active = *any_text();
    sent.cells = *any_natural();
    sent.output_bytes = *any_natural();
    sent.journal_bytes = *any_natural();
    sent.subscribers = *rc::gen::arbitrary<int>();
    const StatusInfo got = answered(sent);
    const auto fields = [](const StatusInfo& s) {
        return std::tie(s.name, s.kind, s.state, s.pid, s.child_pid, s.command, s.cwd, s.profile,
                        s.frame, s.created_us, s.cols, s.rows, s.labels, s.exit_code, s.signal,
                        s.active, s.cells, s.output_bytes, s.journal_bytes, s.subscribers);
    };
    RC_ASSERT(fields(got) == fields(sent));
}

RC_GTEST_PROP(ControlAnswer, TheSmallOnesRoundTrip, ()) {
    const Hello hello{*rc::gen::arbitrary<int>(), *any_text()};
    RC_ASSERT(answered(hello).protocol == hello.protocol);
    RC_ASSERT(answered(hello).version == hello.version);
    answered(Ok{});
    const Refusal refusal{*any_of(ControlErrc::timeout), *any_text(), *any_text()};
    const Refusal got = answered(refusal);
    RC_ASSERT(got.code == refusal.code);
    RC_ASSERT(got.message == refusal.message);
    RC_ASSERT(got.cell == refusal.cell);
    const ReportEnd end{*any_natural(), *any_natural(),
                        *rc::gen::inRange<std::uint64_t>(1, 1 << 30)};
    RC_ASSERT(answered(end).bytes == end.bytes);
    RC_ASSERT(answered(end).gap_at == end.gap_at);
    RC_ASSERT(answered(end).gap_bytes == end.gap_bytes);
}

TEST(ControlWords, EveryValueHasAWordOfItsOwn) {
    for (int i = 0; i <= static_cast<int>(ControlErrc::timeout); ++i) {
        const auto code = static_cast<ControlErrc>(i);
        EXPECT_FALSE(to_string(code).empty());
        EXPECT_EQ(control_errc(to_string(code)), code);
    }
    EXPECT_EQ(control_errc("what is this"), ControlErrc::internal);
    // Words that scripts see in JSON.
    EXPECT_EQ(to_string(CellState::running), "running");
    EXPECT_EQ(to_string(CellState::waiting), "waiting");
    EXPECT_EQ(to_string(CellState::done), "done");
    EXPECT_EQ(to_string(CellState::error), "error");
    EXPECT_EQ(to_string(EventType::fired), "fired");
    EXPECT_EQ(to_string(EventType::closed), "closed");
    EXPECT_EQ(to_string(InputKind::password), "password");
    EXPECT_EQ(to_string(Completion::marks), "marks");
}

TEST(ControlRequest, LeavesDefaultsToWhatIsNotSaid) {
    const auto run = decode_request(R"({"op":"run"})");
    ASSERT_TRUE(run);
    EXPECT_EQ(std::get<RunRequest>(*run).timeout_ms, 30'000);
    EXPECT_EQ(std::get<RunRequest>(*run).bytes, 0U);
    EXPECT_FALSE(std::get<RunRequest>(*run).wait);
    EXPECT_EQ(std::get<RunRequest>(*run).form, Form::text);
    const auto subscribe = decode_request(R"({"op":"subscribe"})");
    ASSERT_TRUE(subscribe);
    EXPECT_TRUE(std::get<SubscribeRequest>(*subscribe).replay);
    EXPECT_TRUE(std::get<SubscribeRequest>(*subscribe).follow);
    EXPECT_FALSE(std::get<SubscribeRequest>(*subscribe).output);
}

TEST(ControlRequest, PassesOverUnknownKeysAndWrongTypes) {
    const auto request = decode_request(
        R"({"op":"run","later":{"a":[1]},"wait":"yes","timeout_ms":1.5,"form":"bold","max_bytes":-3})");
    ASSERT_TRUE(request);
    const auto& run = std::get<RunRequest>(*request);
    EXPECT_FALSE(run.wait);
    EXPECT_EQ(run.timeout_ms, 30'000);
    EXPECT_EQ(run.form, Form::text);
    EXPECT_EQ(run.max_bytes, 0U);
}

TEST(ControlRequest, ACountOfBytesIsNeverGuessed) {
    // A peer that sent code would otherwise have it read as the next frame.
    for (const char* bytes : {"-1", "1.0", "\"5\"", "null", "true", "[]"}) {
        const auto request = decode_request(R"({"op":"run","bytes":)" + std::string(bytes) + "}");
        ASSERT_FALSE(request) << bytes;
        EXPECT_EQ(request.error().code, ControlErrc::malformed);
    }
}

TEST(ControlMessages, RefuseGarbageInWords) {
    for (const char* text :
         {"", "{", "[]", "null", "1", "\"op\"", "{\"op\":\"run\"}x", "{\"op\":\"run\"",
          "{'op':'run'}", "\xff\xfe", "{\"op\":\"\xff\"}", "{\"op\":1e999}"}) {
        EXPECT_FALSE(decode_request(text)) << text;
        EXPECT_FALSE(decode_answer(text)) << text;
    }
    const auto unknown = decode_request(R"({"op":"dance"})");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ControlErrc::malformed);
    EXPECT_NE(unknown.error().message().find("dance"), std::string::npos);
    EXPECT_FALSE(decode_answer(R"({"surprise":1})"));
}

std::string nested(std::size_t depth) {
    return R"({"op":"status","x":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

TEST(ControlMessages, DeepNestingIsRefusedNotRecursedInto) {
    EXPECT_TRUE(decode_request(nested(63)));
    EXPECT_FALSE(decode_request(nested(64)));
    EXPECT_FALSE(decode_request(nested(400'000)));
    EXPECT_FALSE(decode_answer(std::string(1'000'000, '{')));
    // Brackets in a string are text, also behind an escaped quote.
    EXPECT_TRUE(decode_request(R"({"op":"notify","message":"\")" + std::string(500, '[') + "\"}"));
}

RC_GTEST_PROP(ControlMessages, SurviveAnyBytes, (const std::string& bytes)) {
    static_cast<void>(decode_request(bytes));
    static_cast<void>(decode_answer(bytes));
    static_cast<void>(decode_request("{\"op\":\"run\"," + bytes + "}"));
}

TEST(ControlMessages, IllFormedTextIsRepairedOnTheWay) {
    const auto decoded = decode_request(encode(Request(NotifyRequest{"a\xff", "\xE2\x82z"})));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(std::get<NotifyRequest>(*decoded).from, "a\xEF\xBF\xBD");
    EXPECT_EQ(std::get<NotifyRequest>(*decoded).message, "\xEF\xBF\xBDz");
}

TEST(ControlAnswer, ACellDropsPiecesThatAreNone) {
    const auto decoded = decode_answer(
        R"({"cell":{"id":"x","output":[[1,2],[3],[5,4],["a","b"],[-1,2],7,[6,6]],"state":"odd"}})");
    ASSERT_TRUE(decoded);
    const auto& cell = std::get<CellInfo>(*decoded);
    EXPECT_EQ(cell.output, (std::vector<Range>{{1, 2}, {6, 6}}));
    EXPECT_EQ(cell.output_bytes(), 1U);
    EXPECT_EQ(cell.state, CellState::running);
    EXPECT_FALSE(cell.ended());
}

} // namespace
} // namespace kept::control
