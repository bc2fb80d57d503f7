#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "remote/link.h"
#include "remote/request.h"

namespace kept::remote {

/// How a command on another machine went.
struct Outcome {
    enum class How {
        ended,     ///< by itself: `exit_code`
        signalled, ///< by `signal`, there or (Ctrl-C twice) here
        lost,      ///< the connection broke off
        absent,    ///< there is no k there
        strange,   ///< the k there does not understand us: `why`
    };
    How how = How::lost;
    int exit_code = 0;
    int signal = 0;
    std::string why;

    bool begun = false;  ///< the request has arrived there
    int protocol = 0;    ///< of the other end, once `begun`
    std::string version; ///< of the other end, once `begun`
    std::string session; ///< with `cell`: work that goes on there
    std::string cell;
    bool printed = false;   ///< something went to standard output …
    bool in_a_line = false; ///< … and did not end with a line feed
};

/// Where the command's output goes; false when it cannot be taken any more.
using Sink = std::function<bool(std::string_view)>;

/// Runs the command through a link that is connected, with our standard input if the request says
/// so, passing on the first Ctrl-C.
Outcome call(const Link& link, const Request& request, const Sink& output);

/// Runs a shell command of the other machine's with these descriptors as its input and output (and
/// error, when `errors_too`); gives its exit code.
std::expected<int, std::string> run_shell(const Link& link, const std::string& command, int input,
                                          int output, bool errors_too);

} // namespace kept::remote
