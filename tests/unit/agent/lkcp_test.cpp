#include "agent/lkcp.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/frame.h"
#include "os/tcp.h"
#include "unit/os/child.h"
#include "unit/os/loopback.h"
#include "unit/os/temp_dir.h"
#include "unit/session/script_loop.h"

namespace kept::agent {
namespace {

using session::test::ScriptLoop;

/// An agent that has not been started: it refuses every turn, which is answer enough here.
struct AgentLkcp : testing::Test {
    static control::LaunchSpec spec() {
        control::LaunchSpec spec;
        spec.name = "bot";
        spec.kind = "agent";
        auto free = os::listen_loopback(0);
        spec.agent.port = os::local_port(free->get());
        return spec;
    }

    kept::test::TempDir temp;
    ScriptLoop loop;
    session::Session session{spec(), temp.path(), loop};
    Agent agent{session, loop};
    Lkcp lkcp{session, agent, loop};

    void SetUp() override {
        ASSERT_FALSE(lkcp.open());
        lkcp.serve();
    }
    [[nodiscard]] base::Fd connect() const {
        return kept::test::connect_loopback(static_cast<std::uint16_t>(session.spec().agent.port));
    }
    static void send(const base::Fd& client, std::string_view bytes) {
        ASSERT_EQ(::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    static std::string frame(const nlohmann::json& request) {
        return *encode_frame(request.dump());
    }

    /// What the client is sent, up to an answer with `done` or the end.
    std::vector<nlohmann::json> answers(const base::Fd& client) {
        std::vector<nlohmann::json> out;
        FrameDecoder decoder;
        bool over = false;
        kept::test::eventually([&] {
            loop.fire(ScriptLoop::Kind::readable);
            loop.run_soon();
            std::string bytes(4096, '\0');
            const auto got = ::recv(client.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
            over = over || got == 0 || (got < 0 && errno != EAGAIN);
            decoder.feed({bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0});
            for (auto next = decoder.next(); next && *next; next = decoder.next()) {
                out.push_back(nlohmann::json::parse(**next));
            }
            return over || (!out.empty() && out.back().contains("done"));
        });
        return out;
    }
};

TEST_F(AgentLkcp, ARefusedTurnIsLinesAndAnError) {
    const base::Fd client = connect();
    send(client, "LKCP" + frame({{"cmd", "say"}, {"text", "hello"}}));
    const auto got = answers(client);
    ASSERT_FALSE(got.empty());
    EXPECT_EQ(got.back(), (nlohmann::json{{"done", true}, {"error", "the agent is starting"}}));
    for (std::size_t i = 0; i + 1 < got.size(); ++i) {
        EXPECT_TRUE(got[i].contains("line")) << got[i];
    }
}

TEST_F(AgentLkcp, FramesMayComeInPieces) {
    const base::Fd client = connect();
    for (const char byte : "LKCP" + frame({{"cmd", "dance"}})) {
        send(client, {&byte, 1});
        loop.fire(ScriptLoop::Kind::readable);
    }
    EXPECT_EQ(answers(client), std::vector<nlohmann::json>{(nlohmann::json{
                                   {"done", true}, {"error", "unknown command 'dance'"}})});
}

TEST_F(AgentLkcp, WhatIsNoRequestIsAnErrorAndTheConnectionGoesOn) {
    const base::Fd client = connect();
    send(client, "LKCP" + *encode_frame("[1, 2"));
    EXPECT_TRUE(answers(client).back().contains("error"));
    send(client, frame({{"cmd", 7}}));
    EXPECT_TRUE(answers(client).back().contains("error"));
}

TEST_F(AgentLkcp, OtherProtocolsAreTurnedAway) {
    for (const char* bytes : {"GET / HTTP/1.1\r\n", "LKCX", "LKCP\x7f\xff\xff\xff"}) {
        const base::Fd client = connect();
        send(client, bytes);
        EXPECT_TRUE(answers(client).empty()) << bytes;
    }
}

TEST_F(AgentLkcp, ThePortIsFreeWhenTheSessionIsOver) {
    ASSERT_TRUE(connect());
    session.closed(0, std::nullopt);
    EXPECT_FALSE(connect());
}

TEST_F(AgentLkcp, ATakenPortIsSaidToBe) {
    Lkcp second(session, agent, loop);
    const auto problem = second.open();
    ASSERT_TRUE(problem);
    EXPECT_NE(problem->find(std::to_string(session.spec().agent.port)), std::string::npos);
}

} // namespace
} // namespace kept::agent
