#pragma once

#include <string>

namespace kept::cli {

/// While it lives, a first Ctrl-C at `k run` is passed on to the session (as `k int` does), so that
/// the cell ends and its report still comes; a second one ends `k run` itself.
class InterruptOnSignal {
public:
    explicit InterruptOnSignal(const std::string& socket_path);
    ~InterruptOnSignal();
    InterruptOnSignal(const InterruptOnSignal&) = delete;
    InterruptOnSignal& operator=(const InterruptOnSignal&) = delete;
};

} // namespace kept::cli
