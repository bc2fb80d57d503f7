#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kept::cli {

/// Where a command is to be carried out, and its words without that.
struct Errand {
    std::string host; ///< empty for here
    std::vector<std::string> words;
};

/// Takes `--host H` or `--host=H` from the beginning of the words, or $KEPT_HOST; else it is here.
/// An error is the exit code: it has been said.
std::expected<Errand, int> find_errand(const std::vector<std::string>& words);

/// False for what is about this program itself: help, words that are no verb.
bool runs_elsewhere(const std::vector<std::string>& words);

/// Runs the command (`program` is k or km) on the other machine; gives its exit code.
int run_elsewhere(const Errand& errand, const std::string& program);

/// Runs a completion (see complete.h) on the other machine, if the errand is one and there is a
/// connection already: whoever presses a key does not want to wait for one. Gives the exit code.
std::optional<int> complete_elsewhere(const Errand& errand);

} // namespace kept::cli
