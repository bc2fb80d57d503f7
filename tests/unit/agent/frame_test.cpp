#include "agent/frame.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace kept::agent {
namespace {

std::string framed(std::string_view payload) {
    return encode_frame(payload, kMaxFrameIn).value();
}

std::vector<std::string> drain(FrameDecoder& decoder) {
    std::vector<std::string> payloads;
    while (true) {
        const auto next = decoder.next();
        if (!next || !*next) {
            return payloads;
        }
        payloads.emplace_back(**next);
    }
}

TEST(AgentFrame, EncodesLengthBigEndian) {
    EXPECT_EQ(encode_frame("abc").value(), std::string("\0\0\0\3abc", 7));
    EXPECT_EQ(encode_frame(std::string(0x010203, 'x')).value().substr(0, 4),
              std::string("\x00\x01\x02\x03", 4));
}

TEST(AgentFrame, RefusesToSendWhatThePeerWouldDrop) {
    EXPECT_TRUE(encode_frame(std::string(kMaxFrameOut, 'x')).has_value());
    const auto frame = encode_frame(std::string(kMaxFrameOut + 1, 'x'));
    ASSERT_FALSE(frame.has_value());
    EXPECT_EQ(frame.error(), FrameError::oversize);
}

TEST(AgentFrame, DecodesHoweverTheStreamWasSplit) {
    const std::vector<std::string> payloads{"one", "", std::string(300, 'x'), "four"};
    std::string stream;
    for (const auto& payload : payloads) {
        stream += framed(payload);
    }
    for (const std::size_t size : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{5},
                                   std::size_t{64}, stream.size()}) {
        FrameDecoder decoder;
        std::vector<std::string> seen;
        for (std::size_t at = 0; at < stream.size(); at += size) {
            decoder.feed(std::string_view(stream).substr(at, size));
            for (auto& payload : drain(decoder)) {
                seen.push_back(std::move(payload));
            }
        }
        EXPECT_EQ(seen, payloads) << "in pieces of " << size;
        EXPECT_EQ(decoder.buffered(), 0U);
    }
}

TEST(AgentFrame, AnnouncedLengthAllocatesNothing) {
    FrameDecoder decoder;
    decoder.feed(std::string("\x03\xff\xff\xff", 4)); // just under 64 MiB
    decoder.feed("a little");
    ASSERT_TRUE(decoder.next().has_value());
    EXPECT_LT(decoder.capacity(), 4096U);
}

TEST(AgentFrame, OversizeIsFinalAndFreesTheBuffer) {
    FrameDecoder decoder(10);
    decoder.feed(framed("0123456789") + framed("0123456789a"));
    EXPECT_EQ(drain(decoder), std::vector<std::string>{"0123456789"});
    const auto next = decoder.next();
    ASSERT_FALSE(next.has_value());
    EXPECT_EQ(next.error(), FrameError::oversize);
    decoder.feed(framed("ok"));
    EXPECT_FALSE(decoder.next().has_value());
    EXPECT_EQ(decoder.buffered(), 0U);
}

TEST(AgentFrame, LargeBufferIsGivenBack) {
    FrameDecoder decoder;
    decoder.feed(framed(std::string(1'100'000, 'x')));
    EXPECT_EQ(drain(decoder).size(), 1U);
    EXPECT_LT(decoder.capacity(), 100'000U);
}

TEST(AgentFrame, ManySmallFramesInOneChunkStayLinear) {
    std::string stream;
    for (int i = 0; i < 100'000; ++i) {
        stream += framed("event");
    }
    FrameDecoder decoder;
    decoder.feed(stream);
    EXPECT_EQ(drain(decoder).size(), 100'000U);
}

} // namespace
} // namespace kept::agent
