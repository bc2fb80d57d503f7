#include "agent/node_end.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "integration/files.h"
#include "os/files.h"
#include "unit/os/temp_dir.h"

namespace kept::agent {
namespace {

struct AgentNodeEnd : testing::Test {
    kept::test::TempDir temp;
    os::Environment environment{{"PATH", "/bin"}};

    [[nodiscard]] std::string options() const {
        const std::string* value = os::find_variable(environment, "NODE_OPTIONS");
        return value == nullptr ? "none" : *value;
    }
};

TEST_F(AgentNodeEnd, PreloadsItsScript) {
    end_with_console_mode(environment, temp.path(), {"--inspect"});
    EXPECT_EQ(options(), " --require \"" + temp.path() + "/agent.cjs\"");
    EXPECT_EQ(os::read_file(temp / "agent.cjs", 1 << 20), integration::file("agent.cjs"));
    struct stat file{};
    ASSERT_EQ(::stat((temp / "agent.cjs").c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777U, 0600U);
}

TEST_F(AgentNodeEnd, TheUsersOwnOptionsComeFirst) {
    os::set_variable(environment, "NODE_OPTIONS", "--trace-warnings");
    end_with_console_mode(environment, temp.path(), {});
    EXPECT_TRUE(options().starts_with("--trace-warnings --require \"")) << options();
}

TEST_F(AgentNodeEnd, WhereItCannotNothingChanges) {
    end_with_console_mode(environment, temp / "absent", {});
    EXPECT_EQ(options(), "none");
    ASSERT_EQ(::mkdir((temp / "a\"b").c_str(), 0700), 0);
    end_with_console_mode(environment, temp / "a\"b", {});
    EXPECT_EQ(options(), "none");
    end_with_console_mode(environment, temp.path(), {"--permission"});
    EXPECT_EQ(options(), "none");
    os::set_variable(environment, "NODE_OPTIONS", "--experimental-permission");
    end_with_console_mode(environment, temp.path(), {});
    EXPECT_EQ(options(), "--experimental-permission");
}

} // namespace
} // namespace kept::agent
