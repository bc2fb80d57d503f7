#pragma once

#include <string>
#include <vector>

namespace kept::cli {

/// One thing that `k doctor` has looked at.
struct Finding {
    enum class Status {
        ok,
        note,    ///< worth knowing, nothing to do
        warning, ///< works, but not as it should
        error,   ///< something does not work
    };
    std::string check;
    Status status = Status::ok;
    std::string text;
    std::string fix;                     ///< what to do about it
    std::vector<std::string> items = {}; ///< all of what the text may name in part
};

/// What a session's files, processes and the system look like; changes nothing. Which order they
/// are shown in is doctor.cpp's business.
std::vector<Finding> check_directories();
std::vector<Finding> check_sessions();
std::vector<Finding> check_system();
std::vector<Finding> check_programs();

} // namespace kept::cli
