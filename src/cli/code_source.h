#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"

namespace kept::cli {

/// What `run`, `fire` and `send` got on the command line: which session, if one was named, and the
/// code.
struct SourcedCode {
    std::optional<std::string> session;
    std::string code;
};

/// Two words are session and code, one is code; `-`, or no code at all with a file or a pipe as
/// standard input, reads the code from there. When that fails all has been said and the exit code
/// is given.
std::expected<SourcedCode, int> find_code(const Options& options, std::vector<std::string> words);

/// True when standard input is a file, a pipe or a socket: something that somebody meant us to
/// read.
bool stdin_is_given();

/// The number behind an option; the default when it was not given. Prints the
/// contract's error (`ERR -t must be a positive integer`) and gives exit code `failed` when it is
/// none.
std::expected<std::int64_t, int> positive(const std::optional<std::string>& text,
                                          const char* option, std::int64_t fallback, int failed);

} // namespace kept::cli
