#pragma once

#include "vt/listener.h"
#include "vt/screen.h"
#include "vt/transcript.h"

#include <rapidcheck.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kept::vt::test {

/// Writes down all a listener hears.
class Recorder : public Listener {
public:
    void on_osc(std::string_view payload, std::uint64_t begin, std::uint64_t end) override {
        add("osc", payload, begin, end);
    }
    void on_private_mode(int mode, bool set, std::uint64_t begin, std::uint64_t end) override {
        add(set ? "set" : "reset", std::to_string(mode), begin, end);
    }
    void on_reply(std::string_view bytes) override { replies.append(bytes); }
    void on_bell() override { ++bells; }

    std::vector<std::string> calls;
    std::string replies;
    int bells = 0;

private:
    void add(std::string_view what, std::string_view text, std::uint64_t begin, std::uint64_t end) {
        calls.push_back(std::string(what) + " " + std::string(text) + " " + std::to_string(begin) +
                        " " + std::to_string(end));
    }
};

/// All of a screen's state that can be seen, to compare two of them.
inline std::string state_of(const Screen& screen) {
    std::string state = screen.repaint();
    for (int row = 0; row < screen.size().rows; ++row) {
        state += screen.row_wrapped(row) ? "+" : "-";
        state += screen.row_text(row) + "\n";
    }
    const Position at = screen.cursor();
    state += std::to_string(at.row) + "," + std::to_string(at.col) + screen.text_before_cursor();
    state += screen.alternate() ? "A" : "M";
    state += std::to_string(screen.offset()) + screen.title();
    return state;
}

inline std::string rendered(std::string_view bytes, std::size_t piece, Size size,
                            Transcript::Style style = Transcript::Style::plain) {
    std::string text;
    Transcript transcript(size, [&](std::string_view part) { text.append(part); }, style);
    while (!bytes.empty()) {
        transcript.feed(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
    transcript.finish();
    return text;
}

/// A piece of what programs send: text, controls, sequences known and unknown, broken UTF-8.
inline rc::Gen<std::string> token() {
    using rc::gen::elementOf;
    using rc::gen::just;
    using rc::gen::map;
    const auto number = rc::gen::inRange(0, 14);
    const auto sequence =
        map(rc::gen::tuple(
                elementOf(std::string("@ABCDEFGHIJKLMPSTXZ`abdefghlmnrstu")), number, number,
                elementOf(std::vector<std::string>{"", "", "", "?", ">", "="}),
                elementOf(std::vector<std::string>{"", "", "", "", "$", " ", "'", "!", "\""})),
            [](const auto& parts) {
                const auto& [final, first, second, prefix, intermediate] = parts;
                return "\x1b[" + prefix + std::to_string(first) + ";" + std::to_string(second) +
                       intermediate + final;
            });
    const auto mode =
        map(rc::gen::pair(elementOf(std::vector<int>{1, 5, 6, 7, 25, 45, 47, 69, 1000, 1006, 1047,
                                                     1048, 1049, 2004, 2026}),
                          rc::gen::arbitrary<bool>()),
            [](const auto& parts) {
                return "\x1b[?" + std::to_string(parts.first) + (parts.second ? "h" : "l");
            });
    const auto style =
        map(elementOf(std::vector<std::string>{"0", "1;31", "38;5;200", "48;2;1;2;3", "7", "4:3",
                                               "58:2::9:8:7", "38:2:1:2:3", "49"}),
            [](const std::string& sgr) { return "\x1b[" + sgr + "m"; });
    const auto word = rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7f));
    const auto fixed = elementOf(std::vector<std::string>{"\r\n",
                                                          "\r\n",
                                                          "\r\n",
                                                          "\n",
                                                          "\r",
                                                          "\b",
                                                          "\t",
                                                          "\a",
                                                          "\x0e",
                                                          "\x0f",
                                                          "\x1b(0",
                                                          "\x1b(B",
                                                          "\x1b"
                                                          "7",
                                                          "\x1b"
                                                          "8",
                                                          "\x1b"
                                                          "D",
                                                          "\x1b"
                                                          "E",
                                                          "\x1b"
                                                          "H",
                                                          "\x1b"
                                                          "M",
                                                          "\x1b"
                                                          "c",
                                                          "\x1b#8",
                                                          "\x1b"
                                                          "N",
                                                          "\x1b=",
                                                          "\x18",
                                                          "\x7f",
                                                          "é",
                                                          "e\u0301",
                                                          "日本",
                                                          "한국",
                                                          "👍🏽",
                                                          "👨‍👩‍👧",
                                                          "🇫🇷",
                                                          "❤️",
                                                          "\u200b",
                                                          "\u0301",
                                                          "\xff",
                                                          "\xe6\x97",
                                                          "\xf0\x9f",
                                                          "\xc3",
                                                          "\x1b]0;title\a",
                                                          "\x1b]133;A\x1b\\",
                                                          "\x1b]8;;http://a/\x1b\\",
                                                          "\x1b]8;;\a",
                                                          "\x1b]2;broken",
                                                          "\x1b]11;?\a",
                                                          "\x1bP$qm\x1b\\",
                                                          "\x1bPq#0~~\x1b\\",
                                                          "\x1b_apc\x1b\\",
                                                          "\x1b[c",
                                                          "\x1b[6n",
                                                          "\x1b[4h",
                                                          "\x1b[4l",
                                                          "\x1b[3;9r",
                                                          "\x1b[r",
                                                          "\x1b[5;20s",
                                                          "\x1b[2J",
                                                          "\x1b[K",
                                                          "\x1b[1\"q",
                                                          "\x1b[>1u",
                                                          "\x1b[<u"});
    return rc::gen::weightedOneOf<std::string>(
        {{4, word}, {4, fixed}, {3, sequence}, {1, mode}, {2, style}});
}

inline rc::Gen<std::string> stream() {
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(token()),
                        [](const std::vector<std::string>& tokens) {
                            std::string all;
                            for (const std::string& piece : tokens) {
                                all += piece;
                            }
                            return all;
                        });
}

inline rc::Gen<Size> screen_size() {
    return rc::gen::map(
        rc::gen::pair(rc::gen::inRange(1, 40), rc::gen::inRange(1, 14)),
        [](const std::pair<int, int>& edges) { return Size{edges.first, edges.second}; });
}

} // namespace kept::vt::test
