#include "os/files.h"
#include "os/paths.h"

#include <cerrno>
#include <fcntl.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "unit/os/temp_dir.h"

namespace kept::os {
namespace {

using test::TempDir;

mode_t mode_of(const std::string& path) {
    struct stat info{};
    return ::lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
}

/// Sets, or unsets, a variable of this process for one test.
class Variable {
public:
    Variable(const char* name, const std::optional<std::string>& value) : name_(name) {
        if (const char* old = ::getenv(name)) {
            before_ = old;
        }
        set(value);
    }
    ~Variable() { set(before_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    Variable(Variable&&) = delete;
    Variable& operator=(Variable&&) = delete;

private:
    void set(const std::optional<std::string>& value) const {
        if (value) {
            ::setenv(name_, value->c_str(), 1);
        } else {
            ::unsetenv(name_);
        }
    }
    const char* name_;
    std::optional<std::string> before_;
};

OsErrc refusal(const std::string& path) {
    const auto made = make_private_directory(path);
    EXPECT_FALSE(made) << path;
    return made ? OsErrc::unavailable : made.error().code;
}

TEST(OsPaths, MakesAPrivateDirectoryWithItsParents) {
    const TempDir temp;
    ASSERT_TRUE(make_private_directory(temp / "a/b/c"));
    EXPECT_EQ(mode_of(temp / "a/b/c"), 0700U);
    EXPECT_EQ(mode_of(temp / "a"), 0700U);
    EXPECT_TRUE(make_private_directory(temp / "a/b/c")); // ours already
}

TEST(OsPaths, RefusesASymbolicLink) {
    const TempDir temp;
    ASSERT_TRUE(make_private_directory(temp / "real"));
    ASSERT_EQ(::symlink((temp / "real").c_str(), (temp / "link").c_str()), 0);
    EXPECT_EQ(refusal(temp / "link"), OsErrc::insecure);
    EXPECT_NE(make_private_directory(temp / "link").error().message().find("symbolic link"),
              std::string::npos);
    ASSERT_EQ(::symlink((temp / "nowhere").c_str(), (temp / "dangling").c_str()), 0);
    EXPECT_EQ(refusal(temp / "dangling"), OsErrc::insecure);
}

TEST(OsPaths, RefusesWhatOthersMayUse) {
    const TempDir temp;
    for (const mode_t open : {0701U, 0710U, 0750U, 0755U, 0777U}) {
        const std::string path = temp / std::to_string(open);
        ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
        ASSERT_EQ(::chmod(path.c_str(), open), 0);
        EXPECT_EQ(refusal(path), OsErrc::insecure) << open;
        EXPECT_EQ(mode_of(path), open); // and changes nothing
    }
}

TEST(OsPaths, RefusesAFileAndAParentThatIsOne) {
    const TempDir temp;
    test::spill(temp / "file", "x");
    EXPECT_EQ(refusal(temp / "file"), OsErrc::insecure);
    EXPECT_EQ(refusal(temp / "file/inside"), OsErrc::unavailable);
}

TEST(OsPaths, RefusesAnotherUsersDirectory) {
    const TempDir temp;
    const std::string path = temp / "theirs";
    ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
    if (::chown(path.c_str(), 12345, 12345) != 0) {
        GTEST_SKIP() << "only root can make another user's directory";
    }
    EXPECT_EQ(refusal(path), OsErrc::not_ours);
}

TEST(OsPaths, FindsTheDirectories) {
    const TempDir temp;
    const Variable runtime("XDG_RUNTIME_DIR", temp / "run");
    const Variable state("XDG_STATE_HOME", std::nullopt);
    const Variable home("HOME", temp / "home");
    {
        const Variable own("KEPT_DIR", std::nullopt);
        const Variable own_state("KEPT_STATE", std::nullopt);
        const auto paths = Paths::open();
        ASSERT_TRUE(paths) << paths.error().message();
        EXPECT_EQ(paths->runtime(), temp / "run/kept");
        EXPECT_EQ(paths->state(), temp / "home/.local/state/kept");
        const Variable xdg_state("XDG_STATE_HOME", temp / "st");
        EXPECT_EQ(Paths::open()->state(), temp / "st/kept");
    }
    const Variable own("KEPT_DIR", temp / "x/../d");
    const Variable own_state("KEPT_STATE", temp / "s");
    const auto paths = Paths::open();
    ASSERT_TRUE(paths) << paths.error().message();
    EXPECT_EQ(paths->runtime(), temp / "d");
    EXPECT_EQ(paths->socket("a.b"), temp / "d/a.b.sock");
    EXPECT_EQ(paths->lock("a.b"), temp / "d/a.b.lock");
    EXPECT_EQ(paths->journal("a.b"), temp / "s/a.b");
    EXPECT_EQ(mode_of(temp / "d"), 0700U);
}

TEST(OsPaths, ListsSessionsByTheirJournals) {
    const TempDir temp;
    const Variable own("KEPT_DIR", temp / "d");
    const Variable own_state("KEPT_STATE", temp / "s");
    const auto paths = Paths::open();
    ASSERT_TRUE(paths);
    EXPECT_TRUE(paths->sessions().empty());
    for (const char* name : {"b", "a", "a.b", "not ours"}) {
        ASSERT_TRUE(make_private_directory(paths->journal(name)));
    }
    EXPECT_EQ(paths->sessions(), (std::vector<std::string>{"a", "a.b", "b"}));
    test::spill(paths->journal("a") + "/output.log", "x");
    remove_directory(paths->journal("a"));
    remove_directory(paths->journal("a")); // missing is fine
    EXPECT_EQ(paths->sessions(), (std::vector<std::string>{"a.b", "b"}));
}

TEST(OsFiles, ReadsAtMostWhatIsAskedFor) {
    const TempDir temp;
    test::spill(temp / "f", std::string(100'000, 'x'));
    EXPECT_EQ(read_file(temp / "f", 1 << 20).size(), 100'000U);
    EXPECT_EQ(read_file(temp / "f", 70'000).size(), 70'000U);
    EXPECT_EQ(read_file(temp / "missing", 10), "");
    ASSERT_EQ(::symlink((temp / "f").c_str(), (temp / "link").c_str()), 0);
    EXPECT_EQ(read_file(temp / "link", 10), "");
}

TEST(OsFiles, ReplacesAFileInOneStep) {
    const TempDir temp;
    ASSERT_TRUE(replace_file(temp / "f", "old content"));
    const int before = ::open((temp / "f").c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_TRUE(replace_file(temp / "f", "new"));
    EXPECT_EQ(test::slurp(temp / "f"), "new");
    EXPECT_EQ(mode_of(temp / "f"), 0600U);
    EXPECT_EQ(read_all(before, 100), "old content"); // who has it open reads on undisturbed
    ::close(before);
    const auto failed = replace_file(temp / "no/such/f", "x");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().sys, ENOENT);
}

TEST(OsFiles, WritesAllOrTellsWhy) {
    const auto written = write_all(-1, "x");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().sys, EBADF);
    EXPECT_TRUE(write_all(-1, ""));
}

} // namespace
} // namespace kept::os
