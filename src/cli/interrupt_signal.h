#pragma once

#include <csignal>
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

/// While it lives, that signal waits.
class HeldSignal {
public:
    explicit HeldSignal(int number);
    ~HeldSignal();
    HeldSignal(const HeldSignal&) = delete;
    HeldSignal& operator=(const HeldSignal&) = delete;

private:
    sigset_t before_{};
};

} // namespace kept::cli
