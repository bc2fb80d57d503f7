#include <gtest/gtest.h>

#include "cli/find_session.h"
#include "cli/verbs.h"

namespace kept::cli {
namespace {

TEST(OnlySession, PrefersTheOnlyLiveOne) {
    EXPECT_EQ(only_session({}), std::nullopt);
    EXPECT_EQ(only_session({{"a", true}}), "a");
    EXPECT_EQ(only_session({{"a", false}}), "a");
    EXPECT_EQ(only_session({{"a", false}, {"b", true}, {"c", false}}), "b");
    EXPECT_EQ(only_session({{"a", true}, {"b", true}}), std::nullopt);
    EXPECT_EQ(only_session({{"a", false}, {"b", false}}), std::nullopt);
}

TEST(Verbs, MistypedOnesAreRecognised) {
    EXPECT_EQ(nearest_verb("rnu"), "run");
    EXPECT_EQ(nearest_verb("RUN"), "run");
    EXPECT_EQ(nearest_verb("ntify"), "notify");
    EXPECT_EQ(nearest_verb("statsu"), "status");
    EXPECT_EQ(nearest_verb("frobnicate"), "");
    EXPECT_EQ(nearest_verb(""), "");
    EXPECT_EQ(nearest_verb(std::string(100'000, 'x')), "");
}

TEST(Verbs, UsageNamesThemAllAndFitsATerminal) {
    const std::string text = usage();
    for (const Verb& verb : verbs()) {
        EXPECT_NE(verb.run, nullptr);
        if (!verb.about.empty()) {
            EXPECT_NE(text.find("  k " + std::string(verb.name) + " "), std::string::npos)
                << verb.name;
        }
    }
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos;
         end = text.find('\n', begin)) {
        EXPECT_LE(end - begin, 100U) << text.substr(begin, end - begin);
        begin = end + 1;
    }
    EXPECT_EQ(text.find("k serve"), std::string::npos);
    EXPECT_EQ(text.find("remote-serve"), std::string::npos);
}

} // namespace
} // namespace kept::cli
