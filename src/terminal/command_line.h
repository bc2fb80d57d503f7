#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kept::terminal {

/// Splits a shell command line that needs no shell: words, quotes and backslashes only. Empty when
/// it has anything that a shell would act on (variables, globs, pipes, redirections,
/// substitutions), or an open quote.
std::optional<std::vector<std::string>> split_simple(std::string_view line);

/// Where in `words` the program stands that they start in the end: behind `env [-i] [A=1 …]`,
/// `exec`, `nohup` and the like. `words.size()` when there is none.
std::size_t program_index(const std::vector<std::string>& words);

/// The last part of a path.
std::string_view base_name(std::string_view path);

} // namespace kept::terminal
