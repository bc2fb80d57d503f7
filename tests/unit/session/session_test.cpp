#include "session/session.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/text.h"
#include "unit/os/temp_dir.h"
#include "unit/session/script_loop.h"

namespace kept::session {
namespace {

using namespace std::chrono_literals;
using control::CellState;
using control::Completion;
using control::ControlErrc;
using control::EventInfo;
using control::EventType;
using control::InputInfo;
using control::InputKind;
using control::SessionState;

class Listener : public Observer {
public:
    bool is_subscriber() const override { return true; }
    void on_event(const EventInfo& event) override {
        events.push_back(event);
        if (hook) {
            hook(event);
        }
    }
    void on_output(std::string_view bytes, std::uint64_t offset) override {
        output.emplace_back(offset, bytes);
    }
    [[nodiscard]] std::vector<EventType> types() const {
        std::vector<EventType> out;
        for (const auto& event : events) {
            out.push_back(event.type);
        }
        return out;
    }

    std::vector<EventInfo> events;
    std::vector<std::pair<std::uint64_t, std::string>> output;
    std::function<void(const EventInfo&)> hook;
};

struct SessionCells : testing::Test {
    static control::LaunchSpec spec() {
        control::LaunchSpec spec;
        spec.name = "s";
        spec.command = {"bash"};
        spec.journal_limit = 64ULL * 1024;
        return spec;
    }

    kept::test::TempDir temp;
    test::ScriptLoop loop;
    Session session{spec(), temp.path(), loop};
    Listener listener;
    WatchHandle observing = session.observe(listener);

