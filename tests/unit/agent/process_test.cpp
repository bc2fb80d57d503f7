#include "agent/process.h"

#include <csignal>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "os/proc.h"
#include "os/tcp.h"
#include "unit/os/child.h"
#include "unit/os/guard_hook.h"
#include "unit/os/loopback.h"
#include "unit/os/temp_dir.h"
#include "unit/session/script_loop.h"

namespace kept::agent {
namespace {

using session::test::ScriptLoop;

struct AgentProcess : testing::Test {
    kept::test::TempDir temp;
    ScriptLoop loop;
    BoundedLog log{temp / "agent.log", 1 << 20};
    std::vector<std::string> lines;
    std::optional<os::ExitStatus> exited;
    Process process{loop,
                    log,
                    {[this](std::string line) { lines.push_back(std::move(line)); },
                     [this](os::ExitStatus status) { exited = status; }}};

    void start(std::string script) {
        const auto problem =
            process.start({{"/bin/sh", "-c", std::move(script)}, {{"PATH", "/usr/bin:/bin"}}, ""});
        ASSERT_FALSE(problem) << *problem;
    }
    bool until(const std::function<bool()>& true_now) {
        return kept::test::eventually([&] {
            loop.fire(ScriptLoop::Kind::readable);
            return true_now();
        });
    }
    bool until_exited() {
        return until([&] { return exited.has_value(); });
    }
};

TEST_F(AgentProcess, ItsLinesComeBeforeItsEnd) {
    start("echo one; printf 'two' >&2; exit 3");
    ASSERT_TRUE(until_exited());
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "two"}));
    EXPECT_EQ(exited->code, 3);
    EXPECT_FALSE(process.running());
    EXPECT_EQ(kept::test::slurp(temp / "agent.log"), "one\ntwo");
    EXPECT_EQ(loop.watches(), 0U);
}

TEST_F(AgentProcess, IsInterruptedAsAGroup) {
    start("trap 'echo stopped; exit 0' INT; echo ready; while :; do sleep 1; done");
    ASSERT_TRUE(until([&] { return !lines.empty(); }));
    process.interrupt();
    ASSERT_TRUE(until_exited());
    EXPECT_EQ(lines.back(), "stopped");
    EXPECT_EQ(exited->code, 0);
}

TEST_F(AgentProcess, IsKilledWithAllThatItHasStarted) {
    start("setsid sleep 1000 & trap '' INT; echo $!; wait");
    ASSERT_TRUE(until([&] { return !lines.empty(); }));
    process.kill_all();
    ASSERT_TRUE(until_exited());
    EXPECT_EQ(exited->signal, SIGKILL);
    EXPECT_NE(::kill(std::stoi(lines.front()), 0), 0);
}

TEST_F(AgentProcess, WhatItLeavesBehindIsEnded) {
    start("setsid sleep 1000 & echo $!; exit 0");
    ASSERT_TRUE(until_exited());
    EXPECT_NE(::kill(std::stoi(lines.front()), 0), 0);
}

TEST_F(AgentProcess, AnEndOfTheGuardIsItsEnd) {
    // In a process of its own, which is to end all of its children.
    EXPECT_EQ(kept::test::in_child([this] {
                  start("setsid sleep 1000 & echo $!; wait");
                  until([&] { return !lines.empty(); });
                  for (const auto& child : os::process_tree(::getpid())) {
                      if (child.parent == ::getpid()) {
                          ::kill(child.pid, SIGKILL);
                      }
                  }
                  return until_exited() && exited->signal == SIGKILL &&
                         ::kill(std::stoi(lines.front()), 0) != 0;
              }),
              0);
}

TEST_F(AgentProcess, AProgramThatCannotBeStarted) {
    const auto problem = process.start({{"/nonexistent/program"}, {}, ""});
    ASSERT_TRUE(problem);
    EXPECT_NE(problem->find("/nonexistent/program"), std::string::npos);
    EXPECT_FALSE(process.running());
}

TEST_F(AgentProcess, AStrangersConnectionIsNotItsOwn) {
    start("sleep 1000");
    const auto listener = os::listen_loopback(0);
    ASSERT_TRUE(listener);
    const base::Fd stranger = kept::test::connect_loopback(os::local_port(listener->get()));
    ASSERT_TRUE(kept::test::readable(listener->get()));
    const base::Fd peer = os::accept_loopback(listener->get());
    const auto owner = os::peer_owner(peer.get());
    ASSERT_TRUE(owner);
    EXPECT_EQ(owner->uid, ::geteuid());
    EXPECT_TRUE(os::has_socket(::getpid(), owner->inode));
    EXPECT_FALSE(process.owns_peer(peer.get()));
    process.kill_all();
    EXPECT_TRUE(until_exited());
}

} // namespace
} // namespace kept::agent
