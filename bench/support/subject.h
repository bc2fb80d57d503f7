#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "support/process.h"

namespace kept::bench {

/// The programs under test, with sessions of their own in a private directory.
class Subject {
public:
    /// `programs` holds k and km. Sets $KEPT_DIR and $KEPT_STATE of this process.
    Subject(const std::string& programs, const std::string& directory);

    /// Runs `k` with these words; gives up unless it exits with 0.
    Finished k(std::vector<std::string> words, Output output = Output::kept) const;
    Finished km(std::vector<std::string> words) const;

    /// `k run session "echo hello"`, checked. Microseconds of the whole process.
    [[nodiscard]] double hello_us(const std::string& session) const;

    /// fire, `km -1`, poll of one `echo hello`, checked: microseconds from first start to last end.
    [[nodiscard]] double fire_us(const std::string& session) const;

    [[nodiscard]] pid_t daemon_of(const std::string& session) const;

    [[nodiscard]] const std::string& state() const { return state_; }

private:
    std::string programs_;
    std::string state_;
};

/// The text of one string or number in a line of JSON; empty when it is missing.
std::string json_value(const std::string& line, const std::string& key);

} // namespace kept::bench
