#include "os/lock.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "unit/os/child.h"
#include "unit/os/temp_dir.h"

namespace kept::os {
namespace {

using test::eventually;
using test::TempDir;

TEST(OsLock, IsExclusive) {
    const TempDir temp;
    const auto first = SessionLock::take(temp / "l", false);
    ASSERT_TRUE(first);
    const auto second = SessionLock::take(temp / "l", false);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, OsErrc::in_use);
}

TEST(OsLock, IsFreeAgainWhenItsHolderLetsGo) {
    const TempDir temp;
    {
        ASSERT_TRUE(SessionLock::take(temp / "l", false));
    }
    EXPECT_TRUE(SessionLock::take(temp / "l", false));
}

TEST(OsLock, PassesOnWithTheDescriptor) {
    const TempDir temp;
    base::Fd passed;
    {
        const auto first = SessionLock::take(temp / "l", false);
        ASSERT_TRUE(first);
        passed = base::Fd(::dup(first->fd()));
    }
    EXPECT_FALSE(SessionLock::take(temp / "l", false));
    {
        const auto adopted = SessionLock::adopt(std::move(passed), temp / "l");
        EXPECT_FALSE(SessionLock::take(temp / "l", false));
    }
    EXPECT_TRUE(SessionLock::take(temp / "l", false));
}

TEST(OsLock, NamesItsHolderWhileThereIsOne) {
    const TempDir temp;
    EXPECT_EQ(lock_holder(temp / "l"), std::nullopt);
    {
        const auto lock = SessionLock::take(temp / "l", false);
        ASSERT_TRUE(lock);
        EXPECT_EQ(lock_holder(temp / "l"), 0); // held, no pid noted yet
        lock->write_pid(1234567);
        lock->write_pid(42); // shorter: nothing of the old one stays
        EXPECT_EQ(lock_holder(temp / "l"), 42);
    }
    EXPECT_EQ(lock_holder(temp / "l"), std::nullopt); // the pid is stale
}

/// A forked process that takes the lock, says so on a pipe, and waits to be killed.
class Holder {
public:
    explicit Holder(const std::string& path) {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) {
            return;
        }
        pid_ = ::fork();
        if (pid_ == 0) {
            // A copy of the test's own descriptors would keep its locks alive.
            ::dup2(ends[1], STDERR_FILENO);
            ::close_range(STDERR_FILENO + 1, ~0U, 0);
            const auto lock = SessionLock::take(path, true);
            lock->write_pid(::getpid());
            [[maybe_unused]] const auto said = ::write(STDERR_FILENO, "!", 1);
            while (true) {
                ::pause();
            }
        }
        ::close(ends[1]);
        said_.reset(ends[0]);
    }
    ~Holder() { kill(); }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    Holder(Holder&&) = delete;
    Holder& operator=(Holder&&) = delete;

    [[nodiscard]] bool holds() const { return test::read_until(said_.get(), "!") == "!"; }
    [[nodiscard]] pid_t pid() const { return pid_; }
    void kill() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
            pid_ = -1;
        }
    }

private:
    pid_t pid_ = -1;
    base::Fd said_;
};

TEST(OsLock, IsFreedByDeath) {
    const TempDir temp;
    Holder holder(temp / "l");
    ASSERT_TRUE(holder.holds());
    EXPECT_EQ(lock_holder(temp / "l"), holder.pid());
    EXPECT_FALSE(SessionLock::take(temp / "l", false));
    holder.kill();
    EXPECT_TRUE(SessionLock::take(temp / "l", false));
}

TEST(OsLock, AWaiterIsNotFooledByARemovedFile) {
    const TempDir temp;
    auto first = SessionLock::take(temp / "l", false);
    ASSERT_TRUE(first);
    Holder waiter(temp / "l"); // has the old file open and waits for its lock
    ASSERT_TRUE(eventually([&] {
        return test::slurp("/proc/" + std::to_string(waiter.pid()) + "/wchan").find("lock") !=
                   std::string::npos ||
               test::slurp("/proc/" + std::to_string(waiter.pid()) + "/syscall").starts_with("73 ");
    }));
    first->remove();
    EXPECT_FALSE(std::filesystem::exists(temp / "l"));
    first = SessionLock::take(temp / "other", false); // lets the first one go
    ASSERT_TRUE(waiter.holds());
    // It holds what the name means now, so nobody else can.
    EXPECT_FALSE(SessionLock::take(temp / "l", false));
    EXPECT_EQ(lock_holder(temp / "l"), waiter.pid());
}

TEST(OsLock, RemovesOnlyItsOwnFile) {
    const TempDir temp;
    const auto lock = SessionLock::take(temp / "l", false);
    ASSERT_TRUE(lock);
    std::filesystem::remove(temp / "l");
    const auto newer = SessionLock::take(temp / "l", false);
    ASSERT_TRUE(newer);
    lock->remove();
    EXPECT_TRUE(std::filesystem::exists(temp / "l"));
    newer->remove();
    EXPECT_FALSE(std::filesystem::exists(temp / "l"));
}

TEST(OsLock, FollowsNoLink) {
    const TempDir temp;
    test::spill(temp / "victim", "precious");
    ASSERT_EQ(::symlink((temp / "victim").c_str(), (temp / "l").c_str()), 0);
    const auto lock = SessionLock::take(temp / "l", false);
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().sys, ELOOP);
    EXPECT_EQ(test::slurp(temp / "victim"), "precious");
}

} // namespace
} // namespace kept::os
