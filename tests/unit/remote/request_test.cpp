#include "remote/request.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace kept::remote {
namespace {

/// Reads the bytes in pieces of this size.
std::expected<std::optional<Request>, std::string> read(std::string_view bytes, std::size_t piece) {
    control::FrameReader frames;
    RequestReader reader;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        frames.feed(bytes.substr(at, piece));
        while (true) {
            auto frame = frames.next();
            if (!frame) {
                return std::unexpected(frame.error().message());
            }
            if (!*frame) {
                break;
            }
            const auto complete = reader.take(**frame);
            if (!complete) {
                return std::unexpected(complete.error());
            }
            if (*complete) {
                return std::move(reader.request());
            }
        }
    }
    return std::nullopt;
}

Request sample() {
    Request request;
    request.nonce = "0123456789abcdef";
    request.program = "k";
    request.words = {"run", "s", ""};
    request.variables = {{"K_SESSION", "s"}};
    return request;
}

RC_GTEST_PROP(RemoteRequest, ArrivesAsItWas, ()) {
    Request request = sample();
    const auto word =
        rc::gen::container<std::string>(rc::gen::suchThat<char>([](char c) { return c != '\0'; }));
    request.words = *rc::gen::container<std::vector<std::string>>(word);
    request.variables[0].second = *word;
    request.input = *rc::gen::arbitrary<bool>();
    const auto there = read(encode(request), *rc::gen::inRange<std::size_t>(1, 64));
    RC_ASSERT(there.has_value() && there->has_value());
    RC_ASSERT((*there)->words == request.words);
    RC_ASSERT((*there)->variables == request.variables);
    RC_ASSERT((*there)->input == request.input);
    const auto in_a_word = from_word(to_word(request));
    RC_ASSERT(in_a_word.has_value());
    RC_ASSERT(in_a_word->words == request.words);
}

TEST(RemoteRequest, LongOnesTakeSeveralFrames) {
    Request request = sample();
    request.words.emplace_back(3'000'000, 'x');
    const auto there = read(encode(request), 65536);
    ASSERT_TRUE(there.has_value() && there->has_value());
    EXPECT_EQ((*there)->words.back().size(), 3'000'000U);
}

TEST(RemoteRequest, WrongOnesAreRefused) {
    const auto refused = [](const std::string& head, const std::string& bytes = {}) {
        std::string wire;
        control::append_frame(wire, control::FrameType::json, head);
        control::append_bytes(wire, bytes);
        const auto there = read(wire, wire.size());
        return !there.has_value();
    };
    EXPECT_TRUE(refused("{}"));
    EXPECT_TRUE(refused("[]"));
    EXPECT_TRUE(refused(R"({"remote":1,"nonce":"xyz","program":"k","words":0,"bytes":0})"));
    EXPECT_TRUE(refused(R"({"remote":1,"nonce":"ab","program":"sh","words":0,"bytes":0})"));
    EXPECT_TRUE(refused(R"({"remote":1,"nonce":"ab","program":"k","words":9999,"bytes":0})"));
    EXPECT_TRUE(refused(R"({"remote":1,"nonce":"ab","program":"k","words":1,"bytes":99999999})"));
    EXPECT_TRUE(refused(R"({"remote":1,"nonce":"ab","program":"k","words":2,"bytes":2})",
                        std::string("a\0", 2)));
    EXPECT_TRUE(refused(
        R"({"remote":1,"nonce":"ab","program":"k","words":0,"variables":["A=B"],"bytes":1})",
        std::string("\0", 1)));
    EXPECT_FALSE(from_word("").has_value());
    EXPECT_FALSE(from_word("4a0").has_value());
    EXPECT_FALSE(from_word("zz").has_value());
}

TEST(RemoteRequest, ControlsAreRead) {
    const auto read_back = [](const Control& control) {
        control::FrameReader frames;
        frames.feed(encode(control));
        return decode_control((*frames.next())->payload);
    };
    EXPECT_EQ(read_back({false, 2})->signal, 2);
    EXPECT_TRUE(read_back({true, 0})->end_of_input);
    EXPECT_EQ(decode_control(R"({"signal":4000})")->signal, 0);
    EXPECT_EQ(decode_control(R"({"signal":-9})")->signal, 0);
    EXPECT_FALSE(decode_control("nonsense").has_value());
}

} // namespace
} // namespace kept::remote
