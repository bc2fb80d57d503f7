#include "os/unix_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/os/child.h"
#include "unit/os/temp_dir.h"

namespace kept::os {
namespace {

using test::TempDir;

TEST(OsUnixSocket, IsOursAlone) {
    const TempDir temp;
    const mode_t before = ::umask(0); // whatever the caller's is
    const auto listener = listen_unix(temp / "s");
    EXPECT_EQ(::umask(before), 0U); // and it is left as it was
    ASSERT_TRUE(listener) << listener.error().message();
    struct stat info{};
    ASSERT_EQ(::lstat((temp / "s").c_str(), &info), 0);
    EXPECT_TRUE(S_ISSOCK(info.st_mode));
    EXPECT_EQ(info.st_mode & 07777U, 0600U);
    EXPECT_NE(::fcntl(listener->get(), F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_NE(::fcntl(listener->get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(OsUnixSocket, CarriesBytesBothWays) {
    const TempDir temp;
    const auto listener = listen_unix(temp / "s");
    ASSERT_TRUE(listener);
    const auto client = connect_unix(temp / "s");
    ASSERT_TRUE(client) << client.error().message();
    EXPECT_NE(::fcntl(client->get(), F_GETFD) & FD_CLOEXEC, 0);
    const base::Fd server(::accept(listener->get(), nullptr, nullptr));
    ASSERT_TRUE(server);
    EXPECT_TRUE(check_peer(server.get()));
    ASSERT_EQ(::write(client->get(), "ping\n", 5), 5);
    EXPECT_EQ(test::read_until(server.get(), "\n"), "ping\n");
    ASSERT_EQ(::write(server.get(), "pong\n", 5), 5);
    EXPECT_EQ(test::read_until(client->get(), "\n"), "pong\n");
}

TEST(OsUnixSocket, TellsThatNobodyListens) {
    const TempDir temp;
    const auto missing = connect_unix(temp / "s");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, OsErrc::not_found);
    {
        ASSERT_TRUE(listen_unix(temp / "s"));
    }
    const auto stale = connect_unix(temp / "s"); // the file of a daemon that has died
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().code, OsErrc::not_found);
    ASSERT_TRUE(listen_unix(temp / "s")); // and it is in nobody's way
}

TEST(OsUnixSocket, ReplacesAStaleFileThatIsInUseByName) {
    const TempDir temp;
    const auto old = listen_unix(temp / "s");
    const auto fresh = listen_unix(temp / "s");
    ASSERT_TRUE(fresh);
    const auto client = connect_unix(temp / "s");
    ASSERT_TRUE(client);
    EXPECT_TRUE(test::readable(fresh->get()));
    EXPECT_FALSE(test::readable(old->get(), 0));
}

TEST(OsUnixSocket, KnowsHowLongAPathMayBe) {
    const TempDir temp;
    const std::string head = temp.path() + "/";
    const std::string longest = head + std::string(107 - head.size(), 'x');
    EXPECT_TRUE(listen_unix(longest));
    struct stat info{};
    EXPECT_EQ(::lstat(longest.c_str(), &info), 0); // bound under its whole name
    const auto longer = listen_unix(longest + "x");
    ASSERT_FALSE(longer);
    EXPECT_EQ(longer.error().code, OsErrc::too_long);
    EXPECT_NE(longer.error().message().find("KEPT_DIR"), std::string::npos);
    EXPECT_EQ(connect_unix(longest + "x").error().code, OsErrc::too_long);
}

TEST(OsUnixSocket, RefusesAnotherUsersPeer) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "needs a second user";
    }
    std::array<int, 2> pair{};
    // SO_PEERCRED of a pair names who made it: here root, seen by somebody else, then the reverse.
    EXPECT_EQ(test::in_child([&] {
                  return ::setuid(12345) == 0 &&
                         ::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) == 0 &&
                         check_peer(pair[0]).has_value();
              }),
              0);
    const TempDir temp;
    ASSERT_EQ(::chmod(temp.path().c_str(), 0777), 0);
    std::array<int, 2> ready{};
    ASSERT_EQ(::pipe(ready.data()), 0);
    const pid_t other = ::fork();
    if (other == 0) {
        const bool changed = ::setuid(12345) == 0;
        const auto listener = listen_unix(temp / "s");
        [[maybe_unused]] const auto said = ::write(ready[1], changed && listener ? "+" : "-", 1);
        while (true) {
            ::pause();
        }
    }
    ::close(ready[1]);
    EXPECT_EQ(test::read_until(ready[0], "+"), "+");
    ::close(ready[0]);
    const auto client = connect_unix(temp / "s");
    ::kill(other, SIGKILL);
    ::waitpid(other, nullptr, 0);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().code, OsErrc::not_ours);
}

} // namespace
} // namespace kept::os