    std::string fire(std::string_view code = "make", std::chrono::milliseconds timeout = 30s) {
        const auto cell = session.fire(code, timeout);
        EXPECT_TRUE(cell);
        return cell ? cell->id : "";
    }
    [[nodiscard]] const control::CellInfo& cell(const std::string& id) {
        return session.cells().find(id)->info;
    }
};

TEST_F(SessionCells, GoesFromFiredToDone) {
    EXPECT_EQ(session.status().state, SessionState::idle);
    const std::string id = fire();
    EXPECT_TRUE(base::is_cell_id(id));
    EXPECT_EQ(session.status().state, SessionState::running);
    EXPECT_EQ(session.status().active, id);
    EXPECT_EQ(cell(id).state, CellState::running);
    session.output("hello\r\n");
    session.set_output({{0, 7}});
    session.end_cell({Completion::marks, 3, "/tmp", ""});
    EXPECT_EQ(cell(id).state, CellState::done);
    EXPECT_EQ(cell(id).exit_code, 3); // done says that it ended; the code says how
    EXPECT_EQ(cell(id).cwd, "/tmp");
    EXPECT_EQ(cell(id).completion, Completion::marks);
    EXPECT_EQ(cell(id).output_bytes(), 7U);
    EXPECT_EQ(session.status().state, SessionState::idle);
    EXPECT_EQ(session.active(), nullptr);
    EXPECT_EQ(listener.types(), (std::vector{EventType::fired, EventType::done}));
    EXPECT_EQ(listener.events[1].cell->exit_code, 3);
    EXPECT_EQ(listener.events[1].offset, 7U);
    EXPECT_EQ(loop.watches(), 0U); // no timer is left behind
}

TEST_F(SessionCells, ThereIsOneActiveCell) {
    const std::string id = fire();
    const auto before = listener.events.size();
    const auto refused = session.fire("other", 1s);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ControlErrc::busy);
    EXPECT_EQ(refused.error().cell, id);
    EXPECT_EQ(refused.error().message, "active cell '" + id + "'");
    // And nothing has happened.
    EXPECT_EQ(listener.events.size(), before);
    EXPECT_EQ(session.cells().count(), 1U);
    EXPECT_EQ(session.active()->info.id, id);
    loop.pass(2s);
    EXPECT_FALSE(cell(id).timed_out);
}

TEST_F(SessionCells, ATimeoutKeepsItsPlace) {
    const std::string id = fire("sleep", 500ms);
    loop.pass(499ms);
    EXPECT_FALSE(cell(id).timed_out);
    loop.pass(1ms);
    EXPECT_TRUE(cell(id).timed_out);
    EXPECT_EQ(cell(id).state, CellState::running);
    EXPECT_FALSE(session.fire("next", 1s));
    session.end_cell({Completion::marks, 0, "", ""});
    EXPECT_EQ(cell(id).state, CellState::done);
    EXPECT_TRUE(cell(id).timed_out);
    EXPECT_EQ(listener.types(),
              (std::vector{EventType::fired, EventType::timeout, EventType::done}));
    fire("next", 1s);
    EXPECT_FALSE(session.active()->info.timed_out);
}

TEST_F(SessionCells, ACellThatEndedCannotTimeOut) {
    const std::string first = fire("a", 100ms);
    session.end_cell({Completion::marks, 0, "", ""});
    const std::string second = fire("b", 10s);
    loop.pass(1s);
    EXPECT_FALSE(cell(first).timed_out);
    EXPECT_FALSE(cell(second).timed_out);
}

TEST_F(SessionCells, WaitsAndGoesOn) {
    const std::string id = fire();
    const InputInfo question{InputKind::line, "Name? ", "read", 7, control::Evidence::kernel};
    session.waiting(question);
    session.waiting(question); // the same again is no news
    EXPECT_EQ(cell(id).state, CellState::waiting);
    EXPECT_EQ(cell(id).input, question);
    EXPECT_EQ(session.status().state, SessionState::waiting);
    EXPECT_FALSE(session.fire("x", 1s)); // it still is the active one
    InputInfo another = question;
    another.prompt = "Age? ";
    session.waiting(another);
    session.resumed();
    session.resumed();
    EXPECT_EQ(cell(id).state, CellState::running);
    EXPECT_FALSE(cell(id).input);
    session.waiting(question);
    session.end_cell({Completion::marks, 0, "", ""});
    EXPECT_FALSE(cell(id).input);
    EXPECT_EQ(listener.types(),
              (std::vector{EventType::fired, EventType::waiting, EventType::waiting,
                           EventType::resumed, EventType::waiting, EventType::done}));
}

TEST_F(SessionCells, WithoutACellNothingWaits) {
    session.waiting({});
    session.resumed();
    session.set_output({{0, 1}});
    session.interrupting();
    session.end_cell({Completion::marks, 0, "", ""});
    EXPECT_TRUE(listener.events.empty());
    EXPECT_FALSE(session.is_interrupting());
}

TEST_F(SessionCells, AnInterruptionShowsInTheEnd) {
    const std::string id = fire();
    session.interrupting();
    EXPECT_TRUE(session.is_interrupting());
    EXPECT_EQ(cell(id).state, CellState::running); // until its frame has ended
    session.end_cell({Completion::marks, 130, "", ""});
    EXPECT_EQ(cell(id).state, CellState::error);
    EXPECT_EQ(cell(id).error, "interrupted");
    EXPECT_EQ(cell(id).exit_code, 130);
    // The next one has nothing to do with it.
    const std::string next = fire();
    session.end_cell({Completion::marks, 0, "", ""});
    EXPECT_EQ(cell(next).state, CellState::done);
}

TEST_F(SessionCells, AReasonOfItsOwnComesBeforeTheInterruption) {
    const std::string id = fire();
    session.interrupting();
    session.end_cell(
        {Completion::none, std::nullopt, "", "send failed: the terminal takes no more"});
    EXPECT_EQ(cell(id).error, "send failed: the terminal takes no more");
}

TEST_F(SessionCells, ClosingEndsTheCellFirst) {
    const std::string id = fire();
    session.output("last words");
    session.closed(std::nullopt, 9);
    EXPECT_TRUE(session.is_closed());
    EXPECT_EQ(cell(id).state, CellState::error);
    EXPECT_EQ(cell(id).error, "session exited");
    EXPECT_EQ(cell(id).exit_code, 137);
    EXPECT_EQ(cell(id).completion, Completion::exit);
    EXPECT_EQ(listener.types(),
              (std::vector{EventType::fired, EventType::error, EventType::closed}));
    EXPECT_EQ(listener.events.back().signal, 9);
    EXPECT_EQ(session.status().state, SessionState::exited);
    EXPECT_EQ(session.status().signal, 9);
    EXPECT_EQ(kept::test::slurp(temp / "output.log"), "last words");
    session.closed(1, std::nullopt); // only once
    EXPECT_EQ(listener.events.size(), 3U);
    const auto refused = session.fire("x", 1s);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ControlErrc::exited);
    EXPECT_EQ(session.cells().count(), 1U);
}

TEST_F(SessionCells, ClosingWithoutACellIsOneEvent) {
    session.closed(7, std::nullopt);
    EXPECT_EQ(listener.types(), (std::vector{EventType::closed}));
    EXPECT_EQ(session.status().exit_code, 7);
    EXPECT_FALSE(session.status().signal);
}

