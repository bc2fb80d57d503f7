#include "agent/bounded_log.h"
#include "agent/log_lines.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "unit/os/temp_dir.h"

namespace kept::agent {
namespace {

using kept::test::slurp;

std::vector<std::string> lines_of(const std::vector<std::string>& pieces) {
    std::vector<std::string> out;
    LogLines lines([&](std::string line) { out.push_back(std::move(line)); });
    for (const std::string& piece : pieces) {
        lines.feed(piece);
    }
    lines.finish();
    return out;
}

TEST(AgentLogLines, AreCutAtLineFeeds) {
    EXPECT_EQ(lines_of({"one\r\n\ntwo  \nthree"}),
              (std::vector<std::string>{"one", "two", "three"}));
}

TEST(AgentLogLines, HaveNoEscapeSequences) {
    EXPECT_EQ(lines_of({"\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x1b\\ \x1b(Bplain\n"}),
              std::vector<std::string>{"red link Bplain"});
    EXPECT_EQ(without_escapes("\x1b"), "");
    EXPECT_EQ(without_escapes("a\x1b[1"), "a");
    EXPECT_EQ(without_escapes("a\x1bP1$r"), "a");
}

TEST(AgentLogLines, AreUtf8WithoutControlCharacters) {
    const auto lines = lines_of({"a\xff\x01z\n"});
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_TRUE(lines.front().starts_with("a\xef\xbf\xbd"));
    EXPECT_EQ(lines.front().find('\x01'), std::string::npos);
}

TEST(AgentLogLines, AreCutOffWhenTheyAreTooLong) {
    const auto lines = lines_of(
        {std::string(LogLines::kMost, 'x'), std::string(90, 'y'), std::string(10, 'z') + "\nnext"});
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0], std::string(LogLines::kMost, 'x') + " … 100 bytes more");
    EXPECT_EQ(lines[1], "next");
}

TEST(AgentLogLines, HaveNoCarriageReturnBeforeThem) {
    EXPECT_EQ(lines_of({"\r12:00:00 \x1b[36mDEBUG\x1b[0m x\n\r\r\n\r", "12\n"}),
              (std::vector<std::string>{"12:00:00 DEBUG x", "12"}));
}

TEST(AgentLogLines, RoutineIsWhatTheSdksLogBelowAWarning) {
    EXPECT_TRUE(is_routine("[14:01:54.668] INFO (17539): Creating speech handle"));
    EXPECT_TRUE(is_routine("14:01:54.668 DEBUG livekit.agents a task"));
    EXPECT_FALSE(is_routine("[14:01:54.668] ERROR (17539): it broke"));
    EXPECT_FALSE(is_routine("[14:01:54.668] WARN (17539): careful"));
    for (const char* line :
         {"", " ", "DEBUG", "an INFO line: no time", "Error: INFO (x)", "a DEBUG x"}) {
        EXPECT_FALSE(is_routine(line)) << line;
    }
}

RC_GTEST_PROP(AgentLogLines, DoNotDependOnHowTheyArrive, ()) {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::element('a', '\n', ' ', '\x1b', '[', 'm', '\r'));
    std::vector<std::string> bytes;
    for (const char c : text) {
        bytes.emplace_back(1, c);
    }
    RC_ASSERT(lines_of(bytes) == lines_of({text}));
}

TEST(AgentBoundedLog, IsHeldUntilItIsFlushed) {
    const kept::test::TempDir temp;
    BoundedLog log(temp / "log", 100);
    log.append("one\n");
    EXPECT_EQ(slurp(log.path()), "");
    log.flush();
    EXPECT_EQ(slurp(log.path()), "one\n");
    struct stat info{};
    ASSERT_EQ(::stat(log.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST(AgentBoundedLog, KeepsTheFileBeforeTheLast) {
    const kept::test::TempDir temp;
    BoundedLog log(temp / "log", 10);
    for (const char* line : {"111111\n", "222222\n", "333333\n"}) {
        log.append(line);
        log.flush();
    }
    EXPECT_EQ(slurp(log.path()), "333333\n");
    EXPECT_EQ(slurp(old_log(log.path())), "222222\n");
    EXPECT_EQ(log.generation(), 2U);
}

TEST(AgentBoundedLog, BeginsAnew) {
    const kept::test::TempDir temp;
    {
        BoundedLog before(temp / "log", 100);
        before.append("old\n");
        before.flush();
    }
    BoundedLog log(temp / "log", 100);
    EXPECT_EQ(slurp(log.path()), "");
}

TEST(AgentBoundedLog, ABrokenDirectoryLosesLinesAndNothingElse) {
    BoundedLog log("/nonexistent/directory/log", 10);
    log.append(std::string(200'000, 'x'));
    log.flush();
}

} // namespace
} // namespace kept::agent
