#include "session/cell_store.h"
#include "session/event_log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "control/event_line.h"
#include "unit/os/temp_dir.h"

namespace kept::session {
namespace {

using control::CellState;
using control::EventInfo;
using control::EventType;
using kept::test::TempDir;

EventInfo note(std::uint64_t seq, std::string message = "m") {
    EventInfo event;
    event.seq = seq;
    event.type = EventType::notify;
    event.message = std::move(message);
    return event;
}

EventInfo of_cell(std::uint64_t seq, EventType type, const std::string& id, CellState state) {
    EventInfo event;
    event.seq = seq;
    event.type = type;
    event.cell.emplace();
    event.cell->id = id;
    event.cell->state = state;
    return event;
}

std::vector<std::uint64_t> sequence(const std::string& directory) {
    std::vector<std::uint64_t> seqs;
    read_events(directory, [&](const EventInfo& event) { seqs.push_back(event.seq); });
    return seqs;
}

TEST(SessionEventLog, GivesEventsBackInOrder) {
    const TempDir temp;
    EventLog log(temp.path());
    log.append(note(1));
    log.append_timing(2, 77, 1'000);
    log.append(note(3, "line\nfeed"));
    EXPECT_EQ(sequence(temp.path()), (std::vector<std::uint64_t>{1, 3}));
    struct stat info{};
    ASSERT_EQ(::stat((temp / "events.ndjson").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    const std::string text = kept::test::slurp(temp / "events.ndjson");
    EXPECT_NE(text.find("{\"seq\":2,\"type\":\"output\",\"offset\":77,\"ts_us\":1000}\n"),
              std::string::npos);
}

TEST(SessionEventLog, PassesOverDamage) {
    const TempDir temp;
    const std::string good = control::encode_event_line(note(7));
    std::ofstream file(temp / "events.ndjson");
    file << "garbage\n"
         << good << "\n\n{\"type\":\"notify\"" << "\n"
         << std::string(600'000, 'x') << "\n"
         << good << "\n"
         << good; // the last is cut short
    file.close();
    EXPECT_EQ(sequence(temp.path()), (std::vector<std::uint64_t>{7, 7}));
    EXPECT_TRUE(sequence(temp / "missing").empty());
}

TEST(SessionEventLog, StaysBoundedAndKeepsTheLatest) {
    const TempDir temp;
    EventLog log(temp.path());
    const std::string large(100'000, 'n');
    constexpr std::uint64_t kCount = 200; // 20 MB
    for (std::uint64_t seq = 1; seq <= kCount; ++seq) {
        log.append(note(seq, large));
    }
    std::uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(temp.path())) {
        EXPECT_LE(entry.file_size(), EventLog::kMaxBytes);
        bytes += entry.file_size();
    }
    EXPECT_LE(bytes, 2 * EventLog::kMaxBytes);
    const auto kept = sequence(temp.path());
    ASSERT_GE(kept.size(), 40U);
    for (std::size_t i = 0; i < kept.size(); ++i) {
        EXPECT_EQ(kept[i], kCount - kept.size() + 1 + i);
    }
}

TEST(SessionCellStore, RebuildsCellsFromEvents) {
    CellStore cells;
    cells.apply(of_cell(1, EventType::fired, "a", CellState::running));
    cells.apply(of_cell(2, EventType::waiting, "a", CellState::waiting));
    cells.apply(note(3));
    cells.apply(of_cell(4, EventType::done, "a", CellState::done));
    cells.apply(of_cell(5, EventType::fired, "b", CellState::running));
    EXPECT_EQ(cells.count(), 2U);
    const Cell* a = cells.find("a");
    ASSERT_NE(a, nullptr);
    EXPECT_EQ(a->info.state, CellState::done);
    EXPECT_EQ(a->fired_seq, 1U);
    EXPECT_EQ(a->last_seq, 4U);
    EXPECT_EQ(cells.latest()->info.id, "b");
    EXPECT_EQ(cells.find("c"), nullptr);
}

TEST(SessionCellStore, ForgetsTheOldestEndedOnes) {
    CellStore cells;
    const auto add = [&](int number, CellState state) {
        control::CellInfo info;
        info.id = std::to_string(number);
        info.state = state;
        cells.add(std::move(info));
    };
    for (int i = 0; i < static_cast<int>(CellStore::kMost) + 5; ++i) {
        add(i, CellState::done);
    }
    EXPECT_EQ(cells.list().size(), CellStore::kMost);
    EXPECT_EQ(cells.count(), CellStore::kMost + 5);
    EXPECT_EQ(cells.find("4"), nullptr);
    EXPECT_NE(cells.find("5"), nullptr);
    EXPECT_EQ(cells.list().back().id, std::to_string(CellStore::kMost + 4));
}

TEST(SessionCellStore, FindsForgottenCellsInTheJournal) {
    const TempDir temp;
    EventLog log(temp.path());
    log.append(of_cell(1, EventType::fired, "a", CellState::running));
    log.append(of_cell(2, EventType::fired, "b", CellState::running));
    log.append(of_cell(3, EventType::error, "a", CellState::error));
    const auto found = find_in_events(temp.path(), "a");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, CellState::error);
    EXPECT_FALSE(find_in_events(temp.path(), "x"));
}

} // namespace
} // namespace kept::session
