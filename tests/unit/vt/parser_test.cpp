#include "vt/parser.h"

#include "stream_gen.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kept::vt::test {
namespace {

std::vector<std::string> heard_in(std::string_view bytes, std::uint64_t base = 0) {
    Recorder heard;
    Screen screen({80, 24}, &heard, base);
    screen.feed(bytes);
    return heard.calls;
}

using Calls = std::vector<std::string>;

TEST(VtParser, OscOffsetsSpanTheWholeSequence) {
    EXPECT_EQ(heard_in("ab\x1b]133;A\acd"), (Calls{"osc 133;A 2 10"}));
    EXPECT_EQ(heard_in("ab\x1b]133;A\x1b\\cd"), (Calls{"osc 133;A 2 11"}));
    EXPECT_EQ(heard_in("\x1b]7;file://h/\x1b\\", 1000), (Calls{"osc 7;file://h/ 1000 1015"}));
    EXPECT_EQ(heard_in("\x1b]\a"), (Calls{"osc  0 3"}));
    EXPECT_EQ(heard_in("日\x1b]0;日\a"), (Calls{"osc 0;日 3 11"}));
}

TEST(VtParser, OffsetsSurviveALookAhead) {
    std::string stream;
    for (int line = 0; line < 5000; ++line) {
        stream += "line\r\n";
    }
    EXPECT_EQ(heard_in(stream + "\x1b]133;D;0\a"), (Calls{"osc 133;D;0 30000 30010"}));
}

TEST(VtParser, AnOscThatWasNeverEndedIsNotHeard) {
    EXPECT_EQ(heard_in("\x1b]133;D;0\x1b[m\a"), Calls{});
    EXPECT_EQ(heard_in("\x1b]133;D;0\x18\a"), Calls{});
    EXPECT_EQ(heard_in("\x1b]133;D;0\x1a\a"), Calls{});
    EXPECT_EQ(heard_in("\x1b]2;a\x1b]133;A\a"), (Calls{"osc 133;A 5 13"}));
    EXPECT_EQ(heard_in("\x1b]2;a\x1b\x1b\\\x1b]133;A\a"), (Calls{"osc 133;A 8 16"}));
}

TEST(VtParser, BelEndsOnlyOsc) {
    EXPECT_EQ(heard_in("\x1bPx\ay\x1b]133;A\a"), (Calls{"osc 133;A 5 13"}));
    EXPECT_EQ(heard_in("\x1b_\x1b\\\x1b]1\a"), (Calls{"osc 1 4 8"}));
}

TEST(VtParser, LongStringsAreCapped) {
    const std::string fits = "52;c;" + std::string(kMaxOscBytes - 5, 'x');
    Recorder heard;
    Screen screen({80, 24}, &heard);
    screen.feed("\x1b]" + fits + "\a");
    ASSERT_EQ(heard.calls.size(), 1U);
    EXPECT_EQ(heard.calls[0].size(), std::string("osc  0 1048579").size() + fits.size());
    screen.feed("\x1b]" + fits + "x\ashown\x1b]133;A\x1b\\");
    EXPECT_EQ(heard.calls.size(), 2U);
    EXPECT_EQ(screen.text(), "shown");
    EXPECT_LT(screen.memory_used(), 8192U);
}

TEST(VtParser, PrivateModesAreHeardOneByOne) {
    EXPECT_EQ(heard_in("x\x1b[?1049;25h"), (Calls{"set 1049 1 12", "set 25 1 12"}));
    EXPECT_EQ(heard_in("\x1b[3\x1b[?25l"), (Calls{"reset 25 3 9"})); // begun anew
    EXPECT_EQ(heard_in("\x1b[?9999l"), (Calls{"reset 9999 0 8"}));
    EXPECT_EQ(heard_in("\x1b[4h"), Calls{});
}

TEST(VtParser, BellsRing) {
    Recorder heard;
    Screen screen({80, 24}, &heard);
    screen.feed("\a\x1b]0;x\a\x1b[\am");
    EXPECT_EQ(heard.bells, 2);
}

TEST(VtParser, BetweenSequences) {
    Screen screen;
    EXPECT_TRUE(screen.between_sequences());
    for (const std::string_view half :
         {"\x1b", "\x1b[", "\x1b[3", "\x1b]0;x", "\x1b]0;x\x1b", "\xe6", "\x1bP"}) {
        Screen other;
        other.feed(half);
        EXPECT_FALSE(other.between_sequences()) << half.substr(1);
    }
}

/// Notes the control sequences a parser gives.
struct CsiLog {
    std::string text;
    std::vector<Csi> sequences;
    void print_ascii(std::string_view piece) { text.append(piece); }
    void print(char32_t character) { append_utf8(text, character); }
    void execute(unsigned char /*control*/) {}
    void esc(char /*intermediate*/, char /*final*/) {}
    void csi(const Csi& csi, std::uint64_t /*begin*/, std::uint64_t /*end*/) {
        sequences.push_back(csi);
    }
    void osc(std::string_view /*payload*/, bool /*bel*/, std::uint64_t /*begin*/,
             std::uint64_t /*end*/) {}
    void dcs(std::string_view /*payload*/) {}
};

Csi only_csi(std::string_view bytes) {
    Parser parser;
    CsiLog log;
    parser.feed(bytes, 0, log);
    EXPECT_EQ(log.sequences.size(), 1U);
    return log.sequences.empty() ? Csi{} : log.sequences.front();
}

TEST(VtParser, Parameters) {
    const Csi csi = only_csi("\x1b[?12;;4:5$p");
    EXPECT_EQ(csi.final, 'p');
    EXPECT_EQ(csi.prefix, '?');
    EXPECT_EQ(csi.intermediate, '$');
    EXPECT_EQ(csi.count, 4);
    EXPECT_EQ(csi.at(0), 12);
    EXPECT_FALSE(csi.has(1));
    EXPECT_EQ(csi.at(1, 7), 7);
    EXPECT_EQ(csi.at(2), 4);
    EXPECT_FALSE(csi.is_sub(2));
    EXPECT_TRUE(csi.is_sub(3));
    EXPECT_EQ(csi.at(9, 3), 3);
    EXPECT_EQ(only_csi("\x1b[m").count, 0);
    EXPECT_EQ(only_csi("\x1b[0A").times(), 1);
    EXPECT_EQ(only_csi("\x1b[;m").count, 2);
}

TEST(VtParser, LargeAndManyParametersAreBounded) {
    EXPECT_EQ(only_csi("\x1b[99999999999999999999A").at(0), 65535);
    std::string many = "\x1b[1";
    for (int step = 2; step < 1000; ++step) {
        many += ";" + std::to_string(step);
    }
    const Csi csi = only_csi(many + "m");
    EXPECT_EQ(csi.count, Csi::kMaxParameters);
    EXPECT_EQ(csi.at(31), 32);
}

TEST(VtParser, ScansAgreeWithTheirDefinition) {
    std::string bytes(70, 'x');
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (int value = 0; value < 256; ++value) {
            const char byte = static_cast<char>(value);
            bytes[at] = byte;
            const bool ascii = value >= 0x20 && value < 0x7f;
            const bool text = value >= 0x20 && value != 0x7f;
            const bool lines = text || byte == '\t' || byte == '\n' || byte == '\r';
            ASSERT_EQ(printable_ascii_prefix(bytes), ascii ? bytes.size() : at) << value;
            ASSERT_EQ(text_prefix(bytes), text ? bytes.size() : at) << value;
            ASSERT_EQ(lines_prefix(bytes), lines ? bytes.size() : at) << value;
        }
        bytes[at] = 'x';
    }
}

