#pragma once

#include <cerrno>
#include <cstring>
#include <expected>
#include <string>
#include <utility>

namespace kept::base {

/// What went wrong, for a caller (`code`, an enum of the room that reports it) and for a person
/// (`context`, and the system's own reason when there is one).
template <class Code> struct Error {
    Code code{};
    int sys = 0; ///< errno, or 0
    std::string context;

    /// One line: the context, then the system's reason.
    [[nodiscard]] std::string message() const {
        if (sys == 0) {
            return context;
        }
        return context + ": " + std::strerror(sys);
    }
};

template <class T, class Code> using Result = std::expected<T, Error<Code>>;

/// An error with no system reason.
template <class Code> std::unexpected<Error<Code>> fail(Code code, std::string context) {
    return std::unexpected(Error<Code>{code, 0, std::move(context)});
}

/// An error whose reason is the given errno.
template <class Code>
std::unexpected<Error<Code>> fail_sys(Code code, int sys, std::string context) {
    return std::unexpected(Error<Code>{code, sys, std::move(context)});
}

} // namespace kept::base
