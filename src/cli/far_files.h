#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "cli/failure.h"
#include "remote/link.h"

namespace kept::cli {

/// Files that a command on another machine is to write here (k screen --svg FILE, --png FILE; k
/// cast -o FILE): the command there writes to a temporary file, whose content comes back when it
/// has ended well.
class FarFiles {
public:
    /// Puts the temporary files' names, made with `token`, into the words. The failure of the first
    /// file that cannot be written here.
    std::optional<Failure> take(std::vector<std::string>& words, const std::string& token);

    [[nodiscard]] bool empty() const { return files_.empty(); }

    /// The text with the names that the caller knows.
    [[nodiscard]] std::string with_names(std::string text) const;

    /// Brings all of them here, and removes those there.
    std::optional<Failure> fetch(const remote::Link& link);

private:
    struct One {
        std::string here;
        std::string there;
        base::Fd file;
    };
    std::vector<One> files_;
};

} // namespace kept::cli
