#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/messages.h"
#include "daemon/line_view.h"
#include "daemon/signal.h"
#include "daemon/subject.h"
#include "session/session.h"

namespace re2 {
class RE2;
}

namespace kept::daemon {

/// Conditions that somebody waits for, and how they stand. Looks when asked to; between looks it
/// only notes lines that go by and wakes its owner.
class WaitConditions final : public session::Observer {
public:
    /// Fails when a condition makes no sense for this session.
    static std::expected<std::unique_ptr<WaitConditions>, control::Refusal>
    make(Subject& subject, const control::WaitRequest& request, Signal& signal);
    ~WaitConditions() override;

    void on_event(const control::EventInfo& event) override;
    void on_output(std::string_view bytes, std::uint64_t offset) override;

    /// Looks at the session now; true when enough of the conditions are met.
    bool look(std::int64_t now_us);

    /// When a look may find something new although nothing happens; of base::steady_us.
    [[nodiscard]] std::optional<std::int64_t> due_us() const { return due_us_; }

    [[nodiscard]] const std::vector<control::WaitOutcome>& outcomes() const { return outcomes_; }

private:
    WaitConditions(Subject& subject, const control::WaitRequest& request, Signal& signal);

    void watch(Subject& subject);
    void note_line(const std::string& line);
    [[nodiscard]] bool matches(std::size_t index, std::string_view line) const;
    void look_at(std::size_t index, std::int64_t now_us);
    void look_for_line(std::size_t index);
    void quiet_for(std::size_t index, std::int64_t since_us, std::int64_t now_us);
    [[nodiscard]] std::int64_t last_activity_us() const;

    Subject& subject_;
    const control::WaitRequest& request_;
    Signal& signal_;
    std::vector<std::unique_ptr<re2::RE2>> patterns_; ///< for each condition; most are null
    std::vector<control::WaitOutcome> outcomes_;
    std::optional<LineView> lines_;
    std::shared_ptr<void> wanted_watch_; ///< of the program that no cell has started
    std::int64_t began_us_;
    std::string shown_; ///< content hash, for stable
    std::int64_t shown_since_us_;
    std::optional<std::int64_t> due_us_;
};

} // namespace kept::daemon
