#include "remote/note.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace kept::remote {
namespace {

constexpr std::string_view kNonce = "00ff00ff00ff00ff";

RC_GTEST_PROP(RemoteNote, IsTakenOutOfWhateverIsAroundIt, ()) {
    const auto around = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab \n\x1e"
                                                                                       "0f")));
    const std::string before = *around;
    const std::string after = *around;
    const std::string all = before +
                            encode({Note::Kind::cell, 0, "", "s", "0123456789ab"}, kNonce) + after +
                            encode({Note::Kind::exit, 7}, kNonce);
    NoteFilter filter(kNonce);
    const auto piece = *rc::gen::inRange<std::size_t>(1, 40);
    std::string plain;
    for (std::size_t at = 0; at < all.size(); at += piece) {
        plain += filter.feed(std::string_view(all).substr(at, piece));
    }
    plain += filter.rest();
    RC_ASSERT(plain == before + after);
    const auto notes = filter.take();
    RC_ASSERT(notes.size() == 2U);
    RC_ASSERT(notes[0].session == "s" && notes[0].cell == "0123456789ab");
    RC_ASSERT(notes[1].kind == Note::Kind::exit && notes[1].number == 7);
}

TEST(RemoteNote, OfAnotherNonceIsText) {
    NoteFilter filter(kNonce);
    const std::string other = encode({Note::Kind::exit, 0}, "1111111111111111");
    EXPECT_EQ(filter.feed(other) + filter.rest(), other);
    EXPECT_TRUE(filter.take().empty());
}

TEST(RemoteNote, OneWithoutEndIsText) {
    NoteFilter filter(kNonce);
    std::string endless = encode({Note::Kind::hello, 1, "x"}, kNonce);
    endless.pop_back();
    endless.append(2000, 'x');
    EXPECT_EQ(filter.feed(endless) + filter.rest(), endless);
    EXPECT_TRUE(filter.take().empty());
}

TEST(RemoteNote, HelloTellsTheVersion) {
    NoteFilter filter(kNonce);
    EXPECT_EQ(filter.feed(encode({Note::Kind::hello, 3, "1.2.3"}, kNonce)), "");
    const auto notes = filter.take();
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0].number, 3);
    EXPECT_EQ(notes[0].words, "1.2.3");
}

} // namespace
} // namespace kept::remote
