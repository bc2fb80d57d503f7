#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/options.h"

namespace kept::cli {

/// What `km` was asked for.
struct MonitorFlags {
    std::string session; ///< empty with `all`
    std::string cell;    ///< this one only
    bool all = false;
    bool once = false;   ///< end with the first completion
    bool ready = false;  ///< say when later events are certain to come
    bool screen = false; ///< tell also that the screen has changed
};

/// The options of `km`, which has no verbs.
std::span<const OptionInfo> monitor_options();

/// Runs `km` with those words; gives the exit code.
int monitor(const std::vector<std::string>& words);

/// Watches one session.
int monitor_one(const MonitorFlags& flags);

/// Watches every session, those that appear later included.
int monitor_all(const MonitorFlags& flags);

} // namespace kept::cli
