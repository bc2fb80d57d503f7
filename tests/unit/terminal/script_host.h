#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "terminal/framer.h"
#include "terminal/marks.h"
#include "vt/listener.h"
#include "vt/screen.h"

namespace kept::terminal::test {

inline constexpr std::string_view kNonce = "c0ffee";

inline std::string mark(std::string_view body) {
    return "\x1b]133;" + std::string(body) + ";n=" + std::string(kNonce) + "\a";
}

inline const std::string kPasteOn = "\x1b[?2004h";
inline const std::string kPasteOff = "\x1b[?2004l";

/// What an integrated bash prints for its prompt after a command that ended with that status.
inline std::string marked_prompt(int status, std::string_view prompt = "$ ") {
    return kPasteOn + mark("D;" + std::to_string(status)) + mark("A") + std::string(prompt) +
           mark("B");
}

/// A program that is blocked reading the terminal.
inline Stillness reading(bool canonical = false, bool echo = false) {
    Stillness still;
    still.verdict = Stillness::Verdict::reading;
    still.certain = true;
    still.own = true;
    still.mode.canonical = canonical;
    still.mode.echo = echo;
    return still;
}

inline Stillness of(Stillness::Verdict verdict) {
    Stillness still = reading();
    still.verdict = verdict;
    still.certain = verdict == Stillness::Verdict::reading;
    return still;
}

/// A terminal without a program: the test plays it, and reads what the framer made of it.
class ScriptHost final : public FrameHost, private vt::Listener {
public:
    struct End {
        Completion completion;
        std::optional<int> exit_code;
        std::string text; ///< the bytes of its pieces
        friend bool operator==(const End&, const End&) = default;
    };

    explicit ScriptHost(vt::Size size = {80, 24}) : screen_(size, this) {}

    void attach(Framer& framer) { framer_ = &framer; }

    /// Output of the program, read from its terminal in pieces of that size.
    void feed(std::string_view bytes, std::size_t piece = std::string_view::npos) {
        while (!bytes.empty()) {
            const std::string_view now = bytes.substr(0, piece);
            bytes.remove_prefix(now.size());
            const std::uint64_t begin = screen_.offset();
            all_.append(now);
            screen_.feed(now);
            if (framer_ != nullptr) {
                framer_->on_output(now, begin);
            }
        }
    }

    void rest(const Stillness& still = reading(), std::int64_t quiet_us = 1'000) {
        framer_->on_still(still, quiet_us);
    }

    [[nodiscard]] std::string text(const std::vector<Range>& pieces) const {
        std::string out;
        for (const Range& piece : pieces) {
            out += piece.begin < all_.size() ? all_.substr(piece.begin, piece.size()) : "";
        }
        return out;
    }

    // FrameHost
    [[nodiscard]] const vt::Screen& screen() const override { return screen_; }
    [[nodiscard]] std::uint64_t offset() const override { return screen_.offset(); }
    [[nodiscard]] std::uint64_t line_start() const override {
        const std::size_t feed = all_.rfind('\n');
        return feed == std::string::npos ? 0 : feed + 1;
    }
    [[nodiscard]] std::string_view tail() const override {
        return std::string_view(all_).substr(all_.size() -
                                             std::min<std::size_t>(all_.size(), 1024));
    }
    [[nodiscard]] std::uint64_t tail_end() const override { return all_.size(); }
    [[nodiscard]] bool typed_all() const override { return typed_all_; }
    void type_code(std::string bytes) override { typed += bytes; }
    void ready() override { ++readies; }
    void end(Completion completion, std::optional<int> exit_code,
             std::vector<Range> pieces) override {
        ends.push_back({completion, exit_code, text(pieces)});
        last_pieces = std::move(pieces);
    }
    void failed(std::string why) override { failures.push_back(std::move(why)); }
    void waiting(control::InputKind kind, control::Evidence evidence, const Stillness&) override {
        waits.emplace_back(kind, evidence);
    }
    void look_soon() override { ++looks; }

    void set_typed_all(bool all) { typed_all_ = all; }

    std::string typed;
    int readies = 0;
    int looks = 0;
    std::vector<End> ends;
    std::vector<Range> last_pieces;
    std::vector<std::string> failures;
    std::vector<std::pair<control::InputKind, control::Evidence>> waits;

private:
    void on_osc(std::string_view payload, std::uint64_t begin, std::uint64_t end) override {
        const auto mark = parse_mark(payload, kNonce);
        if (mark && framer_ != nullptr) {
            framer_->on_mark(*mark, begin, end);
        }
    }
    void on_private_mode(int mode, bool set, std::uint64_t begin, std::uint64_t end) override {
        if (mode == 2004 && framer_ != nullptr) {
            framer_->on_paste_mode(set, {begin, end});
        }
    }

    vt::Screen screen_;
    Framer* framer_ = nullptr;
    std::string all_;
    bool typed_all_ = true;
};

} // namespace kept::terminal::test
