#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kept::cli {

/// One way to go on, and what it means.
struct Candidate {
    std::string word;
    std::string about;

    friend bool operator==(const Candidate&, const Candidate&) = default;
};

/// What may stand at the place of a command line's last word.
struct Completion {
    /// What the shell adds from its own knowledge.
    enum class Files { none, files, directories, commands };
    std::vector<Candidate> candidates;
    Files files = Files::none;
};

/// Completes the last of `words`; the first is the program's name (k, km or kept). Candidates begin
/// with what the last word has already. Sessions and cells are looked up if those of this machine
/// are meant; nothing is changed.
Completion complete(const std::vector<std::string>& words, bool here = true);

/// What the places of a verb's words are for, out of its usage (`[session] <cell_id>`), in order:
/// session, cell_id, code and so on.
struct Place {
    std::string what;
    bool optional = false;
    bool many = false;

    friend bool operator==(const Place&, const Place&) = default;
};
std::vector<Place> places(std::string_view arguments);

} // namespace kept::cli
