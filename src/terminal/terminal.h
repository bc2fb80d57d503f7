#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "os/pty.h"
#include "os/spawn.h"
#include "session/program.h"
#include "session/session.h"
#include "terminal/answers.h"
#include "terminal/audience.h"
#include "terminal/certainty.h"
#include "terminal/framer.h"
#include "terminal/guest_line.h"
#include "terminal/injection.h"
#include "terminal/input_queue.h"
#include "terminal/interruption.h"
#include "terminal/nesting.h"
#include "terminal/probe.h"
#include "terminal/profile.h"
#include "terminal/recovery.h"
#include "vt/listener.h"
#include "vt/screen.h"

namespace kept::terminal {

/// The terminal kind: a program on a pseudo-terminal. Its output goes to the session's journal and
/// through the screen; a framer tells where cells end; the probe tells when the program waits.
class Terminal final : public session::Program,
                       public FrameHost,
                       public RecoveryHost,
                       private vt::Listener {
public:
    /// How the start went; `error` is empty when the program is ready.
    struct Started {
        std::string error;
    };

    Terminal(session::Session& session, session::Loop& loop);
    ~Terminal() override;
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    Terminal(Terminal&&) = delete;
    Terminal& operator=(Terminal&&) = delete;

    /// Starts the program and calls back once: at its first prompt, when it has ended before, or
    /// when it has been given enough time.
    void start(std::function<void(Started)> done);

    std::expected<void, control::Refusal> make_room() override;
    void inject() override { inject_wanted_ = true; }
    std::expected<void, control::Refusal>
    expect_prompts(const std::vector<control::PromptAnswer>& answers) override;
    void run(std::string code) override;
    std::expected<void, control::Refusal> interrupt(bool kill) override;
    std::expected<void, control::Refusal> type(std::string bytes) override;
    void resize(int cols, int rows) override;
    void terminate() override;
    bool reset(std::function<void(control::ResetInfo)> done) override;

    /// How the line discipline treats input just now; nothing when that is not known.
    [[nodiscard]] std::optional<os::LineMode> line_mode() const {
        return pty_ ? pty_->line_mode() : std::nullopt;
    }
    /// When the program last wrote something, or something was typed (base::steady_us).
    [[nodiscard]] std::int64_t last_activity_us() const {
        return std::max(last_output_us_, typed_us_);
    }

    /// What a program wants that no cell has started: somebody typed its name. Known only while it
    /// is watched, since the program of an idle session is not looked at.
    [[nodiscard]] const std::optional<control::InputInfo>& wanted_without_cell() const {
        return wanted_;
    }

    /// Calls back when that may have changed, for as long as the result is kept.
    [[nodiscard]] std::shared_ptr<void> watch_wanted(std::function<void()> changed);

    /// The slave's path, as `tty` shows it inside the session.
    [[nodiscard]] std::string terminal_path() const { return pty_ ? pty_->slave_path() : ""; }

    /// The people attached. Made for the first of them.
    [[nodiscard]] Audience& audience();
    [[nodiscard]] std::vector<control::GuestInfo> guests() const;

    /// Types what a person typed; false when the program has too much to read already.
    bool guest_types(const control::GuestInfo& guest, std::string bytes);

    // FrameHost: for the framers
    [[nodiscard]] const vt::Screen& screen() const override { return screen_; }
    [[nodiscard]] std::uint64_t offset() const override { return screen_.offset(); }
    [[nodiscard]] std::uint64_t line_start() const override { return line_start_; }
    [[nodiscard]] std::string_view tail() const override { return tail_; }
    [[nodiscard]] bool unsettled() const override {
        return interruption_ && interruption_->unsettled();
    }
    [[nodiscard]] std::uint64_t tail_end() const override { return session_.output_end(); }
    [[nodiscard]] bool typed_all() const override { return input_ == nullptr || input_->empty(); }
    void type_code(std::string bytes) override;
    void ready() override;
    void end(Completion completion, std::optional<int> exit_code,
             std::vector<Range> pieces) override;
    void failed(std::string why) override;
    void waiting(control::InputKind kind, control::Evidence evidence,
                 const Stillness& still) override;
    void look_soon() override;
    [[nodiscard]] std::string obstacle(std::uint64_t prompts) const override;

private:
    // vt::Listener
    void on_osc(std::string_view payload, std::uint64_t begin, std::uint64_t end) override;
    void on_private_mode(int mode, bool set, std::uint64_t begin, std::uint64_t end) override;
    void on_reply(std::string_view bytes) override;

    // RecoveryHost
    [[nodiscard]] Stillness stillness() const override { return probe_->look(); }
    [[nodiscard]] bool at_own_prompt(const Stillness& still) const override;
    bool accept_prompt(const Stillness& still) override;
    std::size_t drop_input() override;
    void press(std::string keys) override;
    void press_interrupt() override;
    void write_screen(std::string bytes) override;
    void keep_looking() override;

    [[nodiscard]] bool looked_at() const;
    [[nodiscard]] bool wanted_watched() const;
    [[nodiscard]] bool at_any_prompt() const;
    void note_wanted(const Stillness& still);
    void begin_injection(Inner program, std::string code);
    void inject_into(const std::string& name);
    void end_injection();
    void choose_framer(const Prepared& prepared);
    [[nodiscard]] Framer& framer() { return nesting_.current(); }
    void on_readable();
    bool read_once();
    void ingest(std::string_view bytes);
    void note_tail(std::string_view bytes, std::uint64_t begin);
    void schedule_look();
    void arm_look(std::chrono::microseconds delay);
    void look();
    void use_fallback();
    void note_typing();
    void answer(std::string text, control::InputKind kind);
    void weigh(Stillness& still, std::int64_t quiet_us);
    [[nodiscard]] Interruption::Context interrupt_context();
    [[nodiscard]] bool typing_noticed(const Stillness& still) const;
    void set_size(vt::Size size);
    [[nodiscard]] GuestLine::Scene guest_scene() const;
    [[nodiscard]] std::expected<void, control::Refusal> check_prompt() const;
    void on_exit();
    void started(std::string error);

    session::Session& session_;
    session::Loop& loop_;
    std::optional<os::Pty> pty_;
    os::Child child_;
    vt::Screen screen_;
    std::unique_ptr<InputQueue> input_;
    std::unique_ptr<Probe> probe_;
    std::optional<Interruption> interruption_;
    Nesting nesting_;
    std::unique_ptr<Audience> audience_;
    GuestLine guest_line_;
    std::string typist_;                      ///< who typed last, for a caller who is refused
    std::vector<std::string> error_patterns_; ///< of the profile: output that tells of a failure
    std::function<void(Started)> start_done_;
    std::vector<std::string> scratch_;   ///< files that only the start needs
    std::unique_ptr<Recovery> recovery_; ///< while somebody resets the session
    std::optional<control::InputInfo> wanted_;
    std::vector<std::weak_ptr<std::function<void()>>> wanted_watchers_;
    bool inject_wanted_ = false;
    std::optional<Injection> injection_; ///< until the inner shell shows its first mark
    bool answered_ = false;              ///< … has said what it is
    session::WatchHandle injection_timer_;
    session::WatchHandle output_watch_;
    session::WatchHandle exit_watch_;
    session::WatchHandle look_timer_;
    session::WatchHandle start_timer_;
    session::WatchHandle kill_timer_;
    std::uint64_t line_start_ = 0;
    std::string tail_;
    std::int64_t last_output_us_ = 0;
    std::int64_t look_delay_us_ = 0;
    Certainty certainty_;
    Answers answers_;
    bool look_armed_soon_ = false;
    bool hung_up_ = false;
    Stillness before_typing_; ///< how the reader stood when something was typed last
    std::int64_t typed_us_ = 0;
};

} // namespace kept::terminal
