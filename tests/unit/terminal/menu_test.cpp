#include "terminal/menu.h"

#include <gtest/gtest.h>

#include <string_view>

namespace kept::terminal {
namespace {

bool shown(std::string_view output) {
    vt::Screen screen({40, 12});
    screen.feed(output);
    return menu_shown(screen);
}

TEST(TerminalMenu, AQuestionWithAPointerBelowIt) {
    EXPECT_TRUE(
        shown("npm create\r\n\x1b[32m?\x1b[0m Framework: (arrow keys)\r\n❯ vue\r\n  react\r\n"));
    EXPECT_TRUE(shown("? Framework: ›\r\n  vue\r\n\x1b[36m❯\x1b[0m react"));
    EXPECT_TRUE(shown("? Toppings\r\n ◉ ham\r\n ◯ cheese\r\n(Press <space>)"));
}

TEST(TerminalMenu, OrATitleThatIsStillOpen) {
    EXPECT_TRUE(shown("◇  Name\r\n│  app\r\n◆  Where?\r\n│  ./app\r\n└\r\n"));
    EXPECT_FALSE(shown("◇  Name\r\n│  app\r\n◇  Where?\r\n│  ./app\r\n└\r\n"));
}

TEST(TerminalMenu, NotOneThatHasBeenAnswered) {
    EXPECT_FALSE(shown("✔ Framework: vue\r\n"));
    EXPECT_FALSE(shown("? Framework: vue\r\n"));
    EXPECT_FALSE(shown("? Framework:\r\n❯ vue\r\n\r\nDone. Now run:\r\n"));
    EXPECT_FALSE(shown("? Framework:\r\n❯ vue\r\n\r\n\r\n"));
}

TEST(TerminalMenu, NotTheHelpOfAServer) {
    EXPECT_FALSE(shown("Watch Usage\r\n › Press a to run all tests.\r\n › Press q to quit.\r\n"));
    EXPECT_FALSE(
        shown("  ➜  Local: http://localhost:5173/\r\n  ➜  press h + enter to show help\r\n"));
    EXPECT_FALSE(shown("> app@1.0.0 dev\r\n> next dev\r\n"));
    EXPECT_FALSE(
        shown("? Framework: vue\r\n~/app$ jest\r\nWatch Usage\r\n › Press q to quit.\r\n"));
    EXPECT_FALSE(shown(""));
}

} // namespace
} // namespace kept::terminal
