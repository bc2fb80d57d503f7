#pragma once

#include <string>
#include <string_view>

#include "control/errors.h"
#include "control/messages.h"

namespace kept::cli {

/// Why a command cannot be carried out, in the words of the contract.
struct Failure {
    std::string text;
    std::string hint;  ///< what to do next, for a person
    std::string cell;  ///< set when it is about one cell
    bool said = false; ///< the caller has been told already
};

/// How a command speaks of failures.
struct Manner {
    enum class Words {
        plain,  ///< the text on standard output
        marked, ///< the text behind `ERR ` on standard output
        json,   ///< {"status": "error", …} on standard output
    };
    Words words = Words::plain;
    int exit_code = 1;
};

Failure no_session(std::string_view session);

/// What the daemon refused; `cell` is the one that was asked for, if any.
Failure explain(std::string_view session, const control::Refusal& refusal,
                std::string_view cell = {});

Failure explain(std::string_view session, const control::ControlError& error);

/// Prints it (the hint on standard error, with JSON as a key) and gives the exit code.
int fail(const Manner& manner, const Failure& failure);

} // namespace kept::cli
