#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "terminal/framer.h"
#include "terminal/line_stream.h"

namespace kept::terminal {

/// Number of lines the program repeats for the code it was sent: all up to the last that is not
/// blank.
int echoed_lines(std::string_view code);

/// Frames by repetition (`--frame=repeat`): after the code, five empty lines are typed, each when
/// the program has come to rest; five equal lines in a row (the prompt, five times) end the frame.
/// Needs nothing from the program, and is fooled by output of five equal lines.
class RepeatFramer final : public Framer {
public:
    explicit RepeatFramer(FrameHost& host);

    void begin(std::string code) override;
    [[nodiscard]] bool open() const override { return open_; }
    [[nodiscard]] bool pending() const override { return false; }
    void cancel() override { open_ = false; }
    [[nodiscard]] bool back_at_prompt() const override { return !open_; }
    void on_output(std::string_view bytes, std::uint64_t begin) override;
    void on_still(const Stillness& still, std::int64_t quiet_us) override;
    [[nodiscard]] std::vector<Range> pieces() const override;

private:
    void on_line(const CleanLine& line);

    FrameHost& host_;
    LineStream lines_;
    bool started_ = false;
    bool open_ = false;
    int enters_left_ = 0;
    int echo_left_ = 0;
    std::uint64_t output_begin_ = 0;
    std::uint64_t output_end_ = 0;
    std::string last_;
    std::vector<std::uint64_t> run_; ///< where the equal lines begin
};

} // namespace kept::terminal