TEST(VtParser, AsciiLines) {
    for (std::size_t shift = 0; shift < 40; ++shift) {
        const std::string lead = std::string(shift, 'x');
        const std::string good = lead + "\r\n" + std::string(20, 'y') + "\r\n";
        for (const std::string bad : {"\n", "\r", "\rx", "\t", "\x1b", "é", "\x7f"}) {
            const std::string stream =
                good + "abc" + bad + "more text to fill a block of the scan\r\n";
            const std::size_t length = ascii_lines_prefix(stream);
            ASSERT_LE(length, good.size());
            ASSERT_TRUE(length == 0 || stream.compare(length - 2, 2, "\r\n") == 0);
        }
        const std::string all = good + good + good + std::string(16, 'z');
        ASSERT_GE(ascii_lines_prefix(all), good.size());
        std::string copied(all.size() + kCopySlack, '?');
        copied.resize(
            static_cast<std::size_t>(drop_carriage_returns(all, copied.data()) - copied.data()));
        const std::string half = lead + "\n" + std::string(20, 'y') + "\n";
        ASSERT_EQ(copied, half + half + half + std::string(16, 'z'));
    }
}

TEST(VtParser, LastLineStart) {
    EXPECT_EQ(last_line_start("a\r\nb\r\nc\r\n", 0), 9U);
    EXPECT_EQ(last_line_start("a\r\nb\r\nc\r\n", 1), 6U);
    EXPECT_EQ(last_line_start("a\r\nb\r\nc\r\n", 2), 3U);
    EXPECT_EQ(last_line_start("a\r\nb\r\nc\r\n", 3), 0U);
    EXPECT_EQ(last_line_start("a\r\nb\nc\r\n", 1), 3U);
    EXPECT_EQ(last_line_start("", 0), 0U);
}

} // namespace
} // namespace kept::vt::test
