#pragma once

#include <string>

#include "daemon/subject.h"
#include "session/cell_store.h"
#include "session/output_log.h"
#include "vt/screen.h"

namespace kept::daemon {

/// The journal of a session whose daemon is gone.
class Archive final : public Subject {
public:
    /// Reads a journal's directory; fails when it holds none.
    static session::Result<std::unique_ptr<Archive>> open(const std::string& directory);

    [[nodiscard]] const control::LaunchSpec& spec() const override { return spec_; }
    [[nodiscard]] control::StatusInfo status() const override { return status_; }
    [[nodiscard]] std::optional<CellInfo> cell(std::string_view id) override;
    [[nodiscard]] std::vector<CellInfo> cells() override { return cells_.list(); }
    [[nodiscard]] std::vector<control::EventInfo> replay(std::string_view id) override;
    [[nodiscard]] std::vector<control::EventInfo> events_from(std::uint64_t offset) override;
    std::uint64_t read(Range range, const std::function<void(std::string_view)>& sink) override;
    [[nodiscard]] Range kept() const override;
    [[nodiscard]] const std::string& directory() const override { return directory_; }
    [[nodiscard]] const vt::Screen* screen() override;

private:
    Archive() = default;

    std::string directory_;
    control::LaunchSpec spec_;
    control::StatusInfo status_;
    session::CellStore cells_;
    std::vector<session::Segment> segments_;
    std::optional<vt::Screen> screen_; ///< made when asked for
};

} // namespace kept::daemon
