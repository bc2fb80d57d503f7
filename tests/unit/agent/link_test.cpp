#include "agent/link.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include "agent/encode.h"
#include "agent/frame.h"
#include "unit/os/child.h"
#include "unit/os/loopback.h"
#include "unit/session/script_loop.h"

namespace kept::agent {
namespace {

using namespace std::chrono_literals;
using session::test::ScriptLoop;

/// A SessionResponse of one variant without a body, by hand.
std::string response(std::string_view id, char variant) {
    const std::string body = "\x0a" + std::string(1, static_cast<char>(id.size())) +
                             std::string(id) + std::string(1, static_cast<char>(variant << 3 | 2)) +
                             std::string(1, '\0');
    return *encode_frame("\x2a" + std::string(1, static_cast<char>(body.size())) + body);
}
constexpr char kPong = 3;

struct AgentLink : testing::Test {
    ScriptLoop loop;
    bool ours = true;
    int connections = 0;
    std::vector<Event> events;
    std::vector<std::string> ends;
    Link link{loop,
              {[this](int) { return ours; }, [this] { ++connections; },
               [this](std::vector<Event> told) {
                   for (Event& event : told) {
                       events.push_back(std::move(event));
                   }
               },
               [] {}, [this](std::string why) { ends.push_back(std::move(why)); }}};
    std::uint16_t port = link.listen();
    base::Fd agent;
    int answers = 0;
    std::vector<std::string> answered; ///< the id of each answer, or "none"

    bool until(const std::function<bool()>& true_now) {
        return kept::test::eventually([&] {
            loop.fire(ScriptLoop::Kind::readable);
            return true_now();
        });
    }
    void connect() {
        agent = kept::test::connect_loopback(port);
        ASSERT_TRUE(agent);
        ASSERT_TRUE(until([&] { return connections == 1; }));
    }
    void send(const std::string& bytes) const {
        ASSERT_EQ(::send(agent.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    bool ask(std::chrono::milliseconds limit = 0ms) {
        return link.ask(
            encode_ping,
            [this](const Response* got) {
                answered.push_back(got == nullptr ? "none" : got->request_id);
            },
            limit);
    }
    bool until_answered(std::size_t count) {
        return until([&] { return answered.size() == count; });
    }
};

TEST_F(AgentLink, TakesOnePeerOnly) {
    EXPECT_FALSE(link.connected());
    connect();
    EXPECT_TRUE(link.connected());
    EXPECT_FALSE(kept::test::connect_loopback(port)); // the port is closed
}

TEST_F(AgentLink, TurnsStrangersAwayAndGoesOnListening) {
    ours = false;
    const base::Fd stranger = kept::test::connect_loopback(port);
    char byte = 0;
    ASSERT_TRUE(until([&] { return ::recv(stranger.get(), &byte, 1, MSG_DONTWAIT) == 0; }));
    EXPECT_EQ(connections, 0);
    ours = true;
    connect();
}

TEST_F(AgentLink, AnswersFindTheirQuestionsInAnyOrder) {
    EXPECT_FALSE(ask()); // nobody there yet
    connect();
    ASSERT_TRUE(ask());
    ASSERT_TRUE(ask());
    send(response("nobody", kPong) + response("r2", kPong) + response("r1", kPong) +
         response("r1", kPong));
    ASSERT_TRUE(until_answered(2));
    EXPECT_EQ(answered, (std::vector<std::string>{"r2", "r1"}));
}

TEST_F(AgentLink, AQuestionWithALimitIsAnsweredAnyway) {
    connect();
    ASSERT_TRUE(ask(100ms));
    loop.pass(99ms);
    EXPECT_TRUE(answered.empty());
    loop.pass(1ms);
    EXPECT_EQ(answered, std::vector<std::string>{"none"});
    send(response("r1", kPong) + *encode_frame("\xff\xff\xff\xff")); // late
    ASSERT_TRUE(until([&] { return !events.empty(); }));
    EXPECT_EQ(answered.size(), 1U);
}

TEST_F(AgentLink, AFrameThatIsNoMessageIsAnEvent) {
    connect();
    send(*encode_frame("\xff\xff\xff\xffgarbage"));
    ASSERT_TRUE(until([&] { return !events.empty(); }));
    EXPECT_EQ(events.front().type, EventType::unknown);
    EXPECT_TRUE(link.connected());
}

TEST_F(AgentLink, PlaybackIsAnswered) {
    connect();
    send(*encode_frame("\x32" + std::string(1, '\0')));
    std::string got;
    ASSERT_TRUE(until([&] {
        char byte = 0;
        while (::recv(agent.get(), &byte, 1, MSG_DONTWAIT) == 1) {
            got.push_back(byte);
        }
        return got == *encode_frame(encode_playback_finished());
    }));
}

TEST_F(AgentLink, TheEndOfThePeerEndsEveryQuestion) {
    connect();
    ask();
    ask(1000ms);
    agent.reset();
    ASSERT_TRUE(until_answered(2));
    EXPECT_EQ(answered, (std::vector<std::string>{"none", "none"}));
    EXPECT_EQ(ends, std::vector<std::string>{""});
    EXPECT_FALSE(ask());
    EXPECT_EQ(loop.watches(), 0U);
}

TEST_F(AgentLink, AnImpossibleFrameEndsItWithAReason) {
    connect();
    send("\xff\xff\xff\xff");
    ASSERT_TRUE(until([&] { return !ends.empty(); }));
    EXPECT_NE(ends.front().find("frame"), std::string::npos);
}

TEST_F(AgentLink, WhatIsTooLongForTheSdksIsNotSent) {
    connect();
    const std::string text(kMaxFrameOut + 1, 'x');
    EXPECT_FALSE(link.ask([&](std::string_view id) { return encode_run_input(id, text); },
                          [this](const Response*) { ++answers; }));
    EXPECT_EQ(answers, 0);
}

} // namespace
} // namespace kept::agent
