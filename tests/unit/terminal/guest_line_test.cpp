#include "terminal/guest_line.h"

#include <gtest/gtest.h>

namespace kept::terminal {
namespace {

GuestLine::Scene scene(std::string row, std::uint64_t prompts, bool at_prompt = true,
                       std::int64_t output_us = 0) {
    return {std::move(row), prompts, at_prompt, output_us};
}

TEST(GuestLine, ALineIsBegunUntilItIsSent) {
    GuestLine line;
    EXPECT_FALSE(line.begun(scene("$", 1), 0));
    EXPECT_FALSE(line.typed("l", scene("$", 1), 100));
    EXPECT_TRUE(line.begun(scene("$", 1), 110)) << "not shown yet";
    EXPECT_TRUE(line.begun(scene("$ l", 1, true, 120), 130));
    EXPECT_FALSE(line.typed("s", scene("$ l", 1, true, 120), 140));
    EXPECT_TRUE(line.typed("\r", scene("$ ls", 1), 200));
    EXPECT_FALSE(line.begun(scene("$ ls", 1), 210));
}

TEST(GuestLine, ALineErasedAgainIsNone) {
    GuestLine line;
    line.typed("l", scene("$", 1), 100);
    line.typed("\x7f", scene("$ l", 1, true, 110), 200);
    EXPECT_TRUE(line.begun(scene("$ l", 1, true, 110), 210));
    EXPECT_FALSE(line.begun(scene("$", 1, true, 220), 230));
}

TEST(GuestLine, AnotherPromptHasAnotherLine) {
    GuestLine line;
    line.typed("l", scene("$", 1), 100);
    EXPECT_FALSE(line.begun(scene("$", 2, true, 200), 300));
    EXPECT_TRUE(line.begun(scene("$ l", 2, true, 200), 300)) << "drawn again";
    EXPECT_TRUE(line.typed("x\x03", scene("$ l", 1), 400));
    EXPECT_FALSE(line.begun(scene("$ x^C", 1), 500));
}

TEST(GuestLine, ALineDrawnAgainMayBeErasedToo) {
    GuestLine line;
    line.typed("l", scene("$", 1), 100);
    line.typed("\x15", scene("$ l", 3, true, 200), 300); // the window has changed twice since
    EXPECT_TRUE(line.begun(scene("$ l", 3, true, 200), 310));
    EXPECT_FALSE(line.begun(scene("$", 3, true, 320), 330));
    line.typed("x", scene("$", 3, true, 320), 400);
    EXPECT_TRUE(line.begun(scene("$ x", 3, true, 410), 420));
}

TEST(GuestLine, TypedAhead) {
    GuestLine line;
    line.typed("ec", scene("", 3, false), 100);
    EXPECT_FALSE(line.begun(scene("ec", 3, false), 200)) << "code waits for the prompt anyway";
    EXPECT_FALSE(line.typed_ahead(3));
    EXPECT_TRUE(line.typed_ahead(4));
    EXPECT_TRUE(line.begun(scene("$ ec", 4, true, 300), 400));
    line.typed("ho\r", scene("$ ec", 4), 500);
    EXPECT_FALSE(line.typed_ahead(4));
}

TEST(GuestLine, TheRestBehindALineSentStandsAtTheNextPrompt) {
    GuestLine line;
    EXPECT_FALSE(line.typed("one\rtw", scene("$", 1), 100));
    EXPECT_FALSE(line.begun(scene("$ one", 1), 200));
    EXPECT_TRUE(line.begun(scene("$ tw", 2), 300));
}

} // namespace
} // namespace kept::terminal