TEST_F(SessionCells, EventsAreNumberedAndJournalled) {
    fire();
    session.notify("me@k:1", "hello");
    session.resized(100, 30);
    session.end_cell({Completion::marks, 0, "", ""});
    session.closed(0, std::nullopt);
    std::vector<std::uint64_t> journalled;
    std::vector<EventType> types;
    read_events(temp.path(), [&](const EventInfo& event) {
        journalled.push_back(event.seq);
        types.push_back(event.type);
    });
    EXPECT_EQ(journalled, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
    EXPECT_EQ(types, listener.types());
    EXPECT_EQ(listener.events[1].from, "me@k:1");
    EXPECT_EQ(listener.events[2].message, "100x30");
    EXPECT_EQ(session.status().cols, 100);
    const auto written = control::decode_launch_spec(kept::test::slurp(temp / "session.json"));
    ASSERT_TRUE(written);
    EXPECT_EQ(written->cols, 100);
    EXPECT_EQ(written->rows, 30);
}

TEST_F(SessionCells, ReplayTellsACellsStory) {
    const std::string id = fire();
    auto events = Session::replay(*session.cells().find(id));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, EventType::fired);
    EXPECT_EQ(events[0].seq, listener.events[0].seq);
    session.waiting({});
    events = Session::replay(*session.cells().find(id));
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[1].type, EventType::waiting);
    session.end_cell({Completion::marks, 0, "", ""});
    for (int twice = 0; twice < 2; ++twice) { // it can be read again
        events = Session::replay(*session.cells().find(id));
        ASSERT_EQ(events.size(), 2U);
        EXPECT_EQ(events[0].type, EventType::fired);
        EXPECT_EQ(events[1].type, EventType::done);
        EXPECT_EQ(events[1].seq, listener.events.back().seq);
        EXPECT_EQ(events[1].cell->id, id);
    }
    const std::string bad = fire();
    session.end_cell({Completion::none, std::nullopt, "", "send failed"});
    EXPECT_EQ(Session::replay(*session.cells().find(bad)).back().type, EventType::error);
}

TEST_F(SessionCells, ObserversSeeOutputAtItsOffset) {
    session.output("abc");
    session.output("de");
    EXPECT_EQ(listener.output,
              (std::vector<std::pair<std::uint64_t, std::string>>{{0, "abc"}, {3, "de"}}));
    EXPECT_EQ(session.output_end(), 5U);
    EXPECT_EQ(session.status().output_bytes, 5U);
}

TEST_F(SessionCells, AnObserverMayLeaveAtAnyTime) {
    Listener second;
    Listener third;
    auto watching_second = session.observe(second);
    const auto watching_third = session.observe(third);
    EXPECT_EQ(session.status().subscribers, 3);
    listener.hook = [&](const EventInfo&) {
        observing.reset();
        watching_second.reset(); // one that would have been next
    };
    session.notify("a", "1");
    session.notify("a", "2");
    EXPECT_EQ(listener.events.size(), 1U);
    EXPECT_TRUE(second.events.empty());
    EXPECT_EQ(third.events.size(), 2U);
    EXPECT_EQ(session.status().subscribers, 1);
}

TEST_F(SessionCells, AnObserverMayComeFromInsideAnEvent) {
    Listener late;
    WatchHandle watching;
    listener.hook = [&](const EventInfo&) {
        if (watching == nullptr) {
            watching = session.observe(late);
        }
    };
    session.notify("a", "1");
    session.notify("a", "2");
    EXPECT_EQ(late.events.back().message, "2");
    EXPECT_LE(late.events.size(), 2U);
}

TEST_F(SessionCells, DroppedOutputIsToldAndCounted) {
    const std::string id = fire();
    const std::string flood(300'000, 'x');
    session.output(flood);
    session.set_output({{0, session.output_end()}});
    session.end_cell({Completion::marks, 0, "", ""});
    EXPECT_GE(cell(id).dropped, flood.size() - 64ULL * 1024);
    EXPECT_LT(cell(id).dropped, flood.size());
    EXPECT_EQ(cell(id).dropped, session.log().begin());
    EXPECT_EQ(listener.types(), (std::vector{EventType::fired, EventType::drop, EventType::done}));
    EXPECT_LE(session.status().journal_bytes, 64U * 1024U);
}

TEST_F(SessionCells, KeepsHowTheCodeBegins) {
    std::string code = "caf\xC3\xA9 \xff";
    for (int i = 0; i < 300; ++i) {
        code += "\xE2\x82\xAC";
    }
    const std::string kept = cell(fire(code)).code;
    EXPECT_TRUE(kept.starts_with("caf\xC3\xA9 \xEF\xBF\xBD\xE2\x82\xAC"));
    EXPECT_TRUE(base::is_utf8(kept));
    EXPECT_EQ(base::utf8_prefix(kept, control::kCodePreview), kept);
    EXPECT_NE(base::utf8_prefix(kept, control::kCodePreview - 1), kept);
}

} // namespace
} // namespace kept::session
