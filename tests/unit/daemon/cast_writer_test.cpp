#include "daemon/cast_writer.h"

#include <gtest/gtest.h>

namespace kept::daemon {
namespace {

std::string recorded(int version) {
    std::string out;
    CastWriter writer(version, out);
    writer.header({{80, 24}, 1'700'000'000'000'000, 1'500, "bash", "work"});
    writer.output("a\x1b[1m\"\\\xe2\x82", 1'700'000'000'500'000);
    writer.output("\xac\xff\r\n", 1'700'000'001'000'000);
    writer.marker("make", 1'700'000'001'000'000);
    writer.resize({100, 30}, 1'700'000'000'000'000); // the clock went back
    writer.exit(3, 1'700'000'002'000'001);
    return out;
}

TEST(CastWriter, Version3HasIntervals) {
    EXPECT_EQ(recorded(3),
              "{\"version\": 3, \"term\": {\"cols\": 80, \"rows\": 24}, \"timestamp\": 1700000000, "
              "\"idle_time_limit\": 1.500000, \"command\": \"bash\", \"title\": \"work\"}\n"
              "[0.500000, \"o\", \"a\\u001b[1m\\\"\\\\\"]\n"
              "[0.500000, \"o\", \"\xe2\x82\xac\xef\xbf\xbd\\r\\n\"]\n"
              "[0.000000, \"m\", \"make\"]\n"
              "[0.000000, \"r\", \"100x30\"]\n"
              "[1.000001, \"x\", \"3\"]\n");
}

TEST(CastWriter, Version2CountsFromTheStart) {
    EXPECT_EQ(recorded(2),
              "{\"version\": 2, \"width\": 80, \"height\": 24, \"timestamp\": 1700000000, "
              "\"idle_time_limit\": 1.500000, \"command\": \"bash\", \"title\": \"work\"}\n"
              "[0.500000, \"o\", \"a\\u001b[1m\\\"\\\\\"]\n"
              "[1.000000, \"o\", \"\xe2\x82\xac\xef\xbf\xbd\\r\\n\"]\n"
              "[1.000000, \"m\", \"make\"]\n"
              "[1.000000, \"r\", \"100x30\"]\n");
}

TEST(CastWriter, ACutCharacterAtTheEnd) {
    std::string out;
    CastWriter writer(2, out);
    writer.output("\xe2", 5);
    EXPECT_EQ(out, "");
    writer.finish(5);
    EXPECT_EQ(out, "[0.000005, \"o\", \"\xef\xbf\xbd\"]\n");
}

} // namespace
} // namespace kept::daemon
