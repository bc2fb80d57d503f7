#include "stream_gen.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace kept::vt::test {
namespace {

/// Many lines of plain text, with now and then something else among them.
rc::Gen<std::string> long_text() {
    const auto line = rc::gen::weightedOneOf<std::string>(
        {{20, rc::gen::map(rc::gen::inRange(0, 100),
                           [](int n) {
                               return std::string(static_cast<std::size_t>(n), 'x') +
                                      std::to_string(n) + "\r\n";
                           })},
         {3, rc::gen::element<std::string>("tab\tand\ttab\r\n", "\r\n", "日本語\tx\r\n",
                                           "trailing  \r\n", "é\r\n")},
         {1, token()}});
    return rc::gen::mapcat(rc::gen::inRange(0, 300), [line](int count) {
        return rc::gen::map(
            rc::gen::container<std::vector<std::string>>(static_cast<std::size_t>(count), line),
            [](const std::vector<std::string>& lines) {
                std::string all;
                for (const std::string& each : lines) {
                    all += each;
                }
                return all;
            });
    });
}

/// What a program may write next whose effect depends on all that a repaint has to bring back, and
/// on nothing else.
rc::Gen<std::string> plain_token() {
    return rc::gen::element<std::string>("x", "qqq", "some words", "\r\n", "\n", "\t", "\b",
                                         "\x1b"
                                         "7",
                                         "\x1b"
                                         "8",
                                         "\x1bM", "\x0e", "\x0f", "\x1b(B", "\x1bN#", "\x1b[2;3H",
                                         "\x1b[K", "\x1b[2P", "\x1b[1J");
}

RC_GTEST_PROP(VtProperty, SplittingTheInputChangesNothing, ()) {
    const std::string bytes = *stream();
    const Size size = *screen_size();
    const auto piece = *rc::gen::inRange<std::size_t>(1, 9);
    Recorder whole_heard;
    Recorder split_heard;
    Screen whole(size, &whole_heard, 1000);
    Screen split(size, &split_heard, 1000);
    whole.feed(bytes);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        split.feed(std::string_view(bytes).substr(at, piece));
    }
    RC_ASSERT(state_of(whole) == state_of(split));
    RC_ASSERT(whole_heard.calls == split_heard.calls);
    RC_ASSERT(whole_heard.replies == split_heard.replies);
    RC_ASSERT(rendered(bytes, piece, size) == rendered(bytes, bytes.size() + 1, size));
}

RC_GTEST_PROP(VtProperty, SkippingAheadEqualsTheLongWay, ()) {
    const std::string bytes = *long_text();
    const Size size = *screen_size();
    Screen skipping(size);
    Screen plodding(size);
    skipping.feed(bytes);
    for (std::size_t at = 0; at < bytes.size(); at += 1000) { // too short to look ahead
        plodding.feed(std::string_view(bytes).substr(at, 1000));
    }
    RC_ASSERT(state_of(skipping) == state_of(plodding));
}

RC_GTEST_PROP(VtProperty, CopyingEqualsTheLongWay, ()) {
    const std::string bytes = *long_text();
    const Size size = *screen_size();
    RC_ASSERT(rendered(bytes, bytes.size() + 1, size) == rendered(bytes, 1000, size));
    RC_ASSERT(rendered(bytes, bytes.size() + 1, size, Transcript::Style::ansi) ==
              rendered(bytes, 1000, size, Transcript::Style::ansi));
}

RC_GTEST_PROP(VtProperty, PlainTextIsCopied, ()) {
    const auto character = rc::gen::weightedOneOf<std::string>(
        {{8, rc::gen::map(rc::gen::inRange<char>(0x20, 0x7f),
                          [](char c) { return std::string(1, c); })},
         {1, rc::gen::element<std::string>("\t", "é", "e\u0301", "日", "👍🏽", "👨‍👩‍👧",
                                           "🇫🇷", "❤️", "\u200b", "ไม้", "نص")}});
    const auto lines = *rc::gen::container<std::vector<std::vector<std::string>>>(
        rc::gen::container<std::vector<std::string>>(character));
    std::string sent;
    std::string expected;
    for (const auto& line : lines) {
        for (const std::string& each : line) {
            sent += each;
            expected += each;
        }
        sent += "\r\n";
        expected += "\n";
    }
    RC_ASSERT(render_text(sent, {*rc::gen::inRange(2, 200), *rc::gen::inRange(1, 50)}) == expected);
}

