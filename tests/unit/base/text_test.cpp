#include "base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kept::base {
namespace {

constexpr std::string_view kBad = "\xEF\xBF\xBD";

/// A code point as UTF-8, written down from RFC 3629 without a look at the code under test.
std::string encoded(char32_t point) {
    const auto byte = [](char32_t value) { return static_cast<char>(value); };
    std::string out;
    if (point < 0x80) {
        out = {byte(point)};
    } else if (point < 0x800) {
        out = {byte(0xC0 | point >> 6), byte(0x80 | (point & 0x3F))};
    } else if (point < 0x10000) {
        out = {byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 0x3F)),
               byte(0x80 | (point & 0x3F))};
    } else {
        out = {byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 0x3F)),
               byte(0x80 | (point >> 6 & 0x3F)), byte(0x80 | (point & 0x3F))};
    }
    return out;
}

rc::Gen<char32_t> any_scalar() {
    return rc::gen::map(rc::gen::inRange<std::uint32_t>(0, 0x110000 - 0x800), [](auto value) {
        return static_cast<char32_t>(value < 0xD800 ? value : value + 0x800);
    });
}

rc::Gen<std::vector<std::string>> any_characters() {
    const auto one = rc::gen::map(
        rc::gen::oneOf(any_scalar(), rc::gen::cast<char32_t>(rc::gen::inRange(32, 127))), encoded);
    return rc::gen::container<std::vector<std::string>>(one);
}

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const auto& part : parts) {
        out += part;
    }
    return out;
}

/// Bytes that often stand next to each other in half-valid UTF-8.
rc::Gen<std::string> ragged_bytes() {
    return rc::gen::container<std::string>(rc::gen::oneOf(
        rc::gen::arbitrary<char>(),
        rc::gen::map(
            rc::gen::elementOf(std::vector<int>{0x41, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1,
                                                0xC2, 0xE0, 0xE2, 0xED, 0xF0, 0xF4, 0xF5}),
            [](int value) { return static_cast<char>(value); })));
}

