#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "os/spawn.h"
#include "session/loop.h"
#include "terminal/framer.h"
#include "terminal/line_stream.h"

namespace kept::terminal {

/// Frames by a program of the user's (`--prompt=./hook`): it reads the cleaned lines of the output
/// on its standard input, and its exit ends the frame. The last line that it was fed is no part of
/// the output.
class HookFramer final : public Framer {
public:
    HookFramer(FrameHost& host, session::Loop& loop, std::string path);
    ~HookFramer() override;
    HookFramer(const HookFramer&) = delete;
    HookFramer& operator=(const HookFramer&) = delete;
    HookFramer(HookFramer&&) = delete;
    HookFramer& operator=(HookFramer&&) = delete;

    void begin(std::string code) override;
    [[nodiscard]] bool open() const override { return open_; }
    [[nodiscard]] bool pending() const override { return false; }
    void cancel() override;
    [[nodiscard]] bool back_at_prompt() const override { return !open_; }
    void on_output(std::string_view bytes, std::uint64_t begin) override;
    void on_still(const Stillness& still, std::int64_t quiet_us) override;
    [[nodiscard]] std::vector<Range> pieces() const override;

private:
    void on_line(const CleanLine& line);
    void give(const CleanLine& line);
    void write_some();
    void on_exit();
    void stop();

    FrameHost& host_;
    session::Loop& loop_;
    std::string path_;
    LineStream lines_;
    os::Child hook_;
    base::Fd pipe_;
    std::string waiting_; ///< lines that the hook has not read yet
    session::WatchHandle exit_watch_;
    session::WatchHandle write_watch_;
    bool started_ = false;
    bool open_ = false;
    int echo_left_ = 0;
    std::uint64_t output_begin_ = 0;
    std::uint64_t last_fed_ = 0;       ///< where the last line fed begins
    std::uint64_t unfinished_fed_ = 0; ///< end of the unfinished line that was fed, 0 for none
};

} // namespace kept::terminal
