#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/verbs.h"

namespace kept::cli {

/// What is known of an option, for those who describe a verb instead of running it.
struct OptionInfo {
    std::vector<std::string> names; ///< with their dashes, the short one first
    std::string type;               ///< of its value; empty when it takes none
    std::string help;
    bool repeats = false;
};

/// The options of a verb, in the order of its help. Nothing else of the verb is run.
std::vector<OptionInfo> options_of(const Verb& verb);

/// The options of one verb. Which words are options is decided here, since code and commands may
/// begin with a dash: exactly the declared names (`-t 5`, `-t5`, `--name value`, `--name=value`) up
/// to a `--`, and nothing else.
class Options {
public:
    explicit Options(const Verb& verb);
    ~Options();
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;

    /// `names` as in "-j,--json". The targets are set by parse().
    Options& flag(const char* names, bool& value, const char* help);
    Options& text(const char* names, std::optional<std::string>& value, const char* type,
                  const char* help);
    Options& texts(const char* names, std::vector<std::string>& values, const char* type,
                   const char* help);
    Options& natural(const char* names, std::uint64_t& value, const char* type, const char* help);
    Options& choice(const char* names, std::optional<std::string>& value,
                    std::vector<std::string> words, const char* help);

    /// More text below the options in the help.
    Options& note(const char* text);

    /// Unknown words that begin with a dash are words, once there is another word before them or
    /// when they stand alone; else they are an error.
    Options& dashes_are_words();

    /// Behind that many words everything is a word.
    Options& words_only_after(std::size_t words);

    /// The words that are no options, at least `least` and at most `most`; or the exit code, when
    /// help was asked for (0) or the usage was wrong (2) and all has been said.
    std::expected<std::vector<std::string>, int> parse(Arguments arguments, std::size_t least,
                                                       std::size_t most);

    /// Says what is wrong with the command line, and where help is; gives exit code 2.
    [[nodiscard]] int wrong(const std::string& what) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace kept::cli
