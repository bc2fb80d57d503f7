#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace kept::agent {

/// Cuts an agent's own output into lines for people: escape sequences taken out, longer lines than
/// kMost cut off.
class LogLines {
public:
    static constexpr std::size_t kMost = 4096;

    explicit LogLines(std::function<void(std::string)> line) : line_(std::move(line)) {}

    void feed(std::string_view bytes);
    /// Gives the last line, when it has no end.
    void finish();

private:
    std::function<void(std::string)> line_;
    std::string held_;
    std::size_t left_out_ = 0;
};

/// True for what the SDKs log below a warning: `[14:01:54.668] INFO (17539): …` by Node,
/// `14:01:54.668 DEBUG livekit.agents …` by Python.
bool is_routine(std::string_view line);

/// `text` without escape sequences (ECMA-48: CSI, and strings such as OSC).
std::string without_escapes(std::string_view text);

} // namespace kept::agent
