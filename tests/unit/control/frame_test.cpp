#include "control/frame.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kept::control {
namespace {

using Plain = std::pair<char, std::string>;

/// All frames of a stream that is fed in pieces of that size.
std::vector<Plain> read_cut(std::string_view stream, std::size_t piece) {
    FrameReader reader;
    std::vector<Plain> out;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        reader.feed(stream.substr(at, piece));
        while (true) {
            auto frame = reader.next();
            if (!frame || !*frame) {
                break;
            }
            out.emplace_back(static_cast<char>((*frame)->type), (*frame)->payload);
        }
    }
    EXPECT_EQ(reader.pending(), 0U);
    return out;
}

TEST(ControlFrame, LooksLikeTheProtocolSays) {
    std::string out;
    append_frame(out, FrameType::json, "{}");
    append_frame(out, FrameType::bytes, std::string(0x0102, 'x'));
    EXPECT_EQ(out.substr(0, 12), std::string_view("\0\0\0\2J{}\0\0\1\2B", 12));
    EXPECT_EQ(out.size(), 7U + 5U + 0x0102U);
}

RC_GTEST_PROP(ControlFrame, ReadsTheSameHoweverItIsCut, ()) {
    std::string stream;
    std::vector<Plain> sent;
    for (const auto& [json, payload] :
         *rc::gen::arbitrary<std::vector<std::pair<bool, std::string>>>()) {
        append_frame(stream, json ? FrameType::json : FrameType::bytes, payload);
        sent.emplace_back(json ? 'J' : 'B', payload);
    }
    const auto piece = *rc::gen::inRange<std::size_t>(1, stream.size() + 2);
    RC_ASSERT(read_cut(stream, piece) == sent);
    RC_ASSERT(read_cut(stream, 1) == sent);
}

TEST(ControlFrame, LongBytesGoInSeveralFrames) {
    const std::string code = std::string(kMaxFrame, 'a') + std::string(kMaxFrame, 'b') + "c";
    std::string stream;
    append_bytes(stream, code);
    const auto frames = read_cut(stream, 65536);
    ASSERT_EQ(frames.size(), 3U);
    EXPECT_EQ(frames[0].second + frames[1].second + frames[2].second, code);
    std::string nothing;
    append_bytes(nothing, "");
    EXPECT_EQ(nothing, "");
}

TEST(ControlFrame, TheLongestPayloadIsTheLimit) {
    FrameReader reader;
    reader.feed(std::string_view("\0\x10\0\0J", 5)); // exactly 1 MiB
    ASSERT_TRUE(reader.next());
    EXPECT_FALSE(reader.next()->has_value());
    reader.feed(std::string(kMaxFrame, ' '));
    EXPECT_EQ(reader.next()->value().payload.size(), kMaxFrame);

    reader.feed(std::string_view("\0\x10\0\1J", 5));
    const auto longer = reader.next();
    ASSERT_FALSE(longer); // refused by its header, before any of it is held
    EXPECT_EQ(longer.error().code, ControlErrc::too_large);
    reader.feed(std::string(100, 'x'));
    EXPECT_FALSE(reader.next()); // and nothing more is read
}

TEST(ControlFrame, RefusesUnknownTypesAtOnce) {
    for (const char type : {'j', 'b', '\0', 'X', '\xff'}) {
        FrameReader reader;
        reader.feed(std::string("\0\0\0\5", 4) + type);
        const auto frame = reader.next();
        ASSERT_FALSE(frame);
        EXPECT_EQ(frame.error().code, ControlErrc::malformed);
    }
    FrameReader web;
    web.feed("GET / HTTP/1.1\r\n");
    EXPECT_FALSE(web.next());
}

TEST(ControlFrame, CountsWhatIsHeld) {
    FrameReader reader;
    std::string stream;
    append_frame(stream, FrameType::json, "{}");
    stream += std::string_view("\0\0", 2);
    reader.feed(stream);
    EXPECT_EQ(reader.pending(), 9U);
    EXPECT_TRUE(reader.next()->has_value());
    EXPECT_EQ(reader.pending(), 2U);
    EXPECT_FALSE(reader.next()->has_value());
    EXPECT_EQ(reader.pending(), 2U);
}

} // namespace
} // namespace kept::control
