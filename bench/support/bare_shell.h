#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "base/fd.h"

namespace kept::bench {

/// An interactive bash on a pseudo-terminal of the size a session has, read by the barest loop:
/// what a session costs when nothing is kept.
class BareShell {
public:
    /// Gets all that the shell writes, as it was read.
    using Reader = std::function<void(std::string_view)>;

    /// Starts it and returns at its first prompt.
    explicit BareShell(Reader reader = {});
    ~BareShell();
    BareShell(const BareShell&) = delete;
    BareShell& operator=(const BareShell&) = delete;

    /// Types one line and reads up to the next prompt. Returns the number of bytes that came.
    std::size_t run(std::string_view line);

    /// The last bytes that came, the prompt included; enough of them to check a short answer.
    [[nodiscard]] std::string_view tail() const { return tail_; }

private:
    std::size_t read_to_prompt();

    Reader reader_;
    base::Fd master_;
    pid_t pid_ = -1;
    std::string tail_;
};

/// Microseconds from start to first prompt of a BareShell.
double first_prompt_us();

/// Microseconds of one `echo hello` in a running BareShell; checks the answer.
double round_trip_us(BareShell& shell);

} // namespace kept::bench
