#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "terminal/framer.h"
#include "terminal/known_prompt.h"

namespace kept::terminal {

/// Frames of a program without marks: code goes line by line, each line when the program is blocked
/// reading the terminal; the frame ends when it is blocked again with the prompt before the cursor.
/// The prompt is given, or learned when the program first comes to rest.
class LineFramer final : public Framer {
public:
    /// Waits for the program's first rest and learns its prompt there.
    explicit LineFramer(FrameHost& host);

    /// Uses exactly these prompts. At the second one the program waits for more of the code.
    LineFramer(FrameHost& host, KnownPrompts known);
    LineFramer(FrameHost& host, std::string given_prompt)
        : LineFramer(host, KnownPrompts{std::move(given_prompt), {}, {}, {}, {}}) {}

    /// Starts at a prompt that is on the screen now; the program is blocked there.
    static std::unique_ptr<LineFramer> at_prompt(FrameHost& host);

    void begin(std::string code) override;
    [[nodiscard]] bool open() const override { return phase_ >= Phase::pending; }
    [[nodiscard]] bool pending() const override { return phase_ == Phase::pending; }
    void cancel() override;
    [[nodiscard]] std::string take_code() override;
    void adopt(std::vector<Range> pieces) override;
    [[nodiscard]] bool back_at_prompt() const override;
    void on_paste_mode(bool on, Range sequence) override;
    void on_output(std::string_view bytes, std::uint64_t begin) override;
    void on_still(const Stillness& still, std::int64_t quiet_us) override;
    [[nodiscard]] std::vector<Range> pieces() const override;

private:
    enum class Phase {
        starting, ///< the prompt is not known, or has not been seen, yet
        idle,
        pending, ///< a cell waits for the program to come to rest
        echo,    ///< a line was sent; its echo has not ended yet
        output,
    };

    void learn();
    void send_line();
    void follow_echo(std::string_view bytes, std::uint64_t begin);
    [[nodiscard]] bool prompt_shown() const;
    /// True when a prompt that a profile describes is where the cursor is.
    [[nodiscard]] bool exact() const { return given_ || pattern_.given(); }
    [[nodiscard]] bool editor_reads() const;
    [[nodiscard]] bool is_continuation(std::string_view before_cursor) const;
    /// The second prompt is before the cursor, and a profile has told which one that is.
    [[nodiscard]] bool surely_more() const;
    /// True when a second prompt is before the cursor: the code is not complete.
    [[nodiscard]] bool more_wanted() const;
    [[nodiscard]] bool is_prompt(std::string_view before_cursor) const;

    /// A given prompt may be a line of its own: where it begins, when it is the last line before an
    /// empty one.
    [[nodiscard]] std::optional<std::uint64_t> prompt_line() const;
    [[nodiscard]] bool at_rest(const Stillness& still, std::int64_t quiet_us) const;
    [[nodiscard]] std::uint64_t prompt_begin() const;
    [[nodiscard]] std::uint64_t output_end() const;
    void close_piece(std::uint64_t end);
    [[nodiscard]] control::InputKind kind_of(const Stillness& still) const;

    FrameHost& host_;
    Phase phase_ = Phase::starting;
    bool given_ = false; ///< one exact prompt, that never changes
    bool known_ = false;
    bool line_editor_ = false; ///< no prompt counts while it does not read a line
    bool may_ask_first_ = false;
    bool blank_before_ = false;
    PromptPattern pattern_; ///< of the prompt, if known; which one it was is learned
    PromptPattern more_pattern_;
    std::string continuation_; ///< the second prompt, if known
    std::string prompt_;       ///< as shown before the cursor
    std::string prompt_raw_;   ///< the bytes that showed it, from the line's start
    std::deque<std::string> lines_;
    std::string sent_;        ///< the line on its way
    std::string before_sent_; ///< what stood before the cursor when it was sent
    std::string echo_;        ///< output since then, while it may still be the echo
    std::uint64_t echo_begin_ = 0;
    /// Where a line ended that was not like the echo. Readline draws one anew that began behind
    /// output, in the wrong column; that it was the echo after all is told by what follows.
    std::uint64_t unlike_end_ = 0;
    std::uint64_t piece_begin_ = 0;
    bool answer_due_ = false; ///< a second prompt was reported, and the line typed there goes on
    bool pasted_ = false;     ///< the line on its way went to an editor with bracketed paste
    std::vector<Range> pieces_;
};

} // namespace kept::terminal