RC_GTEST_PROP(VtProperty, AnyBytesLeaveTheCursorOnTheScreen, ()) {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    const std::string more = *stream();
    Screen screen(*screen_size());
    const auto inside = [&] {
        const Position at = screen.cursor();
        return at.row >= 0 && at.row < screen.size().rows && at.col >= 0 &&
               at.col < screen.size().cols;
    };
    screen.feed(bytes);
    RC_ASSERT(inside());
    screen.feed(more);
    RC_ASSERT(inside());
    screen.resize(*screen_size());
    RC_ASSERT(inside());
    screen.feed(more);
    RC_ASSERT(inside());
    screen.trim();
    static_cast<void>(state_of(screen));
}

RC_GTEST_PROP(VtProperty, TrimmingShowsNothing, ()) {
    const std::string bytes = *stream();
    const std::string more = *stream();
    const Size size = *screen_size();
    Screen trimmed(size);
    Screen other(size);
    trimmed.feed(bytes);
    other.feed(bytes);
    trimmed.trim();
    RC_ASSERT(state_of(trimmed) == state_of(other));
    trimmed.feed(more);
    other.feed(more);
    RC_ASSERT(state_of(trimmed) == state_of(other));
}

/// These widen where they have room; one that had none cannot be painted.
bool has_widening(std::string_view bytes) {
    return bytes.contains("❤️") || bytes.contains("🇫🇷");
}

RC_GTEST_PROP(VtProperty, RepaintGivesTheSameScreen, ()) {
    const std::string bytes = *stream();
    const Size size = *screen_size();
    RC_PRE(!has_widening(bytes));
    Screen screen(size);
    screen.feed(bytes);
    Screen copy(size);
    copy.feed(screen.repaint());
    RC_ASSERT(copy.text() == screen.text());
    RC_ASSERT(copy.cursor() == screen.cursor());
    RC_ASSERT(copy.alternate() == screen.alternate());
    RC_ASSERT(copy.title() == screen.title());
    for (int row = 0; row < size.rows; ++row) {
        for (int col = 0; col < size.cols; ++col) {
            RC_ASSERT(copy.style_at({row, col}) == screen.style_at({row, col}));
            RC_ASSERT(copy.link_at({row, col}) == screen.link_at({row, col}));
        }
    }
}

/// A column that a wide character left free counts as a space only where the line ends, and a
/// repaint ends all lines.
std::string without_spaces(std::string text) {
    std::erase(text, ' ');
    return text;
}

/// What is written after a repaint meets the same terminal: pending wrap, character sets, tab
/// stops, saved cursor, margins.
RC_GTEST_PROP(VtProperty, AfterARepaintAllGoesOnAsBefore, ()) {
    const Size size = *screen_size();
    const std::string bytes = *stream() + "\x18";
    RC_PRE(!has_widening(bytes));
    Screen screen(size);
    screen.feed(bytes);
    Screen copy(size);
    copy.feed(screen.repaint());
    // DECRC may bring a cursor in origin mode where no sequence can: outside of later margins.
    RC_PRE(copy.cursor() == screen.cursor() || !screen.modes().origin);
    RC_ASSERT(copy.repaint() == screen.repaint());
    for (const std::string& piece : *rc::gen::container<std::vector<std::string>>(plain_token())) {
        screen.feed(piece);
        copy.feed(piece);
        RC_ASSERT(without_spaces(copy.text()) == without_spaces(screen.text()));
        RC_ASSERT(copy.cursor() == screen.cursor());
    }
}

RC_GTEST_PROP(VtProperty, TranscriptOfWhatFitsIsTheScreen, ()) {
    const std::string bytes = *stream();
    const Size size{*rc::gen::inRange(1, 40), 200};
    Screen screen(size);
    screen.feed(bytes);
    RC_PRE(!screen.alternate() && screen.between_sequences());
    for (int row = 0; row < size.rows; ++row) {
        RC_PRE(!screen.row_wrapped(row));
    }
    std::string text;
    Transcript transcript(size, [&](std::string_view piece) { text.append(piece); });
    transcript.feed(bytes);
    RC_PRE(text.empty()); // nothing left the screen
    transcript.finish();
    RC_PRE(text.find('\t') == std::string::npos);
    std::string stripped; // blanks at the ends of lines are the transcript's own
    for (const char byte : text) {
        if (byte == '\n') {
            stripped.resize(stripped.find_last_not_of(' ') + 1);
        }
        stripped.push_back(byte);
    }
    stripped.resize(stripped.find_last_not_of(' ') + 1);
    stripped.resize(stripped.find_last_not_of('\n') + 1);
    RC_ASSERT(stripped == screen.text());
}

} // namespace
} // namespace kept::vt::test
