#pragma once

#include <cstdint>
#include <string>

#include "cli/find_session.h"

namespace kept::cli {

/// Tells a person at a terminal what a long wait is about: one line on standard error with the time
/// that has passed and the last line of output, from two seconds on, erased as soon as there is
/// something else to say. Where standard error is no terminal, standard output is a pipe, or the
/// command is in the background, nothing is written.
class Progress {
public:
    /// With a cell, only its own output is shown.
    Progress(const Target& target, std::string cell);
    ~Progress() { erase(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Returns when the descriptor has something to read.
    void wait(int fd);

private:
    void show();
    void erase();
    [[nodiscard]] bool has_output();
    [[nodiscard]] std::string last_line();

    const Target& target_;
    std::string cell_;
    std::int64_t began_us_;
    bool wanted_;
    bool shown_ = false;
    bool output_seen_ = false;
};

} // namespace kept::cli
