#include "terminal/answers.h"

#include <gtest/gtest.h>

namespace kept::terminal {
namespace {

TEST(TerminalAnswers, TheFirstPatternThatIsFoundCounts) {
    Answers answers;
    ASSERT_TRUE(answers.expect({{"Name", "Ann"}, {"(?i)pass", "x"}, {"", "rest"}}));
    EXPECT_EQ(answers.to("Your Name? "), "Ann");
    EXPECT_EQ(answers.to("PASSWORD: "), "x");
    EXPECT_EQ(answers.to(""), "rest");
    answers.clear();
    EXPECT_EQ(answers.to("Your Name? "), std::nullopt);
}

TEST(TerminalAnswers, AWrongPatternIsNamed) {
    Answers answers;
    const auto taken = answers.expect({{"fine", "x"}, {"(", "y"}});
    ASSERT_FALSE(taken);
    EXPECT_NE(taken.error().find("'('"), std::string::npos);
    EXPECT_EQ(answers.to("fine"), std::nullopt);
}

TEST(TerminalAnswers, APromptThatComesBackUnchangedIsGivenUp) {
    Answers answers;
    ASSERT_TRUE(answers.expect({{"", "x"}}));
    for (int i = 0; i < Answers::kMostSame; ++i) {
        EXPECT_TRUE(answers.to("again?"));
    }
    EXPECT_FALSE(answers.to("again?"));
    EXPECT_TRUE(answers.to("another?"));
    EXPECT_TRUE(answers.to("again?"));
    int given = Answers::kMostSame + 2;
    while (answers.to("number " + std::to_string(given))) {
        ++given;
    }
    EXPECT_EQ(given, Answers::kMost);
}

} // namespace
} // namespace kept::terminal
