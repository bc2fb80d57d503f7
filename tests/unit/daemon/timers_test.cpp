#include "daemon/timers.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "daemon/asio_loop.h"

namespace kept::daemon {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Timers, CallBackInTheOrderInWhichTheyAreDueAndKeepTheLoopGoing) {
    asio::io_context context(1);
    AsioLoop loop(context);
    std::string order;
    const std::int64_t began = base::steady_us();
    const auto last = loop.after(milliseconds(20), [&] { order += 'c'; });
    const auto first = loop.after(microseconds(0), [&] { order += 'a'; });
    const auto second = loop.after(milliseconds(10), [&] { order += 'b'; });
    context.run();
    EXPECT_EQ(order, "abc");
    EXPECT_GE(base::steady_us() - began, 20'000);
}

TEST(Timers, OneThatIsTakenBackDoesNotCallAndDoesNotKeepTheLoop) {
    asio::io_context context(1);
    AsioLoop loop(context);
    auto gone = loop.after(seconds(1000), [] { FAIL(); });
    auto earlier = loop.after(microseconds(1), [] { FAIL(); });
    int calls = 0;
    const auto stays = loop.after(milliseconds(2), [&] { ++calls; });
    gone.reset();
    earlier.reset();
    context.run();
    EXPECT_EQ(calls, 1);
}

TEST(Timers, CallbacksTakeBackOthersAndThemselvesAndSetNewOnes) {
    asio::io_context context(1);
    AsioLoop loop(context);
    int calls = 0;
    auto other = loop.after(milliseconds(1), [] { FAIL(); });
    session::WatchHandle timer;
    std::function<void()> again = [&] {
        other.reset();
        timer = ++calls < 5 ? loop.after(microseconds(0), again) : nullptr;
    };
    timer = loop.after(microseconds(0), again);
    context.run();
    EXPECT_EQ(calls, 5);
}

TEST(Timers, WorkAgainAfterTheyWereAllTakenBack) {
    asio::io_context context(1);
    AsioLoop loop(context);
    int calls = 0;
    for (int round = 0; round < 100; ++round) {
        auto gone = loop.after(microseconds(round), [] { FAIL(); });
        gone.reset();
        const auto stays = loop.after(microseconds(round), [&] { ++calls; });
        context.run();
        context.restart();
    }
    EXPECT_EQ(calls, 100);
}

TEST(Timers, MayOutliveTheLoopsLastTurn) {
    auto context = std::make_optional<asio::io_context>(1);
    auto& timers = Timers::of(*context);
    EXPECT_EQ(&timers, &Timers::of(*context));
    auto held = std::make_shared<session::WatchHandle>();
    *held = timers.after(seconds(1000), [held] {});
    held.reset(); // now the callback alone holds its own timer
    context.reset();
}

} // namespace
} // namespace kept::daemon
