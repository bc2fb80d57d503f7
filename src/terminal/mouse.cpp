#include "terminal/mouse.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "vt/utf8.h"

namespace kept::terminal {

namespace {

using What = MouseAction::What;
using vt::MouseEncoding;
using vt::MouseTracking;

constexpr int kMostNotches = 1000;
constexpr int kLeft = 0;
constexpr int kMiddle = 1;
constexpr int kRight = 2;
constexpr int kNoButton = 3;
constexpr int kMotion = 32;
constexpr int kWheel = 64;
/// Cell sizes as the emulator tells them to programs that ask.
constexpr int kCellWidth = 8;
constexpr int kCellHeight = 16;

std::vector<std::string_view> split_at_commas(std::string_view text) {
    std::vector<std::string_view> words;
    while (true) {
        const auto comma = text.find(',');
        words.push_back(base::trimmed(text.substr(0, comma)));
        if (comma == std::string_view::npos) {
            return words;
        }
        text.remove_prefix(comma + 1);
    }
}

struct Verb {
    std::string_view name;
    What what;
    int button;
    int times;
};

constexpr std::array kVerbs{
    Verb{"click", What::click, kLeft, 1},     Verb{"left", What::click, kLeft, 1},
    Verb{"middle", What::click, kMiddle, 1},  Verb{"right", What::click, kRight, 1},
    Verb{"double", What::click, kLeft, 2},    Verb{"press", What::press, kLeft, 1},
    Verb{"release", What::release, kLeft, 1}, Verb{"move", What::move, kNoButton, 1},
    Verb{"drag", What::drag, kLeft, 1},       Verb{"scroll", What::scroll, kWheel, 1},
};

constexpr std::array<std::string_view, 4> kDirections{"up", "down", "left", "right"};

/// One report to the program.
class Writer {
public:
    Writer(const vt::Modes& modes, vt::Size size) : modes_(modes), size_(size) {}

    void report(int code, vt::Position at, bool release) {
        const int x = at.col + 1;
        const int y = at.row + 1;
        switch (modes_.mouse_encoding) {
        case MouseEncoding::sgr:
            sgr(code, x, y, release);
            return;
        case MouseEncoding::sgr_pixels:
            sgr(code, at.col * kCellWidth + kCellWidth / 2 + 1,
                at.row * kCellHeight + kCellHeight / 2 + 1, release);
            return;
        case MouseEncoding::urxvt:
            out_ += "\x1b[" + std::to_string((release ? kNoButton : code) + 32) + ";" +
                    std::to_string(x) + ";" + std::to_string(y) + "M";
            return;
        case MouseEncoding::utf8:
        case MouseEncoding::x10:
            break;
        }
        out_ += "\x1b[M";
        out_.push_back(static_cast<char>((release ? kNoButton : code) + 32));
        for (const int edge : {x, y}) {
            if (modes_.mouse_encoding == MouseEncoding::utf8) {
                vt::append_utf8(out_, static_cast<char32_t>(edge + 32));
            } else {
                out_.push_back(static_cast<char>(edge + 32));
            }
        }
    }

    /// The last column or row that the encoding can name.
    [[nodiscard]] int farthest() const {
        switch (modes_.mouse_encoding) {
        case MouseEncoding::x10:
            return 255 - 32 - 1;
        case MouseEncoding::utf8:
            return 2047 - 32 - 1;
        default:
            return vt::kMaxEdge;
        }
    }

    [[nodiscard]] std::string problem(vt::Position at) const {
        const std::string place = std::to_string(at.col) + "," + std::to_string(at.row);
        if (at.row < 0 || at.col < 0 || at.row >= size_.rows || at.col >= size_.cols) {
            return place + " is not on the screen, which has columns 0 to " +
                   std::to_string(size_.cols - 1) + " and rows 0 to " +
                   std::to_string(size_.rows - 1);
        }
        if (at.row > farthest() || at.col > farthest()) {
            return "the program's mouse protocol cannot name a place beyond " +
                   std::to_string(farthest());
        }
        return {};
    }

    std::string take() { return std::move(out_); }

private:
    void sgr(int code, int x, int y, bool release) {
        out_ += "\x1b[<" + std::to_string(code) + ";" + std::to_string(x) + ";" +
                std::to_string(y) + (release ? "m" : "M");
    }

