#pragma once

#include "daemon/subject.h"

namespace kept::daemon {

/// A session that runs in this process.
class Live final : public Subject {
public:
    Live(session::Session& session, agent::Agent& agent);
    Live(session::Session& session, terminal::Terminal& terminal);

    [[nodiscard]] const control::LaunchSpec& spec() const override { return session_.spec(); }
    [[nodiscard]] control::StatusInfo status() const override;
    [[nodiscard]] std::optional<CellInfo> cell(std::string_view id) override;
    [[nodiscard]] std::vector<CellInfo> cells() override { return session_.cells().list(); }
    [[nodiscard]] std::vector<control::EventInfo> replay(std::string_view id) override;
    [[nodiscard]] std::vector<control::EventInfo> events_from(std::uint64_t offset) override;
    std::uint64_t read(Range range, const std::function<void(std::string_view)>& sink) override;
    [[nodiscard]] Range kept() const override {
        return {session_.log().begin(), session_.log().end()};
    }
    void told(std::string_view id) override;
    [[nodiscard]] session::Session* session() override { return &session_; }
    [[nodiscard]] session::Program* program() override { return &program_; }
    [[nodiscard]] agent::Agent* agent() override { return agent_; }
    [[nodiscard]] terminal::Terminal* terminal() override { return terminal_; }
    [[nodiscard]] const vt::Screen* screen() override;
    [[nodiscard]] const std::string& directory() const override { return session_.directory(); }

private:
    session::Session& session_;
    session::Program& program_;
    agent::Agent* agent_ = nullptr;
    terminal::Terminal* terminal_ = nullptr;
};

} // namespace kept::daemon
