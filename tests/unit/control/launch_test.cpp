#include "control/event_line.h"
#include "control/launch.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "unit/control/gen.h"

namespace kept::control {
namespace {

using test::any_natural;
using test::any_of;
using test::any_text;
using test::any_time;

std::map<std::string, std::string> any_map() {
    return *rc::gen::container<std::map<std::string, std::string>>(any_text(), any_text());
}

auto fields(const LaunchSpec& s) {
    return std::tie(s.name, s.kind, s.command, s.cwd, s.environment, s.cols, s.rows, s.frame,
                    s.prompt, s.rc, s.labels, s.journal_limit, s.start_timeout_ms, s.created_us,
                    s.daemon_pid, s.child_pid, s.profile, s.use_profile, s.nonce, s.version);
}

RC_GTEST_PROP(ControlLaunch, ASpecificationRoundTrips, ()) {
    LaunchSpec spec;
    spec.name = *any_text();
    spec.kind = *any_text();
    spec.command = *rc::gen::container<std::vector<std::string>>(any_text());
    spec.cwd = *any_text();
    spec.environment = any_map();
    spec.cols = *rc::gen::arbitrary<int>();
    spec.rows = *rc::gen::arbitrary<int>();
    spec.frame = *any_of(FrameChoice::repeat);
    spec.prompt = *any_text();
    spec.rc = *any_of(RcChoice::user);
    spec.labels = any_map();
    spec.journal_limit = *any_natural();
    spec.start_timeout_ms = *any_time();
    spec.created_us = *any_time();
    spec.daemon_pid = *rc::gen::arbitrary<int>();
    spec.child_pid = *rc::gen::arbitrary<int>();
    spec.profile = *any_text();
    spec.use_profile = *any_text();
    spec.nonce = *any_text();
    spec.version = *any_text();
    const auto got = decode_launch_spec(encode(spec));
    RC_ASSERT(got.has_value());
    RC_ASSERT(fields(*got) == fields(spec));
}

TEST(ControlLaunch, LeavesDefaultsToWhatIsNotSaid) {
    const auto spec = decode_launch_spec(R"({"name":"a","command":["sh",7,"-i"],"cols":"wide"})");
    ASSERT_TRUE(spec);
    EXPECT_EQ(spec->kind, "terminal");
    EXPECT_EQ(spec->command, (std::vector<std::string>{"sh", "-i"}));
    EXPECT_EQ(spec->cols, 160);
    EXPECT_EQ(spec->rows, 50);
    EXPECT_EQ(spec->frame, FrameChoice::automatic);
    EXPECT_EQ(spec->rc, RcChoice::clean);
    EXPECT_EQ(spec->journal_limit, 64ULL << 20U);
    EXPECT_EQ(spec->start_timeout_ms, 10'000);
    EXPECT_FALSE(decode_launch_spec(""));
    EXPECT_FALSE(decode_launch_spec("[]"));
}

RC_GTEST_PROP(ControlLaunch, AStartReportRoundTrips, ()) {
    StartReport report;
    report.ready = *rc::gen::arbitrary<bool>();
    report.message = *any_text();
    report.output = *any_text();
    const auto decoded = decode_start_message(encode(report));
    RC_ASSERT(decoded.has_value());
    const auto* got = std::get_if<StartReport>(&*decoded);
    RC_ASSERT(got != nullptr);
    RC_ASSERT(got->ready == report.ready);
    RC_ASSERT(got->message == report.message);
    RC_ASSERT(got->output == report.output);
}

RC_GTEST_PROP(ControlLaunch, AStartNoticeRoundTripsOnOneLine, ()) {
    const StartNotice notice{*any_text()};
    const std::string line = encode(notice);
    RC_ASSERT(line.find('\n') == std::string::npos);
    const auto decoded = decode_start_message(line);
    RC_ASSERT(decoded.has_value());
    const auto* got = std::get_if<StartNotice>(&*decoded);
    RC_ASSERT(got != nullptr && got->text == notice.text);
}

RC_GTEST_PROP(ControlEventLine, RoundTripsOnOneLine, ()) {
    const EventInfo event = test::any_event();
    const std::string line = encode_event_line(event);
    RC_ASSERT(line.find('\n') == std::string::npos);
    const auto got = decode_event_line(line);
    RC_ASSERT(got.has_value());
    RC_ASSERT(test::same(*got, event));
    // No part of a line that was cut short is taken for an event.
    RC_ASSERT(!decode_event_line(line.substr(0, *rc::gen::inRange<std::size_t>(0, line.size()))));
}

TEST(ControlEventLine, PassesOverWhatIsNoEvent) {
    EXPECT_FALSE(decode_event_line(R"({"type":"output","offset":3,"ts_us":4})"));
    EXPECT_FALSE(decode_event_line(R"({"type":7})"));
    EXPECT_FALSE(decode_event_line("{}"));
    EXPECT_FALSE(decode_event_line(""));
}

} // namespace
} // namespace kept::control