    const vt::Modes& modes_;
    vt::Size size_;
    std::string out_;
};

std::string_view untracked(What what, MouseTracking tracking) {
    if (tracking == MouseTracking::off) {
        return "the program has not asked for the mouse (its screen shows what keys it takes)";
    }
    if (what == What::move && tracking != MouseTracking::any) {
        return "the program has asked for clicks, not for movements of the mouse";
    }
    if (what == What::drag && tracking != MouseTracking::any && tracking != MouseTracking::drag) {
        return "the program has asked for clicks, not for dragging with the mouse";
    }
    if (tracking == MouseTracking::x10 && (what == What::release || what == What::scroll)) {
        return "the program has asked for presses of mouse buttons only";
    }
    return {};
}

} // namespace

std::expected<MouseAction, InputProblem> parse_mouse(std::string_view text) {
    MouseAction action;
    const std::string shown = "'" + std::string(text) + "'";
    int times = 1;
    if (const auto star = text.rfind('*'); star != std::string_view::npos) {
        const auto count = base::parse_integer(text.substr(star + 1), 1, kMostNotches);
        if (!count) {
            return std::unexpected(InputProblem{shown + ": the count behind * is 1 to 1000"});
        }
        times = static_cast<int>(*count);
        text = text.substr(0, star);
    }
    auto words = split_at_commas(text);
    const Verb* verb = nullptr;
    for (const Verb& one : kVerbs) {
        if (one.name == words.front()) {
            verb = &one;
        }
    }
    if (verb == nullptr) {
        return std::unexpected(InputProblem{shown +
                                            ": the mouse can click, double, right, middle, press, "
                                            "release, move, drag and scroll"});
    }
    action.what = verb->what;
    action.button = verb->button;
    action.times = verb->times * times;
    words.erase(words.begin());
    if (action.what == What::scroll) {
        const auto* direction =
            std::find(kDirections.begin(), kDirections.end(), words.empty() ? "" : words.front());
        if (direction == kDirections.end()) {
            return std::unexpected(InputProblem{shown + ": say scroll,up or scroll,down"});
        }
        action.button = kWheel + static_cast<int>(direction - kDirections.begin());
        words.erase(words.begin());
    }
    std::vector<int> numbers;
    for (const auto word : words) {
        const auto number = base::parse_integer(word, 0, vt::kMaxEdge);
        if (!number) {
            return std::unexpected(
                InputProblem{shown + ": '" + std::string(word) +
                             "' is no column or row, counted from 0 at the top left"});
        }
        numbers.push_back(static_cast<int>(*number));
    }
    const bool drag = action.what == What::drag;
    const bool two = drag ? numbers.size() == 4 : numbers.size() == 2;
    if (!two && !(numbers.empty() && !drag)) {
        return std::unexpected(
            InputProblem{shown + (drag ? ": say drag,x,y,x2,y2" : ": say where, as x,y")});
    }
    if (two) {
        action.placed = true;
        action.at = {numbers[1], numbers[0]};
    }
    if (drag) {
        action.to = {numbers[3], numbers[2]};
    }
    return action;
}

std::expected<std::string, InputProblem> encode_mouse(const MouseAction& action,
                                                      const vt::Modes& modes, vt::Size size) {
    if (const auto why = untracked(action.what, modes.mouse); !why.empty()) {
        return std::unexpected(InputProblem{std::string(why)});
    }
    Writer writer(modes, size);
    for (const vt::Position& place :
         {action.at, action.what == What::drag ? action.to : action.at}) {
        if (std::string why = writer.problem(place); !why.empty()) {
            return std::unexpected(InputProblem{std::move(why)});
        }
    }
    const bool releases = modes.mouse != MouseTracking::x10;
    for (int i = 0; i < action.times; ++i) {
        switch (action.what) {
        case What::click:
            writer.report(action.button, action.at, false);
            if (releases) {
                writer.report(action.button, action.at, true);
            }
            break;
        case What::press:
        case What::scroll:
            writer.report(action.button, action.at, false);
            break;
        case What::release:
            writer.report(action.button, action.at, true);
            break;
        case What::move:
            writer.report(kNoButton + kMotion, action.at, false);
            break;
        case What::drag:
            writer.report(action.button, action.at, false);
            writer.report(action.button + kMotion, action.to, false);
            writer.report(action.button, action.to, true);
            break;
        }
    }
    return writer.take();
}

} // namespace kept::terminal