TEST(BaseUtf8, KnowsTheLimitsOfEachRange) {
    for (const std::string_view good :
         {"", "a", "\x7f", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
          "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
        EXPECT_TRUE(is_utf8(good)) << quoted(good);
    }
    for (const std::string_view bad :
         {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xED\xA0\x80",
          "\xE2\x82", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",
          "a\xE2\x82z"}) {
        EXPECT_FALSE(is_utf8(bad)) << quoted(bad);
    }
}

TEST(BaseUtf8, ReplacesEachMaximalPartOnce) {
    const std::string bad(kBad);
    EXPECT_EQ(to_utf8("a\xE2\x82z"), "a" + bad + "z");
    EXPECT_EQ(to_utf8("\xF0\x9F\x98"), bad);
    EXPECT_EQ(to_utf8("\xC0\xAF"), bad + bad);
    EXPECT_EQ(to_utf8("\xED\xA0\x80"), bad + bad + bad);
    // The example of the Unicode standard, section 3.9, table 3-8.
    EXPECT_EQ(to_utf8("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"),
              "a" + bad + bad + bad + "b" + bad + "c" + bad + bad + "d");
}

RC_GTEST_PROP(BaseUtf8, TakesEveryScalarValue, ()) {
    const std::string text = joined(*any_characters());
    RC_ASSERT(is_utf8(text));
    RC_ASSERT(to_utf8(text) == text);
    RC_ASSERT(complete_utf8_prefix(text) == text.size());
}

RC_GTEST_PROP(BaseUtf8, RepairsAnyBytes, ()) {
    const std::string bytes = *ragged_bytes();
    const std::string text = to_utf8(bytes);
    RC_ASSERT(is_utf8(text));
    RC_ASSERT(is_utf8(bytes) == (text == bytes));
}

RC_GTEST_PROP(BaseUtf8, APrefixHoldsWholeCharacters, ()) {
    const auto characters = *any_characters();
    const auto count = *rc::gen::inRange<std::size_t>(0, characters.size() + 3);
    const std::vector<std::string> first(
        characters.begin(),
        characters.begin() + static_cast<std::ptrdiff_t>(std::min(count, characters.size())));
    const std::string text = joined(characters);
    RC_ASSERT(std::string(utf8_prefix(text, count)) == joined(first));
}

RC_GTEST_PROP(BaseUtf8, TheRestOfACutTextCompletesIt, ()) {
    const auto characters = *any_characters();
    const std::string text = joined(characters);
    const auto cut = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
    std::size_t boundary = 0;
    for (const auto& character : characters) {
        if (boundary + character.size() > cut) {
            break;
        }
        boundary += character.size();
    }
    RC_ASSERT(complete_utf8_prefix(std::string_view(text).substr(0, cut)) == boundary);
}

RC_GTEST_PROP(BaseUtf8, NeverHoldsBackMoreThanThreeBytes, ()) {
    const std::string bytes = *ragged_bytes();
    const std::size_t prefix = complete_utf8_prefix(bytes);
    RC_ASSERT(prefix <= bytes.size());
    RC_ASSERT(bytes.size() - prefix <= 3U);
    // Repairing both parts after more has come is the same as repairing the whole.
    const std::string more = *ragged_bytes();
    RC_ASSERT(to_utf8(bytes.substr(0, prefix)) + to_utf8(bytes.substr(prefix) + more) ==
              to_utf8(bytes + more));
}

TEST(BaseText, QuotesLikePython) {
    EXPECT_EQ(quoted(""), "''");
    EXPECT_EQ(quoted("plain"), "'plain'");
    EXPECT_EQ(quoted("it's"), "\"it's\"");
    EXPECT_EQ(quoted("say \"x\""), "'say \"x\"'");
    EXPECT_EQ(quoted("both ' and \""), "'both \\' and \"'");
    EXPECT_EQ(quoted("a\\b\n\r\t"), "'a\\\\b\\n\\r\\t'");
    EXPECT_EQ(quoted(std::string_view("\0\x1b\x7f", 3)), "'\\x00\\x1b\\x7f'");
    EXPECT_EQ(quoted("né"), "'né'");
}

TEST(BaseText, QuotesForTheShell) {
    EXPECT_EQ(shell_quoted(""), "''");
    EXPECT_EQ(shell_quoted("/usr/bin/a-b_c.d=1,2:3@%+"), "/usr/bin/a-b_c.d=1,2:3@%+");
    EXPECT_EQ(shell_quoted("a b"), "'a b'");
    EXPECT_EQ(shell_quoted("it's"), "'it'\\''s'");
    for (const char c : std::string_view("$`\\\"*?[]{}()<>|&;!#~\n\t^")) {
        EXPECT_EQ(shell_quoted(std::string(1, c)), "'" + std::string(1, c) + "'");
    }
}

TEST(BaseText, TrimsAsciiWhiteSpaceOnly) {
    EXPECT_EQ(trimmed(" \t\r\n\v\fa b \n"), "a b");
    EXPECT_EQ(trimmed(" \n\t"), "");
    EXPECT_EQ(trimmed(""), "");
    EXPECT_EQ(trimmed("\xC2\xA0x"), "\xC2\xA0x"); // a no-break space is text
}

TEST(BaseText, ReadsWholeNumbersOnly) {
    EXPECT_EQ(parse_integer("0", 0, 9), 0);
    EXPECT_EQ(parse_integer("-5", -9, 9), -5);
    EXPECT_EQ(parse_integer("007", 0, 9), 7);
    EXPECT_EQ(parse_integer("9223372036854775807", 0, INT64_MAX), INT64_MAX);
    for (const std::string_view bad :
         {"", " 1", "1 ", "+1", "1.0", "0x1", "1e3", "-", "a", "١", "9223372036854775808"}) {
        EXPECT_EQ(parse_integer(bad, INT64_MIN, INT64_MAX), std::nullopt) << quoted(bad);
    }
    EXPECT_EQ(parse_integer("10", 0, 9), std::nullopt);
    EXPECT_EQ(parse_integer("-1", 0, 9), std::nullopt);
}

RC_GTEST_PROP(BaseText, JoiningTheLinesGivesTheText, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab\n\r ")));
    std::string back;
    for (const auto line : split_lines(text)) {
        RC_ASSERT(line.find('\n') == std::string_view::npos);
        back += line;
        back += '\n';
    }
    RC_ASSERT(back == text + "\n");
}

TEST(BaseText, EncodesBase64) {
    const std::vector<std::pair<std::string_view, std::string_view>> vectors = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"}}; // RFC 4648, section 10
    for (const auto& [plain, code] : vectors) {
        EXPECT_EQ(base64(plain), code);
    }
    EXPECT_EQ(base64("\xff\xfe\xfb"), "//77");
}

} // namespace
} // namespace kept::base
