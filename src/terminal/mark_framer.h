#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "profiles/profile.h"
#include "terminal/framer.h"

namespace kept::terminal {

/// Frames by the marks of an integrated shell: the first C begins the output, D ends it, B says
/// that the shell reads. A line editor repeats D, A and B when it redraws its prompt, so D counts
/// only once the editor has accepted the line: it then switches bracketed paste off, or a C comes.
class MarkFramer final : public Framer {
public:
    /// Turns code into what is typed; told whether the line editor takes bracketed paste.
    using Input = std::function<std::string(std::string_view code, bool bracketed_paste)>;

    /// Puts long code where the line editor can take it from, all at once instead of key by key,
    /// and tells the keys on which it does; empty for code that is to be typed.
    using Loader = std::function<std::string(std::string_view code)>;

    /// How the program reads its code: through a line editor of its own, or from a cooked terminal.
    enum class Reader { line_editor, cooked };

    MarkFramer(FrameHost& host, Input input, Reader reader = Reader::line_editor);

    /// As a profile with frame = marks says; `directory` is for long code.
    MarkFramer(FrameHost& host, profiles::Profile profile, std::string directory);

    void set_loader(Loader loader) { loader_ = std::move(loader); }

    /// The frames are those of a program inside another one.
    void set_inside() { inside_ = true; }

    /// The program, of which nothing was known yet, is this profile's.
    void become(profiles::Profile profile, std::string directory);

    void begin(std::string code) override;
    [[nodiscard]] bool open() const override { return phase_ != Phase::idle; }
    [[nodiscard]] bool pending() const override { return phase_ == Phase::pending; }
    void cancel() override;
    [[nodiscard]] bool typing() const override { return phase_ == Phase::sent; }
    void on_mark(const Mark& mark, std::uint64_t begin, std::uint64_t end) override;
    void on_paste_mode(bool on, Range sequence) override;
    void on_still(const Stillness& still, std::int64_t quiet_us) override;
    [[nodiscard]] std::vector<Range> pieces() const override;

    [[nodiscard]] bool back_at_prompt() const override;

    /// Prompts shown so far at which the shell reads.
    [[nodiscard]] std::uint64_t prompts() const { return prompts_; }

    /// True while the shell reads a line at its prompt, as far as its marks tell.
    [[nodiscard]] bool at_prompt() const { return at_prompt_; }

    /// The same, by what stands before the cursor: a line that was typed need not show a mark.
    [[nodiscard]] bool at_prompt_line() const;

    /// A person has sent the line at the prompt, or dropped it: another prompt comes.
    void line_sent() { at_prompt_ = false; }

    void adopt(std::vector<Range> pieces) override;
    [[nodiscard]] std::string take_code() override;

    /// True when the program is blocked at a prompt that has no marks: they have stopped.
    [[nodiscard]] bool lost_marks() const { return lost_marks_; }

private:
    enum class Phase {
        idle,     ///< no cell
        pending,  ///< a cell waits for the prompt
        sent,     ///< typed, not yet accepted by the line editor
        accepted, ///< the line editor has handed it to the shell
        running,  ///< C has come
    };

    /// How far long code has come that the line editor takes from elsewhere.
    enum class Loading { no, asked, loaded };

    void send_to_editor();
    void send_if_settled();
    void send();
    void type_it();
    void finish(std::uint64_t end, std::optional<int> exit_code);

    /// True while this framer's program is the one that reads, as far as that is to be told.
    [[nodiscard]] bool reads_itself(const Stillness& still) const { return still.own || inside_; }
    [[nodiscard]] bool at_editor(const Stillness& still) const;

    FrameHost& host_;
    Input input_;
    Loader loader_;
    Reader reader_;
    bool takes_paste_ = false; ///< code goes as a paste as soon as its editor takes one
    bool inside_ = false;      ///< its program is not the one that the session was started with
    Phase phase_ = Phase::idle;
    bool started_ = false;
    bool at_prompt_ = false;
    int prompt_col_ = 0; ///< of the cursor behind the prompt
    std::string prompt_text_;
    std::uint64_t prompts_ = 0;
    bool continuation_ = false; ///< the last prompt was PS2
    std::uint64_t continuation_begin_ = 0;
    bool lost_marks_ = false;
    std::string code_;
    Loading loading_ = Loading::no;
    std::uint64_t output_begin_ = 0;
    std::uint64_t output_end_ = 0; ///< as the shell's hook has marked it; D makes it count
    std::vector<Range> earlier_;   ///< adopted pieces
    Range paste_on_;               ///< the last sequence that switched bracketed paste on
    /// A D while no line editor had begun to read: a redraw, a prompt that a command printed, or
    /// the end of a frame in an editor that has no bracketed paste.
    std::optional<Mark> early_end_;
    std::uint64_t early_end_begin_ = 0;
    bool reads_not_ = false;  ///< as the program itself has said
    bool editor_off_ = false; ///< the line editor has said that it stopped reading
};

} // namespace kept::terminal
